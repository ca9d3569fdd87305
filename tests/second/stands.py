"""How an account stands on a day: state, usage, seats, measures, score and band. Written from docs/GLOSSARY.md alone."""

from datetime import date, timedelta
from statistics import mean

from tests.second import support
from tests.second.customer import Customer
from tests.second.exceptions import exception
from tests.second.following import Following
from tests.second.health import CUSTOMERS, FELT, SCORE, banded, weighed
from tests.second.lines import pays_regularly
from tests.second.whole import Row, Whole

NO_RATE = "paying, no rate"
HALF_YEAR, YEAR = timedelta(days=180), timedelta(days=365)


class Stands:
    """One account on a day, as it is known on `as_of`."""

    def __init__(self, whole: Whole, account: str, day: date, customer: Customer) -> None:
        self.whole, self.account, self.day, self.customer = whole, account, day, customer
        self.columns, self.lines = whole.accounts[account], whole.lines_of[account]
        self.sold = whole.in_any_currency(account, customer.as_of, customer)
        self.state = self._state()
        self.live_from = self.columns.get("live_on") or min((line.starts_on for line in self.lines), default=None)
        self.used = whole.usage.figures(account, self.live_from, day)
        self.seats = self.sold.seats(day, self.columns.get("seats"))

    def _state(self) -> str:
        state = self.customer.state(self.day)
        apart = [line for line in self.whole.apart if line.account_id == self.account and pays_regularly(line) and not line.is_trial]
        pays = any(line.is_live(self.day) and line.worth(self.day)[0] > 0 for line in apart)
        return NO_RATE if pays and state in ("prospect", "churned") else state

    def rows(self, table: str) -> list[Row]:
        return self.whole.of[table][self.account]

    def measures(self) -> dict[str, float | None]:
        used = self.used
        return {
            "seat_use": used["mau"] / self.seats if used["mau"] is not None and self.seats else None,
            "usage_trend": used["trend"],
            "features_used": used["features_used"],
            "stickiness": used["wau"] / used["mau"] if used["mau"] and used["wau"] is not None else None,
            "open_tickets": self._open_tickets(),
            "csat_rating": self._rating(),
            "nps_answer": self._nps(),
            "conversation_sentiment": self._sentiment(),
        }

    def _open_tickets(self) -> int | None:
        if not self.whole.tells_tickets(self.day):
            return None
        return sum(row["resolved_at"] is None for row in support.as_of(self.rows("tickets"), self.day).values())

    def _rating(self) -> float | None:
        rated = support.ratings(self.rows("tickets"), self.day, resolutions=self.whole.resolves)
        rated += [(row["answered_at"].date(), row["score"]) for row in self._answers("csat")]
        recent = [score for on, score in rated if self.day - HALF_YEAR < on <= self.day]
        return mean(recent) if recent else None

    def _answers(self, kind: str) -> list[Row]:
        return [row for row in support.answers(self.rows("surveys"), self.day).values() if row["kind"] == kind]

    def _nps(self) -> float | None:
        last = max(self._answers("nps"), key=lambda row: (row["answered_at"], row["score"]), default=None)
        return last["score"] if last and self.day - last["answered_at"].date() <= YEAR else None

    def _sentiment(self) -> float | None:
        said = [row for row in self.rows("activities") if row["kind"] == "conversation" and row["sentiment"] and row["done_on"]]
        recent = [row for row in said if self.day - HALF_YEAR < row["done_on"] <= self.day]
        last = max((row["done_on"] for row in recent), default=None)
        return mean(FELT[row["sentiment"]] for row in recent if row["done_on"] == last) if recent else None

    def health(self) -> Row:
        """Score, band, exception and share of the weight that is known; nothing of who is no customer."""
        if self.state not in (*CUSTOMERS, NO_RATE):
            return {"score": None, "band": None, "exception": None, "known_weight": None, "little": True}
        score, known = weighed(self.measures())
        little = score is None or known < SCORE["least_known"] - 1e-9 or self.used["state"] == "feed_stopped"
        kind = exception(Following(self.sold), self.day)
        band = None if score is None else banded(score, little, SCORE["caps"].get(kind))
        return {"score": score, "band": band, "exception": kind, "known_weight": known, "little": little}
