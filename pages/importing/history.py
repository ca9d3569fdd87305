"""What came in, when and by whom, with undo and redo; and how fresh each feed is."""

from functools import partial

import streamlit as st

from data.schema import RECORDS
from data.store import deeds
from data.store.store import REDO, UNDO, Store
from data.viewer import VIEW
from language import InLanguage, again, mark, tr
from pages.importing import feeds, words
from pages.parts import matching as matching_parts
from pages.ui import address, charts, loaders, tables, text
from pages.ui.choice import Choice, unfiltered
from pages.ui.downloads import offer
from pages.ui.marking import marked
from reports.files.exports import Export
from reports.files.rows_as_files import rejected_csv
from reports.words import codes

SHOWN_FIRST = 5
PROBLEM_COLUMNS = InLanguage(
    {"line": mark("Line"), "column": mark("Column"), "value": mark("Value"), "reason": mark("Why, and what to do")}
)


def show(choice: Choice, store: Store, *, changeable: bool) -> None:
    """Freshness of the feeds, then every import, newest first; nothing where nothing came in."""
    imports = deeds.imports(store, choice.viewer)
    imports = imports.filter(~imports["table"].is_in(RECORDS))
    if imports.is_empty():
        return
    feeds.board(choice)
    _quality(choice)
    st.header(tr("History"))
    rows = imports.to_dicts()
    for row in rows[:SHOWN_FIRST]:
        _entry(choice, store, row, changeable)
    if len(rows) > SHOWN_FIRST:
        with st.expander(tr("{rows} in all", rows=words.counted(len(rows), "import")), on_change="rerun", key="older-imports") as older:
            pass
        if older.open:
            for row in rows[SHOWN_FIRST:]:
                _entry(choice, store, row, changeable)


def names_waiting(choice: Choice) -> None:
    """Whether files name accounts that nothing knows, and the way to say which they are."""
    report = loaders.report(choice.company, "account-matching", choice.viewer, unfiltered(choice.question))
    names = report.total("waiting")
    if names:
        known = tr(", {suggested:,} with a suggestion", suggested=report.total("suggested")) if report.total("suggested") else ""
        told = tr(
            "{names} in the files fit no account yet{known}. Their contracts count; their usage waits.",
            names=words.counted(names, "name"),
            known=known,
        )
        st.warning(told, icon=":material/link:")
        matching_parts.one_fits(choice, report)
        address.link("matching.py", tr("Match them one by one"), ":material/join_inner:")


QUALITY = (
    "imported_on", "feed", "file", "state", "read", "rejected", "rejected_share", "usual_rejected_share", "emptier",
    "days_missing", "main_reason", "duplicate", "waiting", "batch",
)  # fmt: skip
AS_USUAL = "as usual"


def _quality(choice: Choice) -> None:
    """How good what came in was, file by file; nothing where no file came in."""
    report = loaders.report(choice.company, "import-quality", choice.viewer, unfiltered(choice.question))
    if report.rows.is_empty():
        return
    odd = report.rows.height - (report.total(AS_USUAL) or 0)
    st.header(tr("Data quality over time"))
    told = tr("{odd} not as usual", odd=words.counted(odd, "file")) if odd else tr("every file as usual for its feed")
    st.caption(
        tr(
            "{rejected_share} of {read:,} rows rejected; {told}.",
            rejected_share=text.percent(report.total("rejected_share")),
            read=report.total("read"),
            told=told,
        )
    )
    with st.expander(tr("File by file"), expanded=odd > 0, key="quality"):
        if report.rows["batch"].n_unique() > 1:
            charts.draw(charts.shares_by_feed(report), "quality-chart")
        tables.table(report, "quality", columns=QUALITY, height=320)


def _entry(choice: Choice, store: Store, row: dict, changeable: bool) -> None:
    """One import: what and how much, who and when, its details, and the button that takes it back."""
    with st.container(key=f"row-import-{row['batch']}"):
        what, when, details, change = st.columns([5, 3, 1.4, 1.2], vertical_alignment="center")
        counts = words.counts_of({name: row[name] for name in _COUNTS}) or tr("no rows")
        what.markdown(
            f"**{row['batch']} · {text.literal(codes.said('file', row['file']))}**  \n:small[{words.title(row['table'])} · {counts}]"
        )
        back = "" if row["standing"] else tr("undone by {undone_by}, {undone_at:%Y-%m-%d %H:%M}", **_undone(row))
        undone = f"  \n:small[:orange[‖ {back}]]" if back else ""
        when.markdown(
            tr(
                ":small[{imported_at:%Y-%m-%d %H:%M} UTC, {who}]{undone}",
                imported_at=row["imported_at"],
                who=text.literal(codes.said("who", row["who"])),
                undone=undone,
            )
        )
        with details.popover(tr("Details"), key=f"details-{row['batch']}", on_change="rerun") as opened:
            if opened.open:
                _details(choice, store, row)
        if changeable:
            action, said = (UNDO, tr("Undo")) if row["standing"] else (REDO, tr("Redo"))
            change.button(said, on_click=marked, args=(store, action, row["batch"], choice.viewer, "browser"), key=f"mark-{row['batch']}")


_COUNTS = ("accepted", "rejected", "duplicate", "waiting", "erased", "too_old")


def _undone(row: dict) -> dict[str, object]:
    """By whom and when an import was undone, in words."""
    return {"undone_by": text.literal(codes.said("undone_by", row["undone_by"])), "undone_at": row["undone_at"]}


def _details(choice: Choice, store: Store, row: dict) -> None:
    choice.viewer.for_whole_company(VIEW, "imports")
    batch = row["batch"]
    problems = store.problems(batch)
    if problems.height:
        told = [row | {"reason": again(row["reason"])} for row in problems.drop("rejected").head(1_000).to_dicts()]
        st.dataframe(told, hide_index=True, column_config=PROBLEM_COLUMNS, key=f"problems-{batch}")
    if row["rejected"]:
        rejected = store.rejected_rows(batch)["cells"].to_list()
        told = Export("rejected-rows", "imports", ("csv",), len(rejected), {"batch": batch})
        name = f"rejected_batch_{batch}.csv"
        make = partial(rejected_csv, store.header(batch), rejected)
        offer(tr("Rejected rows as CSV"), name, make, lambda: told, choice.looking, key=f"rejected-{batch}")
    told_of_mapping = Export("mapping", "imports", ("toml",), asked={"batch": batch})
    mapping = store.mapping(batch).encode()
    offer(tr("Mapping as TOML"), f"batch_{batch}.toml", lambda: mapping, lambda: told_of_mapping, choice.looking, key=f"mapping-{batch}")
    if row["reduced"]:
        st.caption(
            tr(
                "{reduced:,} of its events, from before {kept_from}, are rollups only: their lines can no longer be opened, and a new file "
                "cannot take their place. Undo and redo work as ever.",
                reduced=row["reduced"],
                kept_from=row["kept_from"],
            )
        )
    if row["covers_from"]:
        st.caption(tr("Covers {covers_from} to {covers_to}.", covers_from=row["covers_from"], covers_to=row["covers_to"]))
