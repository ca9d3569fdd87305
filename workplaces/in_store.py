"""The command line's work done in the store itself, by this process."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.approvals import approvers, undoing
from data.audit.keys import KeyUnreadable
from data.audit.verify import Verified
from data.erasure import erasing
from data.erasure.retention import told_of
from data.erasure.subjects import Subject
from data.importing.mapping import Mapping, MappingError
from data.importing.run import import_file
from data.store import backups
from data.store.account_matching import match_accounts
from data.store.dump import dump
from data.store.edits import EditRefused
from data.store.integrity import Checked
from data.store.store import Store
from data.viewer import EVERYONE, Actor
from reports.approvals.waiting import as_rows, told
from reports.files.answers import audit_files, files_of
from reports.forecast.keeping import keep
from reports.imports.account_column import account_question
from reports.imports.import_preview import too_much
from reports.report import question_of
from reports.revenue.closes import CLOSED_BY, close_period
from reports.revenue.erased import of_closes
from server import digests
from server.report_query import AuditQuery
from workplaces.workplace import WrongUse

if TYPE_CHECKING:
    from data.rollups.bringing import Brought, Known


class InStore:
    """The work done in this process."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def import_file(self, path: Path, *, mapping: str | None, options: dict, why: str | None = None, **asked: Any) -> dict:
        if why:
            approvers.person_of(EVERYONE)
        try:
            chosen = Mapping.from_toml(mapping) if mapping else None
            return import_file(self.store, path, mapping=chosen, options=options, guard=too_much, names=account_question, **asked).as_json()
        except MappingError as error:
            raise WrongUse(str(error)) from None

    def imports(self) -> list[dict]:
        return self.store.imports().to_dicts()

    def mark(self, action: str, batch: int) -> tuple[int, object]:
        """Undo or redo. How many events are rollups only, and from which day on they are all there."""
        undoing.mark(self.store, action, batch, EVERYONE, "local")
        return self.store.rollups_only(batch)

    def match(self, written: str, account_id: str) -> int:
        return match_accounts(self.store, [(written, account_id, "said by hand")], "local").batch

    def report(self, name: str, asked: dict, formats: list[str]) -> dict[str, bytes]:
        written = files_of(self.store, name, asked, formats, made_at=datetime.now(UTC))
        return {kind: file.content for kind, file in written.items()}

    def close_period(self, asked: dict, who: str) -> int:
        return close_period(
            self.store, question_of(asked, of="close", takes=CLOSED_BY), at=datetime.now(UTC), who=Actor(who, way="command line")
        ).batch

    def approvals(self) -> list[dict]:
        return as_rows(told(self.store, EVERYONE, datetime.now(UTC)))

    def ask(self, wanted: dict) -> dict:
        """Refused, as `decide`: whoever opens the store itself is nobody in particular."""
        raise _nobody()

    def decide(self, action: str, number: int, why: str | None) -> dict:
        raise _nobody()

    def train(self, as_of: str | None, keep: bool) -> list[str]:
        from reports.customers.churn_training import in_words  # here, since loading scikit-learn takes longer than most commands

        return in_words(self.store, question_of({"as_of": as_of}, of="train", takes=("as_of",)).as_of, keep=keep, who="local")

    def keep_forecast(self) -> int:
        return keep(self.store, who="local")

    def digests(self, day: str | None, *, dry_run: bool) -> list[dict]:
        return [one.as_json() for one in digests.send_due(self.store, digests.day_of(day), datetime.now(UTC), dry_run=dry_run)]

    def sources(self) -> list[dict]:
        from sources import deeds  # here, since what reads databases and APIs is needed by few commands

        return [one.as_json(_now()) for one in deeds.listed(self.store, EVERYONE, _now())]

    def source(self, deed: str, name: str, **more: Any) -> dict:
        from sources import deeds

        if deed in ("pause", "resume"):
            deeds.pause(self.store, EVERYONE, name, paused=deed == "pause", way="local")
            return {"source": name, "paused": deed == "pause"}
        if deed == "check":
            return deeds.checked(self.store, EVERYONE, name, _now())
        if deed == "answer":
            return deeds.answer(self.store, EVERYONE, name, more["answers"], _now, way="local").as_json()
        return deeds.pull(self.store, EVERYONE, name, _now, way="local", **more).as_json()

    def deliveries(self) -> list[dict]:
        from deliveries import deeds  # here, since what carries results away is needed by few commands

        return [one.as_json() for one in deeds.listed(self.store, EVERYONE, _now())]

    def delivery(self, deed: str, name: str, *, everything: bool = False) -> dict:
        from deliveries import deeds

        if deed in ("pause", "resume"):
            deeds.pause(self.store, EVERYONE, name, paused=deed == "pause", way="local")
            return {"delivery": name, "paused": deed == "pause"}
        now = datetime.now(UTC)
        told = (
            deeds.tried(self.store, EVERYONE, name, now)
            if deed == "check"
            else deeds.run(self.store, EVERYONE, name, now, everything=everything)
        )
        return told.as_json()

    def erase(self, subject: Subject, *, preview: bool) -> dict:
        return (erasing.preview if preview else erasing.erase)(self.store, EVERYONE, subject, of_closes).as_json()

    def retention(self, months: str | None, *, preview: bool, apply: bool) -> dict:
        return told_of(self.store, EVERYONE, months, datetime.now(UTC).date(), preview=preview, apply=apply, who="local")

    def rollups_known(self, feed: str) -> "Known":
        from data.rollups.bringing import known_of  # as all of rollups, loaded by who rolls up alone

        return known_of(self.store, feed, EVERYONE)

    def bring_rollups(self, feed: str, *, again: bool, beside: bool) -> "Brought":
        from data.rollups.bringing import bring

        return bring(self.store, feed, EVERYONE, again=again, beside=beside)

    def check(self) -> Checked:
        return self.store.checked()

    def verify(self, heads: Path | None) -> Verified:
        try:
            return self.store.verified(heads)
        except (OSError, KeyUnreadable) as error:
            raise WrongUse(str(error)) from None

    def audit(self, asked: dict, formats: list[str]) -> dict[str, bytes]:
        written = audit_files(self.store, AuditQuery(**asked).filters(), formats)
        return {kind: file.content for kind, file in written.items()}

    def backup(self, path: Path) -> None:
        backups.backup(self.store, path)

    def dump(self, folder: Path) -> list[Path]:
        return dump(self.store, folder)

    def assistants(self) -> None:
        from server.assistants.stdio import answer_here  # the library behind it takes longer to load than most commands

        answer_here(self.store)

    def close(self) -> None:
        self.store.close()


def _nobody() -> Exception:
    """Why whoever opens the store itself neither asks nor consents."""
    try:
        approvers.person_of(EVERYONE)
    except EditRefused as refused:
        return refused
    raise AssertionError("everyone is no person")


def _now() -> datetime:
    return datetime.now(UTC)
