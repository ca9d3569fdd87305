"""Words for periods: each spelling and language is one length of time, and a word with two meanings is none."""

import polars as pl
import pytest

from data.importing.reader.periods import LENGTHS, period, periods, two_meanings

MEANT = {
    "1 month": "monthly, Monthly, month, mo, MTHLY, per month, a month, each month, /mo, /month, every month, P1M, pro Monat, monatlich, mtl., je Monat, mensuel, "
    "par mois, mensual, al mes, mensal, ao mês, mensile, al mese, per maand, maandelijks, 每月, 月, 月付, 毎月, billed monthly, 1 month",
    "3 month": "quarterly, quarter, 1 quarter, every quarter, per quarter, QTRLY, qtr, 3 mo, 3 months, every 3 months, P3M, pro Quartal, vierteljährlich, alle 3 Monate, "
    "tous les 3 mois, trimestriel, cada 3 meses, trimestral, a cada 3 meses, ogni 3 mesi, per kwartaal, elke 3 maanden, 3个月, 每3个月, 3ヶ月, 季度, 四半期",
    "6 month": "semi-annual, Semi_Annual, SEMIANNUALLY, half-yearly, half_yearly, half a year, per_six_months, 6-monthly, Every_6_Months, P6M, halbjährlich, semestriel, semestral, halfjaarlijks, 半年, 每半年",
    "1 year": "annual, annually, yearly, YEARLY, year, yr, 1 yr, per annum, Per-Annum, p.a., every year, /yr, one year, P1Y, jährlich, pro Jahr, im Jahr, annuel, par an, anual, "
    "al año, por ano, annuale, all'anno, jaarlijks, per jaar, 年, 每年, 一年, 毎年, annual plan, 1 year",
    "2 year": "biennial, BIENNIAL, 2-Year, every 2 years, per_two_years, two years, P2Y, alle 2 Jahre, 两年",
    "3 year": "3-Year, per_three_years, triennial, 3 ans",
    "12 month": "12, 12 months, 12 mos, P12M, every 12 months, douze mois, zwölf Monate",
    "18 month": "18 months, P18M, P1Y6M",
    "2 month": "bimestrial, BIMESTRIAL, every two months, bimestral, zweimonatlich",
    "4 month": "cuatrimestral, every 4 months",
    "1 week": "weekly, week, P1W, wöchentlich, par semaine, semanal, per week, 每周",
    "2 week": "fortnightly, 2 weeks, every 2 weeks, every two weeks",
    "4 week": "every 4 weeks, 4-weekly, P4W",
    "30 day": "THIRTY_DAYS, 30 days, P30D",
    "1 day": "daily, per day, täglich, 每天",
    "7 day": "P7D, 7 days",
    "term": "term, Term, full term",
}  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), [(one, length) for length, many in MEANT.items() for one in many.split(", ")])
def test_a_word_for_a_period(written, meant):
    assert period(written) == meant


@pytest.mark.parametrize("written", ["bimonthly", "Bi-Monthly", "biweekly", "bi weekly", "biannual", "BIANNUAL", "bianual", "bimensuel"])
def test_a_word_with_two_meanings_is_not_guessed(written):
    assert period(written) is None
    assert " or " in two_meanings(pl.Series([written]))[0]


@pytest.mark.parametrize(
    "written", ["sometimes", "0", "0 months", "1.5 years", "twice a month", "semi-monthly", "every other month", "plan 3", "every 3", "P", "PT1H", "P1M10D", "3 + 3 months", "12 months billed monthly", "$100/mo", "2024-01", "-", ""],
)  # fmt: skip
def test_what_is_no_single_length_of_time_is_none(written):
    assert period(written) is None


def test_no_word_has_two_lengths():
    words = [word for many in LENGTHS.values() for word in many.split()]
    assert sorted(words) == sorted({*words})


def test_a_column_is_read_at_once():
    assert periods(pl.Series(["yearly", None, "bimonthly"])).to_list() == ["1 year", None, None]
    assert two_meanings(pl.Series(["yearly", None])).to_list() == [None, None]
