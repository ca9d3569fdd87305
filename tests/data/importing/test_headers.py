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
        ("seats", "Seats|席位数|席位|坐席数|用户数|授权数量|席位數"),
        ("status contract", "合同状态|订阅状态|合約狀態"),
        ("auto renewal", "自动续费|是否自动续约|自動續約"),
        ("unit price", "Unit price|单价|單價"),
        ("billing period", "Billing period|计费周期|收费周期|结算周期"),
        ("owner", "Owner|负责人|客户成功经理|跟进人"),
        ("event name", "事件名称|功能名称"),
        ("date occurred", "发生时间|访问时间"),
        ("ticket id", "Ticket number|工单编号|工单号"),
        ("date reply", "首次响应时间|首次回复时间"),
        ("date resolved", "Resolved date|解决时间|关闭时间"),
        ("score", "Score|评分|得分|NPS评分"),
        ("churned reason", "Churn reason|流失原因"),
        ("segment", "Segment|客户级别|客户等级"),
        ("customer start", "Customer since|customerFrom|Kunde seit|Client depuis|Cliente desde|Klant sinds"),
    ],
)
def test_words_of_headers(meaning, headers):
    said = {header: meanings(header) for header in headers.split("|")}
    assert {header: told for header, told in said.items() if told != frozenset(meaning.split())} == {}


@pytest.mark.parametrize("header", ["colour", "taste", "ARR (k€)", "序号", "单位", "Date of birth", "Marketing spend"])
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
        ("金额（万元）", "CNY"),
        ("金额(美元)", "USD"),
        ("金额（日元）", "JPY"),
        ("金額（新台幣）", "TWD"),
        ("金額（元）", None),  # of China, Taiwan or Hong Kong
        ("ACV ($)", None),
        ("ACV", None),
    ],
)
def test_the_currency_that_a_header_names(header, code):
    assert currency_in(header) == code
