"""What needs consent: each kind in words with who could consent; changed by administrators, who see first what that comes to."""

from datetime import UTC, datetime

import streamlit as st

from data.approvals import approvers, rules
from data.approvals import changing_rules as changing
from data.approvals.approvers import Everybody
from data.approvals.rules import MOST_LEVELS, Level, Rule, Rules, RulesWrong, When
from data.store import open_stores
from data.store.edits import EditRefused
from data.store.store import Store
from data.viewer import NotAllowed
from language import InLanguage, again, mark, tr, tr_n
from language.formats import listed
from pages.ui import loaders, text
from pages.ui.choice import Choice
from pages.ui.downloads import offer
from reports.files.exports import Export

FILE = "approvals.toml"
KINDS = InLanguage(
    {
        "snapshot": mark("A file that ends what it leaves out"), "undo": mark("Undoing or redoing an import"),
        "close": mark("Closing a period"), "reopen": mark("Taking a close back"), "erasure": mark("Erasing somebody"),
        "score": mark("Publishing a version of the health score, or taking one back"),
    }
)  # fmt: skip


def show(choice: Choice, may_change: bool) -> None:
    """The rules in force, kind by kind; for administrators the form of each, and the file of all."""
    if choice.company != "own":
        st.info(tr("The sample company is made up, and needs nobody's consent."), icon=":material/info:")
        return
    store = open_stores.store(choice.company)
    seen = changing.in_force(store)
    try:
        known = rules.current(store.path)
    except RulesWrong as wrong:
        _unusable(wrong)
        known = None
    if known is not None:
        everybody = approvers.everybody(store)
        for kind in rules.OBJECTS:
            _kind(choice, known, everybody, kind, seen if may_change else None)
        _deputies(known, everybody)
    if may_change:
        _file(choice, store, seen)


def _unusable(wrong: RulesWrong) -> None:
    st.error(
        tr("The file of approvals cannot be used. Until it is put right, nothing is done that may need consent."), icon=":material/gpp_bad:"
    )
    for line in str(wrong).splitlines():
        st.caption(text.literal(again(line)))


def _kind(choice: Choice, known: Rules, everybody: Everybody, kind: str, seen: str | None) -> None:
    """One kind: its rules in words, who could consent at each level, and the button that changes it."""
    some = known.about(kind)
    with st.container(border=True, key=f"rules-{kind}"):
        st.markdown(f"**{KINDS.get(kind, kind)}**")
        for rule in some:
            st.markdown(text.literal(_in_words(rule)))
            _levels(rule.levels, kind, everybody)
        if not some:
            st.caption(tr("Needs nobody's consent."))
        if seen is not None and st.button(tr("Change"), key=f"change-{kind}", icon=":material/edit:", type="tertiary"):
            st.dialog(KINDS.get(kind, kind), width="large")(_change)(choice, known, everybody, kind, seen)


def _in_words(rule: Rule) -> str:
    """On what a rule holds, and how many consents it takes."""
    when = rule.when
    said = [
        tr("more than {share}% of ARR", share=f"{round(when.share_above * 100, 4):g}") if when.share_above is not None else "",
        tr("more than {amount:,.2f} of ARR", amount=when.amount_above) if when.amount_above is not None else "",
        tr("an account of {segments}", segments=listed(when.segments)) if when.segments else "",
    ]
    takes = tr_n("{n:,} consent", "{n:,} consents", len(rule.levels))
    on = listed(one for one in said if one)
    return tr("{takes}, where it is about {what}", takes=takes, what=on) if on else tr("{takes}, always", takes=takes)


def _levels(levels: tuple[Level, ...], kind: str, everybody: Everybody) -> None:
    for at, level in enumerate(levels):
        who = [everybody.called(one) for one in approvers.at_level(level, rules.OBJECTS[kind], everybody)]
        named = approvers.in_words(level, everybody)
        if who:
            st.caption(text.literal(tr("Level {n}: {named}. Now: {who}", n=at + 1, named=named, who=listed(who))))
        else:
            nobody = tr("Level {n}: {named}. Nobody may consent now, so that nothing of this can be asked for.", n=at + 1, named=named)
            st.warning(text.literal(nobody), icon=":material/person_off:")


def _deputies(known: Rules, everybody: Everybody) -> None:
    for away, deputy in known.deputies.items():
        days = text.span(deputy.start, deputy.until) if deputy.start and deputy.until else ""
        st.caption(
            text.literal(tr("{who} stands in for {away} {days}", who=everybody.called(deputy.by), away=everybody.called(away), days=days))
        )
    if known.remind_after:
        st.caption(tr_n("Reminded after {n:,} day.", "Reminded after {n:,} days.", known.remind_after))


def _change(choice: Choice, known: Rules, everybody: Everybody, kind: str, seen: str) -> None:
    """The form of one kind: how many levels, who consents at each, and on what condition; what it comes to, and the button."""
    some = known.about(kind)
    if len(some) > 1:
        st.info(tr("Several entries stand for this: change them in the file."), icon=":material/info:")
        return
    was = some[0] if some else Rule(())
    number = st.number_input(tr("Levels"), 0, MOST_LEVELS, len(was.levels), key=f"levels-{kind}")
    levels = tuple(_level(everybody, kind, at, was.levels[at] if at < len(was.levels) else Level()) for at in range(int(number)))
    made = Rule(levels, _when(choice, kind, was.when), was.of)
    after = changing.with_rules(known, kind, (made,) if levels else ())
    _preview(choice, everybody, kind, made, changing.as_file(after), seen)


def _level(everybody: Everybody, kind: str, at: int, was: Level) -> Level:
    roles = sorted({role.name for held in everybody.held.values() for role in held} | {*was.roles})
    with st.container(horizontal=True, gap="small"):
        named = st.multiselect(tr("Level {n}: roles", n=at + 1), roles, was.roles, key=f"roles-{kind}-{at}", placeholder=tr("None"))
        people = st.multiselect(
            tr("or people"), sorted({*everybody.held} | {*was.people}), was.people, key=f"people-{kind}-{at}", placeholder=tr("None"),
            format_func=everybody.called,
        )  # fmt: skip
    return Level(tuple(sorted(named)), tuple(sorted(people)))


def _when(choice: Choice, kind: str, was: When) -> When:
    with st.container(horizontal=True, gap="small"):
        share = st.number_input(
            tr("Above this share of ARR, in %"),
            0.0,
            100.0,
            None if was.share_above is None else round(was.share_above * 100, 4),
            key=f"share-{kind}",
        )
        amount = st.number_input(tr("Above this amount of ARR"), 0.0, None, was.amount_above, key=f"amount-{kind}")
        known = sorted({*loaders.values(choice.company, "segment", choice.viewer), *was.segments})
        segments = st.multiselect(tr("Of segments"), known, was.segments, key=f"segments-{kind}", placeholder=tr("All"))
    return When(amount, None if share is None else round(share / 100, 6), tuple(sorted(segments)))


def _preview(choice: Choice, everybody: Everybody, kind: str, made: Rule, written: str, seen: str) -> None:
    """What the rule comes to, what is wrong with it, and the button that puts it in force."""
    try:
        rules.from_toml(written)
    except RulesWrong as wrong:
        for line in str(wrong).splitlines():
            st.caption(text.literal(again(line)))
        return
    st.subheader(tr("Who could consent"))
    st.markdown(text.literal(_in_words(made)) if made.levels else tr("Needs nobody's consent."))
    _levels(made.levels, kind, everybody)
    if st.button(tr("Put in force"), type="primary", key=f"force-{kind}"):
        _put_in_force(choice, written, seen)


def _put_in_force(choice: Choice, written: str, seen: str) -> None:
    try:
        changing.put_in_force(open_stores.store(choice.company), choice.viewer, written, datetime.now(UTC), seen)
    except (EditRefused, NotAllowed, RulesWrong) as refused:
        st.error(text.literal(again(refused)), icon=":material/error:")
        return
    st.toast(tr("It is in force."), icon=":material/check:")
    st.rerun()


def _file(choice: Choice, store: Store, seen: str) -> None:
    """All of it as a file to take away or to bring, and the way back."""
    with st.expander(tr("All of it as a file"), icon=":material/description:", key="approvals-file"):
        if by := changing.changed_by(store):
            st.caption(text.literal(tr("In force since {by}.", by=by)))
        told = Export("approvals", "people", ("toml",))
        more = {"mime": "application/toml", "icon": ":material/download:", "key": "approvals-download"}
        offer(tr("Download"), FILE, seen.encode, lambda: told, choice.looking, **more)
        if changing.before(store).exists() and st.button(
            tr("As it was before the last change"), icon=":material/restore:", key="approvals-back"
        ):
            _put_in_force(choice, changing.before(store).read_text(encoding="utf-8"), seen)
        written = st.text_area(tr("The file"), seen, height=300, key="approvals-written")
        if written.strip() != seen.strip():
            _of_file(choice, store, written, seen)


def _of_file(choice: Choice, store: Store, written: str, seen: str) -> None:
    """Who could consent to what by a file that was written here, or what is wrong with it."""
    try:
        found = rules.from_toml(written)
    except RulesWrong as wrong:
        for line in str(wrong).splitlines():
            st.caption(text.literal(again(line)))
        return
    everybody = approvers.everybody(store)
    for one in changing.who_could(found, everybody):
        who = listed(everybody.called(each) for each in one.who) or tr("nobody")
        told = tr("{kind}, level {n}: {who}", kind=KINDS.get(one.kind, one.kind), n=one.level + 1, who=who)
        st.markdown(f"- {text.literal(told)}")
    if st.button(tr("Put in force"), type="primary", key="force-file"):
        _put_in_force(choice, written, seen)
