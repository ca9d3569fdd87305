"""Who saw losses coming, and what warnings cost that did not come true, against a count from the raw rows that uses none of the code."""

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.customers.losses_in_common import none_unseen
from reports.report import Question
from tests import foreseen_company as raw

YEAR = Question(as_of=date(2024, 12, 31), start=date(2023, 12, 31), end=date(2024, 12, 31))
LEADS = (90, 60, 30)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("foreseen")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_HEALTH", str(raw.own_card(folder)))
        opened = raw.foreseen_company(folder / "own.duckdb")
        yield opened
        opened.close()


def ask(store, name, question=YEAR, viewer=EVERYONE, **more):
    return run(name, store, viewer, replace(question, **more))


def notice(account):
    return next((given for name, _, _, given, _ in raw.LINES if name == account and given), None)


def by_score(account, day):
    """The latest answer of a year times ten, at risk up to 50 points, from the day of the version on up to 30; notice caps it."""
    begun = min(first for name, first, *_ in raw.LINES if name == account)
    score, answered = raw.NPS.get(account, (None, None))
    if score is None or not answered <= day <= answered + timedelta(days=365) or day < begun:
        return "not_known"
    given = notice(account)
    lowest = 30 if day >= raw.CHANGED_ON else 50
    return "warned" if score * 10 <= lowest or (given and given <= day) else "fine"


def by_model(account, day):
    """The newest prediction written by the day, of the usable model, no older than 45 days; a tenth of the tested were lost."""
    said = [
        (max(seen, written), likely, model)
        for name, seen, likely, model, written in raw.SAID
        if name == account and max(seen, written) <= day
    ]
    if not said or day - max(said)[0] > timedelta(days=45) or max(said)[2] != "v1" or day >= raw.ENDS:
        return "not_known"
    return "warned" if max(said)[1] >= 2 * 0.1 else "fine"


def by_csm(account, day):
    stood = [(called, call) for name, call, called, back in raw.CALLS if name == account and called <= day and (back is None or back > day)]
    if not stood:
        return "not_known"
    return "warned" if max(stood)[1] in ("at_risk", "lost") else "fine"


SAYS = {"score": by_score, "model": by_model, "csm": by_csm}


def lost_and_kept():
    """Day by day from the lines: an end that another line follows was kept, one that none follows was lost; quarters of who has no term."""
    lost, kept = [], []
    last_known = max(first for _, first, *_ in raw.LINES)
    for account in {name for name, *_ in raw.LINES}:
        lines = [(first, end) for name, first, end, *_ in raw.LINES if name == account]
        for _, end in lines:
            if end and YEAR.start < end <= YEAR.end:
                (kept if any(first == end for first, _ in lines) else lost).append((account, end))
        if account in (raw.STAYS, raw.LEAVES):
            gone = lines[0][1] or date.max
            for year, month in ((year, month) for year in (2023, 2024) for month in (1, 4, 7, 10)):
                due = date(year, month, 1) + timedelta(days=90)
                if YEAR.start < due <= YEAR.end and gone > due and due + timedelta(days=30) <= last_known:
                    kept.append((account, due))
    return sorted(lost), sorted(kept)


def counted(cases, source, leads):
    """How many of the cases the source warned of, called fine, and said nothing of, on any of the days."""
    told = {"warned": 0, "fine": 0, "not_known": 0}
    for account, day in cases:
        sources = SAYS.values() if source == "anybody" else [SAYS[source]]
        said = {says(account, day - timedelta(days=lead)) for says in sources for lead in leads}
        told["warned" if "warned" in said else "fine" if "fine" in said else "not_known"] += 1
    return told


def test_the_table_of_warnings_is_that_of_a_count_from_the_raw_rows(store):
    lost, kept = lost_and_kept()
    report = ask(store, "warnings")
    assert report.totals == {"cases_lost": len(lost), "cases_kept": len(kept)} == {"cases_lost": 8, "cases_kept": 11}
    rows = {(row["source"], row["lead_days"]): row for row in report.rows.to_dicts()}
    assert len(rows) == 16
    for (source, lead), row in rows.items():
        leads = LEADS if lead is None else (lead,)
        for came, cases in (("lost", lost), ("kept", kept)):
            expected = counted(cases, source, leads)
            assert {says: row[f"{came}_{says}"] for says in expected} == expected, (source, lead, came)


def test_what_the_price_of_the_seen_share_is(store):
    """By hand: the score warned of L-score and, after notice alone, of L-notice; and of K-score and K-until-may, which stayed."""
    rows = {(row["source"], row["lead_days"]): row for row in ask(store, "warnings").rows.to_dicts()}
    score = rows["score", None]
    assert (score["lost_warned"], score["kept_warned"], score["lost_after_notice"]) == (2, 2, 1)
    assert score["true_share"] == 0.5 and score["seen_share"] == pytest.approx(2 / 7)  # nothing is known of L-silent
    assert rows["model", 90]["seen_share"] is None and rows["model", 90]["true_low"] is None
    assert (rows["csm", 90]["lost_warned"], rows["csm", 60]["lost_warned"], rows["csm", 30]["lost_warned"]) == (1, 0, 1)


def test_each_loss_has_what_was_said_then(store):
    report = ask(store, "losses-seen")
    rows = {row["account_id"]: row for row in report.rows.to_dicts()}
    said = {name: (row["was_seen"], row["warned_first"], row["first_warning"]) for name, row in rows.items()}
    assert said == {
        "L-score": ("seen", "score", 90), "L-notice": ("after_notice", "score", 30), "L-model": ("seen", "model", 60),
        "L-csm": ("seen", "csm", 90), "L-unseen": ("unseen", None, None), "L-silent": ("not_known", None, None),
        "E-early": ("unseen", None, None), "R-leaves": ("unseen", None, None),
    }  # fmt: skip
    for account, row in rows.items():
        for source, says in SAYS.items():
            for lead in LEADS:
                assert row[f"{source}_{lead}"] == says(account, row["churned_on"] - timedelta(days=lead)), (account, source, lead)
    assert (rows["L-csm"]["call_90"], rows["L-csm"]["call_60"], rows["L-csm"]["call_30"]) == ("lost", "likely", "at_risk")
    assert (rows["L-model"]["probability_90"], rows["L-model"]["probability_60"], rows["L-model"]["probability_30"]) == (None, 0.5, None)
    assert rows["L-silent"]["health_90"] == "not_known" and rows["L-notice"]["notice_on"] == date(2024, 5, 22)
    assert report.totals["losses_seen"] == 3 and report.totals["arr_unseen"] == 360000  # three times 1,200 a year


def test_a_score_of_a_day_before_the_first_import_is_a_reconstruction(store):
    """Lines came in on 1 March 2024: E-early had left by then, and all others were looked at later."""
    report = ask(store, "losses-seen")
    assert report.rows.filter("is_reconstructed")["account_id"].to_list() == ["E-early"]
    assert any("Of 1 loss the score is a reconstruction" in note for note in report.notes)


def test_churned_accounts_tell_the_same_of_the_days_before(store):
    both = [
        ask(store, name).rows.sort("account_id").select("account_id", "health_90", "health_30", "probability_60")
        for name in ("churned-accounts", "losses-seen")
    ]
    assert both[0].equals(both[1])


def test_what_unseen_losses_had_in_common_says_when_there_are_too_few(store):
    report = ask(store, "losses-in-common")
    counted = [report.totals[f"accounts_{name}"] for name in ("unseen", "kept", "seen", "after_notice")]
    assert counted == [3, 7, 3, 1]  # of L-notice warned only the score, after notice
    rows = {(row["characteristic"], row["value"]): row for row in report.rows.to_dicts()}
    small = rows["segment", "SMB"]  # L-unseen of the three, and none of the seven that were kept
    assert (small["unseen_with"], small["unseen"], small["others_with"], small["others"]) == (1, 3, 0, 7)
    assert small["p_alone"] == pytest.approx(3 / 10) and small["p_corrected"] is None and small["stands"] == "too_few_to_say"
    assert report.total("words") == "3 losses that nobody saw are too few to say what they had in common."


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (["not_known", "not_known"], "Nothing is known of what was said before these losses."),
        (["seen", "seen"], "Somebody warned of every loss."),
        (["seen", "after_notice"], "Somebody warned of every loss; of 1 only after notice was given."),
        (["after_notice", "not_known"], "Of 1 loss nothing is known of what was said before; somebody warned of the other 1; of 1 only after notice was given."),
        (["seen", "not_known", "not_known"], "Of 2 losses nothing is known of what was said before; somebody warned of the other 1."),
    ],
)  # fmt: skip
def test_a_loss_of_which_nothing_is_known_is_none_that_somebody_warned_of(states, said):
    assert none_unseen(pl.DataFrame({"was_seen": states})) == said


def test_nobody_churned_everybody_did_and_nothing_is_there(store, tmp_path):
    quiet = {"start": date(2024, 9, 30), "end": date(2024, 11, 30)}
    assert ask(store, "losses-seen", **quiet).rows.is_empty()
    assert "No account churned" in ask(store, "losses-seen", **quiet).notes[-1]
    assert "No account churned" in ask(store, "losses-in-common", **quiet).total("words")
    assert ask(store, "warnings", **quiet).totals["cases_lost"] == 0
    with closing(Store.open(tmp_path / "empty.duckdb")) as empty:
        for name in ("losses-seen", "losses-in-common", "warnings"):
            assert run(name, empty, EVERYONE, Question()).rows.is_empty()


@pytest.mark.parametrize("accounts", [1, 5])
def test_everyone_churned(tmp_path, accounts):
    lines = "".join(f"{at},A-{at},Basic,2023-01-01,2024-01-01,1200.00,1 year,USD\n" for at in range(accounts))
    (tmp_path / "c.csv").write_text(f"contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n{lines}")
    with closing(Store.open(tmp_path / "own.duckdb")) as all_left:
        assert import_file(all_left, tmp_path / "c.csv", table="contracts").batch
        asked = Question(as_of=date(2024, 6, 30), start=date(2023, 6, 30), end=date(2024, 6, 30))
        seen = run("losses-seen", all_left, EVERYONE, asked)
        assert seen.rows.height == accounts and set(seen.rows["was_seen"]) == {"not_known"}
        assert run("losses-in-common", all_left, EVERYONE, asked).total("words") == "Nothing is known of what was said before these losses."
        rows = run("warnings", all_left, EVERYONE, asked).rows
        assert rows["lost_not_known"].to_list() == [accounts] * 16 and rows["seen_share"].null_count() == 16


def test_what_stands_out_is_named_and_what_is_spread_as_among_the_others_is_not(tmp_path, monkeypatch):
    """Ten lost, all of them SMB, and thirty kept, none of them; every third of both has the plan Max. Nobody warned: all answered 9."""
    monkeypatch.setenv("HOLDFAST_HEALTH", str(raw.own_card(tmp_path)))
    names = [f"A-{at}" for at in range(40)]
    text = {
        "accounts": "account_id,segment,plan\n"
        + "".join(f"{name},{'SMB' if at < 10 else 'Large'},{'Pro' if at % 3 else 'Max'}\n" for at, name in enumerate(names)),
        "contracts": "contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n"
        + "".join(f"{name}-1,{name},Basic,2023-01-01,2024-01-01,1200.00,1 year,USD\n" for name in names)
        + "".join(f"{name}-2,{name},Basic,2024-01-01,2025-01-01,1200.00,1 year,USD\n" for name in names[10:]),
        "surveys": "survey_id,account_id,kind,score,answered_at\n"
        + "".join(f"S-{name},{name},nps,9,2023-06-01T10:00:00Z\n" for name in names),
    }
    with closing(Store.open(tmp_path / "own.duckdb")) as planted:
        for table, rows in text.items():
            (tmp_path / f"{table}.csv").write_text(rows)
            assert import_file(planted, tmp_path / f"{table}.csv", table=table).batch
        asked = Question(as_of=date(2024, 6, 30), start=date(2023, 6, 30), end=date(2024, 6, 30))
        report = run("losses-in-common", planted, EVERYONE, asked)
    rows = {(row["characteristic"], row["value"]): row for row in report.rows.to_dicts()}
    small = rows["segment", "SMB"]
    assert (small["unseen_with"], small["unseen"], small["others_with"], small["others"]) == (10, 10, 0, 30)
    assert small["stands"] == "stands_out" and report.rows["value"][0] == "SMB"
    assert small["p_alone"] == pytest.approx(1 / 847_660_528)  # C(40, 10) ways to choose ten of forty
    assert rows["segment", "Large"]["stands"] == "rarer" and rows["plan", "Max"]["stands"] == "no_difference"
    assert (rows["plan", "Max"]["unseen_with"], rows["plan", "Max"]["others_with"]) == (4, 10)
    assert report.total("words").startswith("1 thing stands out among the 10 losses that nobody saw")
