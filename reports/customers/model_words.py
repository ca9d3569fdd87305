"""What churn models have said and the log keeps, in the reader's language: reasons of accounts, and the words of a card.

They are kept in English. Each text is one that models write; a sentence of another making stays as it was kept.
"""

import re

from language import mark, tr
from language.catalogue import CHINESE, ENGLISH, language
from language.formats import clauses, days_told
from language.retold import retold
from reports.words.model_codes import of_the_model
from reports.words.titles import title

# Clauses of a reason; of those that begin alike the longest first.
REASONS = (
    mark("weekly actives {before} -> {now} in eight weeks"),
    mark("features used {before} -> {now} in eight weeks"),
    mark("events in 30 days {before} -> {now} in eight weeks"),
    mark("MRR {before} -> {now} in 90 days"),
    mark("conversations {before} -> {now} in 90 days"),
    mark("weekly actives not known"),
    mark("features used not known"),
    mark("events in 30 days not known"),
    mark("last used not known"),
    mark("CSAT not known"),
    mark("NPS answer not known"),
    mark("MRR not known"),
    mark("seats not known"),
    mark("customer for not known"),
    mark("term in months not known"),
    mark("tickets in 90 days {n}, {open} open, the oldest for {days} days"),
    mark("tickets in 90 days {n}"),
    mark("weekly actives {n}"),
    mark("conversations not known"),
    mark("people who left in 180 days not known"),
    mark("champions not known"),
    mark("last renewal late by not known"),
    mark("conversations {n}"),
    mark("people who left in 180 days {n}"),
    mark("champions {n}"),
    mark("last renewal late by {n} days"),
    mark("features used {n}"),
    mark("events in 30 days {n}"),
    mark("last used {n} covered days ago"),
    mark("CSAT {n} on average"),
    mark("NPS answer {n}"),
    mark("no conversation for {n} days"),
    mark("MRR {n}"),
    mark("seats {n}"),
    mark("customer for {n} days"),
    mark("term in months {n}"),
    mark("accounts like it {n}"),
    mark("of {n} other accounts that were most like it {lost} left"),
)
CARD = (
    mark(
        "On {lost} and {kept} in later time the model told the two apart with an AUC of {auc} ({low} to {high}); losses were {lift} times "
        "as frequent in the tenth that it thought most at risk as on average."
    ),
    mark("On {lost} and {kept} in later time the model ({auc}) did not beat {baselines} by more than chance allows, so it is not used."),
    mark(
        "On {lost} and {kept} in later time the input {input} alone did about as well as the model ({auc}). Bookkeeping writes it; it is "
        "no sign that a customer gives, so the model is not used."
    ),
    mark("There are {lost} and {kept} to learn from. With fewer than {least} of either, a model would learn chance, so none was made."),
    mark("There is {lost} and {kept} to learn from. With fewer than {least} of either, a model would learn chance, so none was made."),
    mark(
        "There are {lost} and {kept}, of which {n} of the rarer kind lie in the time held out for testing. With fewer than {least} the "
        "test would prove nothing, so no model was made."
    ),
    mark(
        "There are {lost} and {kept}, but only {n} of the rarer kind were certain before the test began. With fewer than {least} there is "
        "too little to learn from, so no model was made."
    ),
    mark("No input ({inputs}) has two different values, so there is nothing to learn from."),
    mark("The input {input} alone tells almost every outcome, so it was most likely written afterwards. Leave it out."),
    mark(
        "Of {lines} paying lines {endless} have no end; of {accounts} accounts {lapsed} ever stopped paying, and {back} of them came back. "
        "That is as seen by {day}, the last day on which a line starts; what ends later may only lack its renewal."
    ),
    mark("Usage is known from {day} on; accounts were looked at from then on alone."),
    mark(
        "{before} of {all} observations lie before contracts were first imported, on {day}. What contracts said then was told afterwards "
        "and may have been corrected since, so the model may do worse on days to come than on those it was tried on."
    ),
    mark("not known for {missing} of {rows} rows"),
)
VALUES = (
    mark("{n} losses"),
    mark("{n} loss"),
    mark("{n} renewals kept"),
    mark("{n} renewal kept"),
    mark("AUC {auc}, {low} to {high}"),
)
QUOTED = re.compile(r"“([^”]+)”( as a probability)?")


def reason(kept: str) -> str:
    """A reason why an account may leave."""
    return kept if language() == ENGLISH else clauses(*(retold(clause, REASONS, _figure) for clause in kept.split("; ")))


def _figure(kept: str) -> str:
    """A figure of a reason."""
    return kept.replace(" %", "%") if language() == CHINESE else kept


def of_card(kept: str) -> str:
    """The words, a warning or a note of a card."""
    return retold(kept, CARD, _value)


def _value(kept: str) -> str:
    if QUOTED.search(kept):
        return QUOTED.sub(_quoted, kept).replace("”, “", "”、“")
    return title(kept) if kept.isidentifier() and not kept.isupper() else days_told(retold(kept, VALUES))


def _quoted(found: re.Match[str]) -> str:
    name = of_the_model(found[1])
    return tr("“{name}” as a probability", name=name) if found[2] else f"“{name}”"
