"""What counts of one customer on a day, as seen from another: balances, states, seats. Written from docs/GLOSSARY.md alone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

from tests.second.lines import DAY, Line, cents, pays_regularly

RETAINED = ("free", "in_grace")  # with MRR 0 they stay customers


class Rates:
    """Exchange rates: the last one on or before a day."""

    def __init__(self, rows: Iterable[dict] = (), currency: str = "USD") -> None:
        self.currency = currency
        self.of: dict[str, list[tuple[date, Fraction]]] = defaultdict(list)
        for row in rows:
            self.of[row["currency"]].append((row["day"], Fraction(str(row["rate"]))))

    def convert(self, amount: int, currency: str, day: date) -> int:
        """Cents of the company's currency."""
        if currency == self.currency:
            return amount
        return cents(amount * max(dated for dated in self.of[currency] if dated[0] <= day)[1] / 100)


@dataclass(frozen=True)
class Choices:
    """What `products.toml` and the rules say."""

    grace: int = 30
    pairs: tuple[tuple[str, str, str], ...] = ()  # from, to, "change" or "addition"
    adding: tuple[str, ...] = ()  # products whose seats come on top
    ending_discounts: bool = True  # whether a discount that has an end lowers what a line brings
    end_on_notice: bool = False  # whether a line stops on the day on which notice is given
    arr_from_mrr: bool = False  # whether ARR is twelve times MRR
    free_is_churn: bool = False  # whether who has paid is lost when nothing is left to pay
    paid_and_left: bool = True  # whether customer churn counts who paid between two closes alone

    def pair(self, old: Line, new: Line) -> str | None:
        return next((is_ for from_, to, is_ in self.pairs if (from_, to) == (old.product, new.product)), None)


RULES = {
    "house": Choices(),
    "strict": Choices(grace=0),
    "chartmogul": Choices(grace=0, arr_from_mrr=True, paid_and_left=False),
    "stripe": Choices(grace=0, ending_discounts=False, end_on_notice=True, free_is_churn=True),
}


def under(line: Line, choices: Choices, as_of: date) -> Line:
    """A line as the rules see it on a day."""
    if line.discount_ends_on and not choices.ending_discounts:
        line = replace(line, discount=None, discount_amount=None, discount_ends_on=None)
    if choices.end_on_notice and line.cancelled_on and line.cancelled_on <= as_of:
        line = replace(line, term_ends_on=line.ends_on, ends_on=min(line.ends_on or date.max, max(line.cancelled_on, line.starts_on)))
    return line if line.is_year_of_months == choices.arr_from_mrr else replace(line, is_year_of_months=choices.arr_from_mrr)


class Customer:
    """The lines of one account, or of a family of them, and what they come to as seen on `as_of`."""

    def __init__(self, lines: Iterable[Line], as_of: date, rates: Rates | None = None, choices: Choices | None = None) -> None:
        self.as_of, self.rates, self.choices = as_of, rates or Rates(), choices or Choices()
        regular = [line for line in lines if pays_regularly(line)]
        if self.choices.free_is_churn:
            regular = [line for line in regular if line.is_trial or line.is_reduction or any(line.worth(day)[0] for day in line.days)]
        self.trials = [line for line in regular if line.is_trial]
        self.lines = [line for line in regular if not line.is_trial]
        self.parts = [line for line in self.lines if not line.is_reduction]
        self.is_converted = any(line.currency != self.rates.currency for line in self.lines)
        self.first_paid = self._first_paid()
        self.counted, self.balance = cache(self._counted), cache(self._balance)

    def _first_paid(self) -> date | None:
        days = sorted({day for line in self.lines for day in line.days})
        return next(
            (day for day in days if any(not one.is_reduction for one in self.live(day)) and self.total(self.live(day), day)[0] > 0), None
        )

    def has_paid(self, day: date) -> bool:
        return self.first_paid is not None and self.first_paid <= day

    def live(self, day: date) -> list[Line]:
        return [line for line in self.lines if line.is_live(day)]

    def total(self, lines: Iterable[Line], day: date, rates_of: date | None = None) -> tuple[int, int]:
        return self.total_of(((line, day) for line in lines), rates_of or day)

    def total_of(self, priced: Iterable[tuple[Line, date]], rates_of: date) -> tuple[int, int]:
        """MRR and ARR in cents: no contract below zero, the sum of a currency converted and rounded once."""
        purses: dict = {}
        for line, day in priced:
            (month, year), was = line.worth(day), purses.get(line.purse, (0, 0))
            purses[line.purse] = was[0] + month, was[1] + year
        sums: dict = {}
        for (_, currency), (month, year) in purses.items():
            was = sums.get(currency, (0, 0))
            sums[currency] = was[0] + max(0, month), was[1] + max(0, year)
        monthly, yearly = 0, 0
        for currency, (month, year) in sums.items():
            monthly += self.rates.convert(month, currency, rates_of)
            yearly += self.rates.convert(year, currency, rates_of)
        return monthly, yearly

    def _counted(self, day: date) -> tuple[list[Line], date, str]:
        """The lines that count on a day, the day of their price, and whether they are live, in grace or none."""
        if not self.has_paid(day):
            return [], day, "none"
        live = self.live(day)
        if any(not line.is_reduction for line in live):
            is_lost = self.choices.free_is_churn and self.total(live, day)[0] == 0
            return ([], day, "none") if is_lost else (live, day, "live")
        return self._in_grace(day, live) or ([], day, "none")

    def _in_grace(self, day: date, reductions: list[Line]) -> tuple[list[Line], date, str] | None:
        ended = self.lapsed_on(day)
        limit = ended + timedelta(days=self.choices.grace) if ended else day
        if ended is None or ended > self.as_of or day >= limit or not (self.as_of < limit or self._starts_within(ended, limit)):
            return None
        last = [line for line in self.parts if line.ends_on == ended and not self.has_notice(line)]
        purses = {line.purse for line in last}
        down = [line for line in self.lines if line.is_reduction and (line.ends_on == ended or line in reductions)]
        lapsed = last + [line for line in down if line.purse in purses and line.is_live(ended - DAY)]
        return (lapsed, ended - DAY, "grace") if last else None

    def lapsed_on(self, day: date) -> date | None:
        return max((line.ends_on for line in self.parts if line.ends_on and line.ends_on <= day), default=None)

    def _starts_within(self, start: date, limit: date) -> bool:
        return any(start <= line.starts_on < limit and line.starts_on <= self.as_of for line in self.parts)

    def has_notice(self, line: Line) -> bool:
        return line.cancelled_on is not None and line.cancelled_on <= self.as_of

    def _balance(self, day: date, rates_of: date | None = None) -> tuple[int, int]:
        if rates_of and not self.is_converted:
            return self.balance(day)  # whatever the rates
        lines, priced_on, _ = self.counted(day)
        return self.total(lines, priced_on, rates_of or day) if lines else (0, 0)

    def mrr(self, day: date, rates_of: date | None = None) -> int:
        return self.balance(day, rates_of)[0]

    def is_retained(self, day: date, rates_of: date | None = None) -> bool:
        return self.mrr(day, rates_of) > 0 or self.state(day) in RETAINED

    def state(self, day: date) -> str:
        how = self.counted(day)[2]
        if how == "live":
            return "paying" if self.mrr(day) > 0 else "free"
        if how == "grace":
            return "in_grace"
        if any(line.is_live(day) for line in self.trials):
            return "trial"
        return "churned" if self.has_paid(day) else "prospect"

    def since(self, day: date) -> date | None:
        state = self.state(day)
        if state == "trial":
            return min(line.starts_on for line in self.trials if line.is_live(day))
        if state == "in_grace" or (state == "churned" and not self.choices.free_is_churn):
            return self.lapsed_on(day)
        return self._turned(day) if state != "prospect" else None

    def _turned(self, day: date) -> date | None:
        """The last day on which lines began to count, or where they do not, on which they ceased to."""
        turned, counts, grace = None, False, timedelta(days=self.choices.grace)
        ends = {line.ends_on + grace for line in self.lines if line.ends_on}
        for moment in sorted(ends | {one for line in self.lines for one in line.days}):
            if moment <= day and (self.counted(moment)[2] != "none") != counts:
                turned, counts = moment, not counts
        return turned

    def next_end(self, day: date) -> date | None:
        lines, _, how = self.counted(day)
        if how == "grace":
            stops = (self.lapsed_on(day) or day) + timedelta(days=self.choices.grace)
            return min([stops, *(line.starts_on for line in self.parts if day < line.starts_on < stops and line.is_booked(day))])
        return min((line.ends_on for line in lines if line.ends_on and not line.is_reduction), default=None)

    def seats(self, day: date, said: int | None) -> int | None:
        """`said` is what the accounts file says; none for who is no customer."""
        if self.state(day) in ("churned", "prospect"):
            return None
        trials = [line for line in self.trials if line.is_live(day)]
        lines, priced_on, _ = self.counted(day)
        found = (self._seats(ones, on) for ones, on in ((lines, priced_on), (trials, day)))
        return next((count for count in found if count is not None), said)

    def _seats(self, lines: list[Line], day: date) -> int | None:
        products: dict = defaultdict(int)
        for line in lines:
            if line.seats is not None and (not line.is_reduction or takes_off(line, lines, day)):
                products[line.product] += line.seats
        largest = [seats for product, seats in products.items() if product not in self.choices.adding]
        on_top = [seats for product, seats in products.items() if product in self.choices.adding]
        return max(largest, default=0) + sum(on_top) if products else None


def takes_off(reduction: Line, lines: Iterable[Line], day: date) -> bool:
    """Whether its contract is worth anything that it could lower."""
    return any(line.purse == reduction.purse and line.worth(day)[1] > 0 for line in lines if not line.is_reduction)
