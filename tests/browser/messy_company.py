"""Nine exports of a company that there is not, as its tools and colleagues write them: `files` makes them, and the sums beside them say
what is right. Whoever changes the page finds here what an analyst brings on the first day; nothing in it was made to fit the page.
"""

import csv
import io
from datetime import date, timedelta

import xlsxwriter

# Record id, name, domain, city. The CRM's names; other files write them otherwise here and there.
COMPANIES = (
    ("20871100501", "Alder & Finch Ltd", "alderfinch.example", "Leeds"),
    ("20871100502", "Bramblewick GmbH", "bramblewick.example", "Kiel"),
    ("20871100503", "Corvid Analytics", "corvid.example", "Utrecht"),
    ("20871100504", "Dunmore Foods", "dunmorefoods.example", "Cork"),
    ("20871100505", "Estuary Labs", "estuarylabs.example", "Lisbon"),
    ("20871100506", "Fernhill Clinic", "fernhill.example", "Graz"),
    ("20871100507", "Gablecross AG", "gablecross.example", "Basel"),
    ("20871100508", "Hollowell Print", "hollowell.example", "York"),
    ("20871100509", "Ironbark Mining", "ironbark.example", "Malmö"),
    ("20871100510", "Juniper Travel", "junipertravel.example", "Nice"),
    ("20871100511", "Kestrel Freight", "kestrelfreight.example", "Gdynia"),
    ("20871100512", "Larkspur Media", "larkspur.example", "Porto"),
    ("20871100513", "Mossgate Bank", "mossgate.example", "Vienna"),
    ("20871100514", "Northlight Studio", "northlight.example", "Oslo"),
)
# By card, monthly or yearly: customer, plan, amount, interval, quantity, status, created, canceled.
BY_CARD = (
    ("Estuary Labs", "Team", "240.00", "month", 8, "active", "2025-03-04 09:12", ""),
    ("Hollowell Print", "Team", "90.00", "month", 3, "active", "2025-07-19 16:40", ""),
    ("Juniper Travel", "Business", "4800.00", "year", 20, "active", "2026-02-02 11:05", ""),
    ("Larkspur Media", "Team", "150.00", "month", 5, "canceled", "2025-05-11 08:30", "2026-08-11 08:30"),
    ("Northlight Studio", "Team", "60.00", "month", 2, "trialing", "2026-11-09 13:22", ""),
)
# Signed on paper, in Kate's workbook: customer, product, from, to (the last day that is paid for), fee a year as she typed it, seats.
SIGNED = (
    ("Alder & Finch Ltd", "Platform", date(2026, 1, 1), date(2026, 12, 31), 24000, 60),
    ("Bramblewick GmbH", "Platform", date(2026, 4, 1), date(2027, 3, 31), "18.500,00 €", 45),
    ("", "Archive add-on", date(2026, 4, 1), date(2027, 3, 31), "€ 2.400,50", ""),  # the customer stands merged over two rows
    ("Corvid Analytics", "Platform", date(2026, 7, 1), date(2027, 6, 30), 9600.75, 20),
    ("Dunmore Foods", "Platform", date(2026, 2, 1), date(2027, 1, 31), "31.000 €", 80),
)
# What was bought with a smaller rival and never moved: account, renewal day, ARR as written, since when.
TAKEN_OVER = (
    ("Fernhill Clinic", "31.03.2027", "€12,400.00", "01.04.2024"),
    ("Gablecross AG", "30.06.2027", "€8,150.50", "01.07.2025"),
    ("Ironbark Mining", "31.12.2026", "€22,000.00", "01.01.2025"),
    ("Kestrel Freight", "30.09.2027", "€5,999.00", "01.10.2025"),
    ("Mossgate Bank", "28.02.2027", "€40,250.00", "01.03.2023"),
)
# The year's money of each on 24 November 2026, added by hand: by card 240 x 12, 90 x 12 and 4,800 (one has left, one still tries).
ARR = {
    "Alder & Finch Ltd": 24000.00,
    "Bramblewick GmbH": 18500.00 + 2400.50,
    "Corvid Analytics": 9600.75,
    "Dunmore Foods": 31000.00,
    "Estuary Labs": 240.00 * 12,
    "Fernhill Clinic": 12400.00,
    "Gablecross AG": 8150.50,
    "Hollowell Print": 90.00 * 12,
    "Ironbark Mining": 22000.00,
    "Juniper Travel": 4800.00,
    "Kestrel Freight": 5999.00,
    "Mossgate Bank": 40250.00,
}
EXPORTED = date(2026, 11, 24)
SILENT = ("Larkspur Media", "Mossgate Bank")  # of whom the product has no event: one has left, one never began


def files() -> dict[str, bytes]:
    """Every file by its name, in the order in which a person finds them."""
    return {
        "subscriptions.csv": subscriptions(),
        "Enterprise contracts 2026 (Kate) FINAL.xlsx": contracts(),
        "hubspot-crm-exports-all-companies-2026-11-24.csv": companies(),
        "hubspot-crm-exports-all-contacts-2026-11-24.csv": contacts(),
        "product_events.csv": events(),
        "Your_unsolved_tickets_view.csv": tickets(),
        "Support satisfaction responses.csv": satisfaction(),
        "NPS autumn.csv": recommendations(),
        "renewals tracker.csv": tracker(),
    }


def _csv(rows: list, mark: str = "", separator: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    held = io.StringIO()
    csv.writer(held, delimiter=separator, quoting=quoting, lineterminator="\r\n").writerows(rows)
    return (mark + held.getvalue()).encode()


def companies() -> bytes:
    header = ["Record ID", "Company name", "Company owner", "Create Date", "Phone Number", "Last Activity Date", "City", "Industry",
              "Lifecycle Stage", "Company Domain Name"]  # fmt: skip
    owners = ("Ines Duarte", "Tom Okafor", "")
    rows = [
        [record, name, owners[at % 3], "2025-01-08 10:14", "", "2026-11-20 15:02" if at % 2 else "", city, "", "Customer", domain]
        for at, (record, name, domain, city) in enumerate(COMPANIES)
    ]
    return _csv([header, *rows], mark="\ufeff", quoting=csv.QUOTE_ALL)


def contacts() -> bytes:
    header = ["Record ID", "First Name", "Last Name", "Email", "Phone Number", "Contact owner", "Job Title", "Associated Company IDs",
              "Associated Company", "Lead Status"]  # fmt: skip
    rows = [
        [
            str(551000 + 2 * at + (first == "Lou")),
            first,
            f"No{at}",
            f"{first.lower()}@{domain}",
            "",
            "Ines Duarte",
            "Head of Operations",
            record,
            name,
            "",
        ]
        for at, (record, name, domain, _) in enumerate(COMPANIES)
        for first in ("Kim", "Lou")
    ]
    return _csv([header, *rows], quoting=csv.QUOTE_ALL)


def subscriptions() -> bytes:
    """Stripe's own columns, under its own name, which has no day; the customer is a cus_ id with the name beside it."""
    header = ["id", "Customer ID", "Customer Description", "Customer Email", "Plan", "Quantity", "Currency", "Interval", "Amount", "Status",
              "Created (UTC)", "Start (UTC)", "Current Period Start (UTC)", "Current Period End (UTC)", "Trial Start (UTC)",
              "Trial End (UTC)", "Application Fee Percent", "Coupon", "Customer Name", "Canceled At (UTC)", "Ended At (UTC)",
              "Cancel At Period End"]  # fmt: skip
    domains = {name: domain for _, name, domain, _ in COMPANIES}
    rows = []
    for at, (name, plan, amount, interval, quantity, status, created, ended) in enumerate(BY_CARD):
        trial = ["2026-11-09 13:22", "2026-12-09 13:22"] if status == "trialing" else ["", ""]
        period = trial if status == "trialing" else ["2026-11-04 09:12", "2026-12-04 09:12"]
        rows.append(
            [f"sub_1Qx{at}", f"cus_Ta{at}9", "", f"billing@{domains[name]}", f"price_{plan.lower()}", quantity, "eur", interval, amount,
             status, created, created, *period, *trial, "", "", name, ended, ended, "false"]
        )  # fmt: skip
    return _csv([header, *rows])


def contracts() -> bytes:
    """A title, a remark, an empty row, a header over two rows, a customer merged over two lines, fees as numbers and as text, a sum."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    book.add_worksheet("Notes").write(0, 0, "Ask Kate before you change anything here.")
    sheet = book.add_worksheet("Contracts")
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write(0, 0, "Enterprise contracts 2026, without cards")
    sheet.write(1, 0, "(amounts in EUR, state of November)")
    sheet.merge_range(3, 2, 3, 3, "Contract term")
    sheet.merge_range(3, 4, 3, 5, "Annual")
    for column, head in enumerate(("Customer", "Product", "Start", "End", "fee", "seats")):
        sheet.write(4, column, head)
    for at, (customer, product, start, end, fee, seats) in enumerate(SIGNED, start=5):
        if customer == "":
            sheet.merge_range(at - 1, 0, at, 0, SIGNED[at - 6][0])
        else:
            sheet.write(at, 0, customer)
        sheet.write(at, 1, product)
        sheet.write_datetime(at, 2, start, day)
        sheet.write_datetime(at, 3, end, day)
        sheet.write(at, 4, fee)
        sheet.write(at, 5, seats)
    sheet.write(11, 0, "Total")
    sheet.write(11, 4, 24000 + 18500 + 2400.5 + 9600.75 + 31000)
    book.close()
    return held.getvalue()


def events() -> bytes:
    """October and November: every workday each account's people open and share; the workspace is the customer's domain."""
    rows = [["Timestamp", "Workspace", "User", "Action"]]
    for back in range(56, -1, -1):
        day = date(2026, 11, 23) - timedelta(days=back)
        for at, (_, name, domain, _) in enumerate(COMPANIES):
            if name not in SILENT and day.weekday() < 5:
                rows += [[f"{day} {8 + at % 9:02}:{at:02}:07", domain, f"kim@{domain}", action] for action in ("document opened", "share")]
    return _csv(rows)


def tickets() -> bytes:
    """A view of Zendesk as it is exported: the organization by its name, the day of the request, no day of the solution."""
    header = ["Summation column", "Subject", "ID", "Requester", "Requested", "Status", "Priority", "Organization", "Assignee"]
    rows = [
        ["1", "Cannot sign in", "4101", "Kim No0", "2026-11-20 09:41", "Open", "High", "Alder & Finch Ltd", "Sam"],
        ["1", "Invoice is wrong", "4102", "Lou No1", "2026-11-21 10:02", "Pending", "Normal", "Bramblewick GmbH", "Sam"],
        ["1", "Export hangs, again", "4103", "Kim No3", "2026-11-23 17:55", "New", "Urgent", "Dunmore Foods", ""],
        ["1", "Question on seats", "4104", "Lou No3", "2026-11-23 18:10", "Open", "Low", "Dunmore Foods", "Sam"],
    ]
    return _csv([header, *rows])


def satisfaction() -> bytes:
    """A form's answers: no id of an account, the name as people type it, a scale that only the question tells."""
    header = ["Timestamp", "Company", "Your e-mail", "How satisfied are you with our support?", "What could be better?"]
    rows = [
        ["10/14/2026 9:12:44", "Alder & Finch Ltd", "kim@alderfinch.example", "4", ""],
        ["10/15/2026 14:03:10", "Dunmore Foods", "kim@dunmorefoods.example", "2", "The export, please"],
        ["10/29/2026 8:45:31", "Estuary Labs", "lou@estuarylabs.example", "5", "nothing"],
    ]
    return _csv([header, *rows])


def recommendations() -> bytes:
    header = ["Response ID", "Submitted", "Company", "How likely are you to recommend us to a colleague?", "Why?"]
    rows = [
        ["r-01", "2026-10-02", "Corvid Analytics", "9", "It just works"],
        ["r-02", "2026-10-02", "Fernhill Clinic", "10", ""],
        ["r-03", "2026-10-05", "Hollowell Print", "6", "Price"],
        ["r-04", "2026-10-06", "Mossgate Bank", "8", ""],
    ]
    return _csv([header, *rows])


def tracker() -> bytes:
    rows = [["Account", "Customer since", "Renewal date", "ARR", "CSM", "Risk", "Notes"]]
    rows += [
        [account, since, day, arr, "Tom", risk, ""]
        for (account, day, arr, since), risk in zip(TAKEN_OVER, ("low", "", "HIGH", "low", "med"), strict=True)
    ]
    return _csv(rows, separator=";")
