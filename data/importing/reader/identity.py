"""Who is one person: events that name one person by several ids, and rows that only say which ids those are. Runs in the child process only.

What tools say: a person's own id beside the user's (PostHog, Amplitude), the device or visitor before sign-in (Mixpanel, Segment), and
another id of the same user (Mixpanel's merges, Segment's alias). Ids are kept as they are; that two are of one person is kept beside.
"""

import json
from dataclasses import dataclass, field, replace

import polars as pl

from data.importing.mapping import Mapping
from data.importing.reader.cells import BLANKS
from data.importing.reader.dates import as_iso
from data.importing.reader.days_and_instants import instants
from data.importing.reader.validation import epoch_zone, zone_of

LINKS = {"one": pl.String, "other": pl.String, "device": pl.Boolean, "since": pl.String}
BESIDE = ("person_id", "anonymous_id", "other_user_id")  # the columns that say who is one person
USER = "\x00user"  # a name that no file's column has
DEVICE = "$device:"  # what Mixpanel writes before the id of a device where it stands for a user
ONLY_EVENTS = ("$identify", "$create_alias", "$merge", "$merge_dangerously")  # of Mixpanel and PostHog
ONLY_KINDS = ("identify", "alias", "group")  # of Segment, in the column `type`


@dataclass
class Identity:
    """What one file says of who is one person, slice by slice.

    links: pairs of ids of one person (one, other). device: the other is a device, which belongs to the first user who was seen on it;
    since: when first, as written. left_out: rows that say nothing else, which are no use.
    """

    mapping: Mapping
    links: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LINKS))
    left_out: int = 0

    @property
    def told(self) -> bool:
        """Whether the file says anything of it."""
        return bool({*BESIDE} & self.mapping.given)

    @property
    def of_events(self) -> Mapping:
        """The mapping by which events are read: less what is said of persons, the user filled up where the file leaves it blank."""
        columns = {name: source for name, source in self.mapping.columns.items() if name not in BESIDE}
        joined = {name: sources for name, sources in self.mapping.joined.items() if name not in BESIDE}
        return replace(self.mapping, columns={"user_id": USER} | columns, joined=joined)

    def events(self, cells: pl.DataFrame) -> pl.DataFrame:
        """The rows that are events, each with a user: the file's own, else the device, else the person."""
        user, device, person = self._user(cells), self._device(cells), self._person(cells)
        only = self._only(cells)
        self._link(pl.DataFrame({"one": user, "other": person}), device=False)
        self._link(pl.DataFrame({"one": user, "other": device, "since": self._times(cells)}), device=True)
        for source in self._others():
            counts = only if _last(source) == "alias" else pl.repeat(True, cells.height, dtype=pl.Boolean, eager=True)
            self._link(_pairs(user.filter(counts), _text(cells, source).filter(counts)), device=False)
        self.left_out += int(only.sum())
        filled = pl.select(pl.coalesce(user, device, person)).to_series()
        return cells.with_columns(filled.alias(self.mapping.columns.get("user_id", USER))).filter(~only)

    def _user(self, cells: pl.DataFrame) -> pl.Series:
        return _text(cells, self.mapping.columns.get("user_id"))

    def _device(self, cells: pl.DataFrame) -> pl.Series:
        source = self.mapping.columns.get("anonymous_id")
        found = _text(cells, source)
        of_mixpanel = source is not None and (_last(source) == "$device_id" or self.mapping.feed == "mixpanel")
        return DEVICE + found if of_mixpanel else found

    def _person(self, cells: pl.DataFrame) -> pl.Series:
        """The person's own id, with the name of its column, so that it is no user's by chance."""
        source = self.mapping.columns.get("person_id")
        return f"{_last(source or '')} " + _text(cells, source)

    def _others(self) -> tuple[str, ...]:
        alone = self.mapping.columns.get("other_user_id")
        return (alone,) if alone else self.mapping.joined.get("other_user_id", ())

    def _only(self, cells: pl.DataFrame) -> pl.Series:
        """Which rows say nothing but who is one person."""
        if self.mapping.persons_alone:
            return pl.repeat(True, cells.height, dtype=pl.Boolean, eager=True)
        if not self._others():
            return pl.repeat(False, cells.height, dtype=pl.Boolean, eager=True)
        event = _text(cells, self.mapping.columns.get("event")).is_in(ONLY_EVENTS)
        kind = _text(cells, "type" if "type" in cells.columns else None).is_in(ONLY_KINDS)
        return event.fill_null(False) | kind.fill_null(False)

    def _times(self, cells: pl.DataFrame) -> pl.Series:
        return _text(cells, self.mapping.columns.get("occurred_at"))

    def _link(self, pairs: pl.DataFrame, *, device: bool) -> None:
        since = pl.col("since") if device else pl.lit(None, dtype=pl.String).alias("since")
        fresh = pairs.filter(pl.col("one") != pl.col("other")).select("one", "other", pl.lit(device).alias("device"), since)
        if fresh.height:
            self.links = pl.concat([self.links, fresh]).group_by("one", "other", "device").agg(pl.col("since").min())


def dated_links(links: pl.DataFrame, mapping: Mapping, store_zone: str) -> pl.DataFrame:
    """The links with the moments since when as times in UTC; null where they cannot be read."""
    source, options = mapping.columns.get("occurred_at", ""), mapping.options
    found = instants(as_iso(links["since"]), zone_of(source, options, store_zone), store_zone, epoch_zone=epoch_zone(options))[0]
    return links.with_columns(since=found.cast(pl.Datetime("us")))


def _last(source: str) -> str:
    return source.rsplit(".", 1)[-1]


def _text(cells: pl.DataFrame, source: str | None) -> pl.Series:
    if source is None or source not in cells.columns:
        return pl.repeat(None, cells.height, dtype=pl.String, eager=True)
    return cells[source].cast(pl.String).str.strip_chars(BLANKS).replace("", None)


def _pairs(user: pl.Series, other: pl.Series) -> pl.DataFrame:
    """Each user with another id, or with each of a list of ids; the ids of a list without a user with each other."""
    found = []
    for one, told in pl.DataFrame({"one": user, "other": other}).drop_nulls("other").unique().rows():
        ids = [*([one] if one else []), *_ids(told)]
        found += [(ids[0], another) for another in ids[1:]]
    return pl.DataFrame(found, schema={"one": pl.String, "other": pl.String}, orient="row")


def _ids(told: str) -> list[str]:
    try:
        found = json.loads(told) if told.startswith("[") else told
    except ValueError:
        found = told
    return [str(one) for one in found] if isinstance(found, list) else [told]
