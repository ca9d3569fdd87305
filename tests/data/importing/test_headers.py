"""Headers as people write them, in eight languages, and what their words mean."""

import pytest

from data.importing.headers import UNKNOWN, currency_in, meanings


@pytest.mark.parametrize(
    ("meaning", "headers"),
    [
        ("customer", "Customer|Client|Kunde|Firma|Client|Entreprise|Cliente|Empresa|Klant|Bedrijf|客户|公司|顧客|取引先|会社"),
        (
            "customer name",
            "Account Name|customer_name|CompanyName|Kundenname|Nom du client|Nombre del cliente|Nome do cliente|Klantnaam|客户名称|顧客名",
        ),
        ("customer id", "Account ID|customer_no|accountId|Kundennummer|Kunden-Nr.|Numéro client|Klantnummer|客户编号|顧客番号"),
        (
            "contract start",
            "Contract Start|start of contract|Vertragsbeginn|Début du contrat|Inicio del contrato|Início do contrato|Ingang contract",
        ),
        ("contract start date", "Contract start date|SUBSCRIPTION_START_DATE|Fecha de inicio del contrato|合同开始日期|契約開始日"),
        ("contract end", "Contract end|Vertragsende|Fin du contrat|Fin de contrato|Término do contrato|Einde contract|合同结束|契約終了"),
        ("date start", "Start date|startDate|Startdatum|Date de début|Fecha de inicio|Data de início|Ingangsdatum|开始日期|開始日"),
        ("date end", "End date|Enddatum|Date de fin|Fecha de fin|Data de término|Einddatum|结束日期|終了日"),
        (
            "amount year",
            "Annual value|Yearly amount|Jahreswert|Jahresbetrag|Montant annuel|Importe anual|Valor anual|Jaarbedrag|年度金额|年額|Value per year",
        ),
        ("amount month", "Monthly amount|Monatsbetrag|Montant mensuel|Importe mensual|Valor mensal|Maandbedrag|月额|月額"),
        ("month price", "Monthly fee|Monatspreis|Prix mensuel|Precio mensual|Preço mensal|Maandprijs|月费"),
        ("mrr", "MRR|MRR (USD)|MRR [€]|Monthly recurring revenue"),
        ("arr", "ARR|Annual recurring revenue|arr_usd"),
        ("tcv", "TCV|Total contract value|Gesamtwert|Valeur totale|Valor total|合同总额|契約総額"),
        ("currency", "Currency|Währung|Waehrung|Devise|Moneda|Moeda|Valuta|币种|通貨"),
        ("firmographic", "Annual Revenue|AnnualRevenue|Number of Employees|Website|Jahresumsatz"),
        ("renewal", "Next renewal|Renewal|Verlängerung|Renouvellement|Renovación|Renovação|Verlenging|续约|更新"),
        ("contract id", "Contract No|subscription_id|Vertragsnummer|Numéro de contrat|合同编号|契約番号"),
        ("month term", "Term (months)|Laufzeit (Monate)|Durée (mois)|Looptijd (maanden)|Plazo (meses)"),
        ("cents price", "price_cents|price in cents"),
        ("amount unit", "unit_amount|UnitAmount"),
        ("invoice id", "Invoice No.|Rechnungsnummer|Numéro de facture|Número de factura|Factuurnummer|发票号码|請求書番号"),
        ("customer start", "Customer since|customerFrom|Kunde seit|Client depuis|Cliente desde|Klant sinds"),
    ],
)
def test_words_of_headers(meaning, headers):
    said = {header: meanings(header) for header in headers.split("|")}
    assert {header: told for header, told in said.items() if told != frozenset(meaning.split())} == {}


@pytest.mark.parametrize("header", ["colour", "taste", "ARR (k€)", "年度金额（万元）", "Date of birth", "Marketing spend"])
def test_a_word_that_is_in_no_list_is_not_guessed(header):
    assert UNKNOWN in meanings(header)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("ARR (USD)", "USD"),
        ("MRR in EUR", "EUR"),
        ("Jahreswert (€)", "EUR"),
        ("Annual value £", "GBP"),
        ("金额（元）", "CNY"),
        ("ACV ($)", None),
        ("ACV", None),
    ],
)
def test_the_currency_that_a_header_names(header, code):
    assert currency_in(header) == code
