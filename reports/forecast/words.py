"""What the forecast says in words: why there is none, what a quarter rests on, and what is not known."""

from language import mark, tr, tr_n
from language.formats import sentences
from metrics.at_stake import IN_GRACE, NO_TERM, RENEWAL
from metrics.past_rates import ALL, BAND, BOTH, SEGMENT, Rate
from models.growth import LEAST_ACCOUNTS as LEAST_GROWN
from models.growth import LEAST_QUARTERS
from reports.customers.churn_model import NONE_YET, OUTDATED
from reports.forecast.forecast import AGAIN, LEAST_ACCOUNTS, LEAST_CASES, MODEL, NOTICE, PAST_RATES, STILL, UNKNOWN, Outlook
from reports.units import in_percent
from reports.words.health_words import band_called

NO_CUSTOMERS = mark("Nobody pays on {day}, so there is nothing to forecast.")
KINDS, SOURCES = (RENEWAL, AGAIN, IN_GRACE, NO_TERM), (MODEL, PAST_RATES, NOTICE, UNKNOWN)
TODAYS_ONLY = mark("Today's customers only: new ones, and former ones that come back, are in none of these figures.")
NO_GROWTH = mark(
    "Expansion and contraction are not known: they are learned from at least {quarters} past quarters with customers. Without them neither "
    "ARR at the end nor NRR and GRR can be told; what is due and what of it is expected to renew can."
)
NO_RENEWAL_RATE = mark(
    "{n} renewals are due by no rate: fewer than {least} past renewals were still open so far ahead, so that nothing is told of them."
)
NO_LEAVING_RATE = mark(
    "Accounts without a term pay {share} of ARR, and fewer than {least} such accounts, once a quarter, lie in the past: how many leave is "
    "not known, and so is ARR at the end of the quarters."
)
HELD_STILL = mark(
    "Accounts that pay {share} of ARR go through a quarter without a renewal, and how such accounts grow is not known: fewer than {least} "
    "of them, once a quarter, lie in the past. They are taken to pay on what they pay in such a quarter."
)
NO_GROWTH_BETWEEN = mark(
    "Accounts that pay {share} of ARR go through a quarter without a renewal, and how such accounts grow is not known: fewer than {least} "
    "of them, once a quarter, lie in the past. From that quarter on neither ARR at the end nor NRR and GRR can be told."
)
FEW_QUARTERS = mark(
    "Only {n} past quarters tell how far quarters differ, so that the range is as wide as is assumed where little is known."
)
USUAL_IN_GRACE = 0.1  # of ARR; where more is, an export is more likely late than so many customers gone
MUCH_IN_GRACE = mark(
    "{share} of ARR is in grace on {day}: its paid time has ended, and nothing that follows it has been imported. If contracts were "
    "exported before those renewals were written down, import a newer export, or look at an earlier day: else the forecast is too low."
)


def why_not(found: Outlook) -> str:
    """Why there is no forecast, and what would change that."""
    known = found.past
    said = {
        "no_customers": tr(NO_CUSTOMERS, day=found.day),
        "too_few_cases": _too_few(known.cases, known.renewed),
        "too_few_accounts": tr_n(
            "There has been {n} customer at a time. What a single customer does cannot be told from rates: a forecast begins with {least}.",
            "There have been {n} customers at a time. What so few do cannot be told from rates: a forecast begins with {least}.",
            known.accounts,
            least=LEAST_ACCOUNTS,
        ),
        "nothing_lost": tr(
            "Nobody has been lost yet, in {n:,} renewals and quarters of accounts without a term. What has never happened has no rate: a "
            "forecast would only say that everything stays. It begins with the first loss.",
            n=known.cases,
        ),
        "everything_lost": tr(
            "All of the {n:,} renewals and quarters of accounts without a term ended in a loss. A forecast would only say that everything "
            "goes. Check whether renewals are imported: page Renewals, renewal rate.",
            n=known.cases,
        ),
    }
    return said[found.reason or "no_customers"]


def _too_few(cases: int, renewed: int) -> str:
    return tr_n(
        "There is {n} past renewal, or quarter of an account without a term, to learn from ({renewals} renewals). With fewer than {least} "
        "a forecast would be chance. What is due is known: page Renewals.",
        "There are {n} past renewals, or quarters of accounts without a term, to learn from ({renewals} renewals). With fewer than {least} "
        "a forecast would be chance. What is due is known: page Renewals.",
        cases,
        renewals=renewed,
        least=LEAST_CASES,
    )


def why_no_model(found: Outlook) -> str:
    """Why no churn model may be used; empty where one may."""
    standing = found.past.standing
    if standing is None:
        return tr(NONE_YET)
    if standing.in_use:
        return ""
    return tr(OUTDATED) if standing.outdated else tr("The churn model may not be used: page Churn model says why.")


def rests_on(found: Outlook, at: int) -> str:
    """What a quarter rests on, in sentences: how many renewals, and of what else something may be lost, by what they are told."""
    counts = found.counted(at)
    said = [_told(_pieces(kind, counts[kind, source]), source) for kind in KINDS for source in SOURCES if counts[kind, source]]
    told = tr("{told}.", told=tr("; ").join(said)) if said else tr("Nothing comes up.")
    return sentences(told, _why_past(found, at) if any(source == PAST_RATES for _, source in counts) else "")


def _pieces(kind: str, n: int) -> str:
    if kind == RENEWAL:
        return tr_n("{n:,} renewal", "{n:,} renewals", n)
    if kind == AGAIN:
        return tr_n("{n:,} term that ends again", "{n:,} terms that end again", n)
    if kind == IN_GRACE:
        return tr_n("{n:,} account in grace", "{n:,} accounts in grace", n)
    return tr_n("{n:,} account without a term", "{n:,} accounts without a term", n)


def _told(pieces: str, source: str) -> str:
    return {
        MODEL: tr("{pieces} by the churn model", pieces=pieces),
        PAST_RATES: tr("{pieces} by past rates", pieces=pieces),
        NOTICE: tr("{pieces} after notice, taken as lost", pieces=pieces),
        UNKNOWN: tr("{pieces} by nothing known", pieces=pieces),
    }[source]


def _why_past(found: Outlook, at: int) -> str:
    if not found.past.model:
        return why_no_model(found)
    return tr("The churn model looks 90 days ahead, and speaks of an account where all that it pays for comes up.")


def of_piece(source: str, said: float | None, rate: Rate | None, segment: str | None, band: str | None) -> str | None:
    """What the probability of a piece rests on: what the churn model says, or the past rate of which group."""
    if source == MODEL:
        return tr("churn probability {probability}", probability=in_percent(said)) if said is not None else None
    return of_rate(rate, segment, band) or None


def of_rate(rate: Rate | None, segment: str | None, band: str | None) -> str:
    """A past rate in words: of which group, how many of how many."""
    if rate is None:
        return ""
    named = segment or tr("no segment")
    group = {
        BOTH: tr("{segment}, band {band}", segment=named, band=band_called(band or "")),
        BAND: tr("band {band}", band=band_called(band or "")),
        SEGMENT: named,
        ALL: tr("all segments"),
    }[rate.level]
    return tr("{group}: {lost:,} of {of:,} lost ({share})", group=group, lost=rate.lost, of=rate.of, share=in_percent(rate.share))


def notes(found: Outlook) -> tuple[str, ...]:
    """What must be known of the figures."""
    if found.forecast is None:
        return (why_not(found),)
    known, said = found.past, [tr(TODAYS_ONLY)]
    unknown = (found.sources == UNKNOWN).any(axis=1)
    loose = found.pieces.filter(unknown & (found.pieces["kind"] == NO_TERM).to_numpy())["at_stake"].sum()
    due = int((unknown & (found.pieces["kind"] == RENEWAL).to_numpy()).sum())
    said += [tr(NO_GROWTH, quarters=LEAST_QUARTERS)] if known.growth is None else []
    said += [tr(NO_RENEWAL_RATE, n=due, least=LEAST_CASES)] if due else []
    share = int(loose) / max(int(found.pieces["at_stake"].sum()), 1)
    said += [tr(NO_LEAVING_RATE, share=in_percent(share), least=LEAST_CASES)] if loose else []
    in_grace = int(found.pieces.filter(found.pieces["kind"] == IN_GRACE)["at_stake"].sum()) / max(int(found.pieces["at_stake"].sum()), 1)
    said += [tr(MUCH_IN_GRACE, share=in_percent(in_grace), day=found.day)] if in_grace > USUAL_IN_GRACE else []
    said += [_unlearned(found)] if found.unlearned else []
    said += [tr(FEW_QUARTERS, n=known.shock.quarters)] if known.shock.quarters < LEAST_QUARTERS else []
    return tuple(said)


def _unlearned(found: Outlook) -> str:
    share = found.unlearned / int(found.pieces["at_stake"].sum())
    return tr(HELD_STILL if share <= STILL else NO_GROWTH_BETWEEN, share=in_percent(share), least=LEAST_GROWN)
