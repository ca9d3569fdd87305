"""What is known of a play's effect, in a sentence each."""

from datetime import date

from language import InLanguage, mark, tr, tr_n
from language.formats import day as day_told
from language.formats import minus, money, money_in_full, sentences
from models.play_effect import FEW_CONTROLS, LEAST, LESS, MORE, NO_OVERLAP, NOBODY, NOT_ALIKE, NOT_SHOWN, TOO_FEW, Difference
from models.play_outcomes import Compared
from reports.units import in_percent, shown_ratio

RENEWED, ARR_KEPT, WEEKLY_ACTIVES = "renewed", "arr_kept", "weekly_actives"
ONE_STORY = mark("One account's story, no proof: whether the play did it, only a comparison with similar accounts can tell.")
MATCHED_SENTENCES = InLanguage(
    {
        (RENEWED, MORE): mark("Renewed more often than similar accounts: {own} against {others} ({gap} points, between {low} and {high})."),
        (RENEWED, NOT_SHOWN): mark("No difference in renewals is shown: {own} against {others} ({gap} points, between {low} and {high})."),
        (RENEWED, LESS): mark("Renewed less often than similar accounts: {own} against {others} ({gap} points, between {low} and {high})."),
        (WEEKLY_ACTIVES, MORE): mark(
            "Weekly actives went better than at similar accounts: {own} against {others} ({gap}, between {low} and {high})."
        ),
        (WEEKLY_ACTIVES, NOT_SHOWN): mark(
            "No difference in usage is shown: weekly actives {own} against {others} ({gap}, between {low} and {high})."
        ),
        (WEEKLY_ACTIVES, LESS): mark(
            "Weekly actives went worse than at similar accounts: {own} against {others} ({gap}, between {low} and {high})."
        ),
        (ARR_KEPT, MORE): mark(
            "More ARR was kept than at similar accounts: {own} of what was due against {others}, that is {sum} ({least} to {most})."
        ),
        (ARR_KEPT, NOT_SHOWN): mark(
            "No difference in ARR kept is shown: {own} of what was due against {others}, that is {sum} ({least} to {most})."
        ),
        (ARR_KEPT, LESS): mark(
            "Less ARR was kept than at similar accounts: {own} of what was due against {others}, that is {sum} ({least} to {most})."
        ),
    }
)
CHANCE_SENTENCES = InLanguage(
    {
        (RENEWED, MORE): mark(
            "By chance, the strongest evidence: {own} renewed with it, {others} of those held out "
            "({gap} points, {low} to {high}): it helped."
        ),
        (RENEWED, NOT_SHOWN): mark(
            "By chance, the strongest evidence: {own} renewed with it, {others} of those held out "
            "({gap} points, {low} to {high}): no difference is shown."
        ),
        (RENEWED, LESS): mark(
            "By chance, the strongest evidence: {own} renewed with it, {others} of those held out "
            "({gap} points, {low} to {high}): it did harm."
        ),
        (WEEKLY_ACTIVES, MORE): mark(
            "By chance, the strongest evidence: weekly actives {own} with it, {others} of those held out "
            "({gap}, {low} to {high}): it helped."
        ),
        (WEEKLY_ACTIVES, NOT_SHOWN): mark(
            "By chance, the strongest evidence: weekly actives {own} with it, {others} of those held out "
            "({gap}, {low} to {high}): no difference is shown."
        ),
        (WEEKLY_ACTIVES, LESS): mark(
            "By chance, the strongest evidence: weekly actives {own} with it, {others} of those held out "
            "({gap}, {low} to {high}): it did harm."
        ),
    }
)


def told(outcome: str, found: Compared, by: date | None, day: date, due: int, currency: str) -> str:
    """One outcome in a sentence. by: from which day on enough is certain. due: cents of ARR that the share kept is of."""
    if found.difference is None:
        return untold(found, by, day)
    gap = found.difference
    words = MATCHED_SENTENCES[(outcome, gap.finding)]
    if outcome == WEEKLY_ACTIVES:
        return words.format(**_changes(gap.as_change()))
    sums = {name: money_of(one, due, currency) for name, one in (("sum", gap.difference), ("least", gap.low), ("most", gap.high))}
    return words.format(**_points(gap), **sums)


def money_of(share: float, due: int, currency: str) -> str:
    return money(share * due / 100, currency)


def _points(gap: Difference) -> dict[str, str]:
    signed = {name: minus(f"{100 * shown_ratio(one):+.1f}") for name, one in _of(gap)}
    return {"own": in_percent(gap.treated), "others": in_percent(gap.control), **signed}


def _changes(gap: Difference) -> dict[str, str]:
    every = (("own", gap.treated), ("others", gap.control), *_of(gap))
    return {name: minus(f"{shown_ratio(one):+.1%}") for name, one in every}


def _of(gap: Difference) -> tuple[tuple[str, float], ...]:
    return ("gap", gap.difference), ("low", gap.low), ("high", gap.high)


def untold(found: Compared, by: date | None, day: date) -> str:
    """Why nothing is told, with the numbers, and from which day on there may be."""
    if found.why == NOBODY:
        return tr("Cannot tell: no paying customer of which the risk was known has got it.")
    if found.why == TOO_FEW:
        return tr_n(
            "Cannot tell: the outcome of {n} account that got it is certain, {least} are needed.",
            "Cannot tell: the outcome of {n} accounts that got it is certain, {least} are needed.", found.got, least=LEAST,
        )  # fmt: skip
    if found.why == NO_OVERLAP:
        return tr(
            "Cannot tell: of {n} starts of which the outcome is certain {alone} have no similar account without the play.",
            n=found.looks, alone=found.alone,
        )  # fmt: skip
    if found.why == FEW_CONTROLS:
        return tr("Cannot tell: fewer than {least} different accounts without the play are like those with it.", least=LEAST)
    if found.why == NOT_ALIKE:
        return tr("Cannot tell: those most like them still differ too much from the accounts that got it.")
    return _not_yet(found, by, day)


def _not_yet(found: Compared, by: date | None, day: date) -> str:
    said = tr_n(
        "Cannot tell yet: the outcome of {n} account that got it is certain, {least} are needed.",
        "Cannot tell yet: the outcome of {n} accounts that got it is certain, {least} are needed.", found.got, least=LEAST,
    )  # fmt: skip
    if by is None or by <= day:
        return sentences(said, tr("Of the others it is not known."))
    return sentences(said, tr("It will be from {day} on.", day=day_told(by)))


def chance_told(outcome: str, found: Compared, by: date | None, day: date) -> str:
    """The comparison with accounts that chance held out, in a sentence."""
    if found.difference is None:
        if found.why == FEW_CONTROLS:
            return tr("Cannot tell: the outcome of fewer than {least} accounts that were held out is certain.", least=LEAST)
        return untold(found, by, day)
    gap = found.difference
    words = CHANCE_SENTENCES[(outcome, gap.finding)]
    return words.format(**(_changes(gap.as_change()) if outcome == WEEKLY_ACTIVES else _points(gap)))


def cost_told(gap: Difference | None, cost: int | None, known: int, starts: int, due: int, currency: str) -> str:
    """What it cost for each unit of ARR kept, or why that is not told. Empty where no effect is told at all."""
    if gap is None:
        return ""
    if gap.low <= 0:
        return tr("What ARR kept has cost is not told: by this comparison it may be none.")
    if cost is None:
        return tr("What ARR kept has cost is not known: money is written down for {known} of {starts} starts.", known=known, starts=starts)
    each = cost / (gap.difference * due)
    said = tr("It cost {each} for each {one} of ARR kept.", each=money_in_full(each, currency), one=money_in_full(1, currency))
    if known == starts:
        return said
    rest = tr("Money is written down for {known} of {starts} starts; the others count as those do.", known=known, starts=starts)
    return sentences(said, rest)
