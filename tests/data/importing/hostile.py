"""Files that nobody should send, by category: each a name and its bytes. Every one that holds cells holds SECRET in one of them."""

import gzip
import io
import itertools
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

import polars as pl
import xlsxwriter

SECRET = "qzSECRETqz"
File = tuple[str, bytes]
ACCOUNTS = "account_id,name,owner,created_on\nA1,{name},one@example.com,2024-01-31\nA2,Birch " + SECRET + ",two@example.com,2024-02-29\n"
EVENTS = "account_id,user_id,event,occurred_at,quantity\nA1,u1,{event},{at},{quantity}\nA2," + SECRET + ",open,2024-01-02 03:04:05,1\n"
LINES = "contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n1,A1,{product},{day},,{amount},{period},{currency}\n"
LINES += "2,A2," + SECRET + ",2024-01-31,2025-01-31,12.50,1 month,USD\n"
PLAIN = {"day": "2024-01-31", "amount": "10.00", "period": "1 month", "currency": "USD", "product": "Basic"}
EVENT = {"event": "open", "at": "2024-01-02 03:04:05", "quantity": "1"}


def encodings() -> Iterator[File]:
    names = ["Zoë Müller", "株式会社", "Ёлка", "حساب", "Ünïcödé ß", "naïve"]
    for name, encoding in itertools.product(names, ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"]):
        yield f"{encoding}-{name}.csv", ACCOUNTS.format(name=name).encode(encoding)
    for encoding in ("cp1252", "latin-1", "mac_roman", "cp850"):
        yield f"{encoding}.csv", ACCOUNTS.format(name="Zoë").encode(encoding)
    for encoding in ("shift_jis", "euc_jp", "big5", "gbk"):
        yield f"{encoding}.csv", ACCOUNTS.format(name="中文").encode(encoding)
    yield "koi8.csv", ACCOUNTS.format(name="Ёлка").encode("koi8-r")
    for number, broken in enumerate([b"\xff\xfe\xfd", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f", b"\x80\x81", b"\xfe\xff"]):
        yield f"broken-{number}.csv", ACCOUNTS.encode().replace(b"{name}", b"Zo" + broken)
    yield "mixed.csv", ACCOUNTS.format(name="Zoë").encode() + "A3,Zoë,,2024-01-01\n".encode("cp1252")


def delimiters() -> Iterator[File]:
    for sign, end in itertools.product(",;\t|:^~ ", ["\n", "\r\n", "\r"]):
        yield f"by-{ord(sign)}-{ord(end[0])}{len(end)}.csv", ACCOUNTS.format(name="Alder").replace(",", sign).replace("\n", end).encode()
    yield "two-signs.csv", b"account_id;name,owner\nA1;x,y\nA2;" + SECRET.encode() + b",z\n"


def quoting() -> Iterator[File]:
    cells = [
        '"open',
        'a"b',
        '"a""b"',
        '"a\\""b"',
        '""',
        '"""',
        '"a\nb"',
        '"a\r\nb"',
        "'a'",
        '"a" b',
        '"a,b"',
        '"' + "x\n" * 50 + '"',
        '"a',
        "“a”",
    ]
    for number, cell in enumerate(cells):
        yield f"quoted-{number}.csv", ACCOUNTS.replace("{name}", cell).encode()
        yield f"quoted-event-{number}.csv", EVENTS.format(**EVENT | {"event": cell}).encode()


def numbers() -> Iterator[File]:
    amounts = [
        "1e400",
        "-1e400",
        "NaN",
        "inf",
        "-inf",
        '"1.234,56"',
        '"1,234.56"',
        "(12.00)",
        "$12",
        "€12",
        "12 USD",
        "0x1F",
        "1_000",
        "١٢",
        "１２",
    ]
    amounts += [
        "--5",
        "5-",
        "1.2.3",
        '"1,2,3"',
        "",
        "?",
        "N/A",
        "1/2",
        "50%",
        "9" * 30,
        "0." + "0" * 40 + "1",
        "1e-5",
        "+7",
        " 8 ",
        "'9",
        "true",
    ]
    for number, amount in enumerate(amounts):
        yield f"amount-{number}.csv", LINES.format(**PLAIN | {"amount": amount}).encode()
        yield f"quantity-{number}.csv", EVENTS.format(**EVENT | {"quantity": amount}).encode()


def days() -> Iterator[File]:
    moments = [
        "0203-01-01",
        "9999-12-31",
        "10000-01-01",
        "2024-02-30",
        "31/02/2024",
        "03/04/2024",
        "13/13/2024",
        "1700000000",
        "1700000000000",
        "-5",
    ]
    moments += [
        "41030",
        "2024-01-02T03:04:05+99:00",
        "2024-01-02 25:00",
        "24:00",
        "yesterday",
        "0000-00-00",
        "2024-W05",
        "1.2.24",
        "",
        "2024",
    ]
    moments += [
        "20240102",
        "2024-01-02T03:04:05.123456789Z",
        "Jan 2, 2024",
        "setembro 15, 2020, 4:11 PM".replace(",", ""),
        "2024-1-2",
        "99999999999999",
    ]
    for number, moment in enumerate(moments):
        yield f"at-{number}.csv", EVENTS.format(**EVENT | {"at": moment}).encode()
        yield f"day-{number}.csv", LINES.format(**PLAIN | {"day": moment}).encode()


def headers() -> Iterator[File]:
    row = f"A1,{SECRET},one,2024-01-01\n"
    for number, header in enumerate([
        "account_id,name,name,created_on", "account_id,,,", ",,,", "account_id,Name,NAME,created_on", "ACCOUNT_ID,name,owner,created_on", "a,b,c,d",
        "account_id,name,owner", "account_id,name,owner,created_on,extra,more", "account_id", "line,account_id,name,batch", "# account_id,name,owner,created_on",
        "account_id,name [txt],name,row_key", '"account_id","name\nof it",owner,created_on', "\ufeffaccount_id,name,owner,created_on", "1,2,3,4",
    ]):  # fmt: skip
        yield f"header-{number}.csv", f"{header}\n{row}".encode()
        yield f"only-header-{number}.csv", f"{header}\n".encode()
    yield "titles.csv", f"Report of accounts\n\n\naccount_id,name,owner,created_on\n{row}\nTotal,1\nConfidential\n".encode()
    yield "wide.csv", (",".join(f"c{n}" for n in range(10_000)) + "\n" + ",".join(["1"] * 10_000) + "\n").encode()
    yield "wide-rows.csv", ("account_id,name\n" + f"A1,{SECRET}" + ",x" * 5_000 + "\n").encode()


def sizes() -> Iterator[File]:
    for name, content in {
        "empty": b"",
        "byte": b"a",
        "breaks": b"\n\n\n",
        "blanks": b"   ",
        "nul": b"\x00",
        "nuls": b"a,b\n\x00,\x00\n",
        "mark": b"\xef\xbb\xbf",
    }.items():
        yield f"{name}.csv", content
    yield "cell.csv", f"account_id,name\nA1,{SECRET}{'x' * 3_000_000}\n".encode()
    yield "huge-cell.csv", f'account_id,name\nA1,"{SECRET}{"x" * 11_000_000}"\n'.encode()
    yield "one-line.csv", ("account_id,name" + ",A1" * 1_000_000).encode()
    yield "ragged.csv", ("account_id,name,owner\n" + "".join(f"A{n}" + ",x" * (n % 7) + "\n" for n in range(20_000))).encode()
    yield "noise.csv", bytes((n * 7919 + n // 3) % 256 for n in range(200_000))


def archives() -> Iterator[File]:
    plain = ACCOUNTS.format(name="Alder").encode()

    def packed(members: dict[str, bytes]) -> bytes:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target:
            for name, content in members.items():
                target.writestr(name, content)
        return held.getvalue()

    one, squeezed = packed({"a.csv": plain}), gzip.compress(plain)
    locked = bytearray(one)
    locked[6] |= 1
    locked[one.index(b"PK\x01\x02") + 8] |= 1
    yield from {
        "one.zip": one, "two.zip": packed({"a.csv": plain, "b.csv": plain}), "nested.zip": packed({"a.zip": one}), "none.zip": packed({}),
        "up.zip": packed({"../../../tmp/up.csv": plain}), "root.zip": packed({"/etc/up.csv": plain}), "bomb.zip": packed({"a.csv": b"a,b\n" * 30_000_000}),
        "locked.zip": bytes(locked), "cut.zip": one[: len(one) // 2], "tail.zip": one + b"x" * 100, "head.zip": b"MZ" + one, "many.zip": packed({f"{n}.csv": b"" for n in range(2_000)}),
        "one.gz": squeezed, "cut.gz": squeezed[:-9], "twice.gz": gzip.compress(squeezed), "bomb.gz": gzip.compress(b"a,b\n" * 30_000_000), "head.gz": squeezed[:3],
        "wrong.gz": squeezed[:-8] + b"\x00" * 8, "after.gz": squeezed + b"tail", "magic.zip": b"PK\x03\x04", "image.zip": packed({"a.png": b"\x89PNG\r\n\x1a\n" + b"\x00" * 99}),
    }.items()  # fmt: skip


def spreadsheets() -> Iterator[File]:
    def book(*sheets: list[list[object]], formulas: bool = False, hide: bool = False) -> bytes:
        held = io.BytesIO()
        with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": formulas, "strings_to_urls": False}) as made:
            for rows in sheets:
                sheet = made.add_worksheet()
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
                if hide and rows is sheets[-1]:
                    sheet.hide()
        return held.getvalue()

    good = [["account_id", "name", "created_on"], ["A1", SECRET, "2024-01-31"], ["00123", "Zoë", "41030"]]
    whole = book(good)
    yield from {
        "good.xlsx": whole, "cut.xlsx": whole[: len(whole) // 2], "empty.xlsx": book([]), "second.xlsx": book([], good), "hidden.xlsx": book(good, good, hide=True),
        "formulas.xlsx": book([["account_id", "name"], ["A1", "=1+1"], ["A2", '=HYPERLINK("http://127.0.0.1/","x")']], formulas=True),
        "errors.xlsx": book([["account_id", "name"], ["A1", "=1/0"], ["A2", "=nothing()"]], formulas=True), "numbers.xlsx": book([["account_id", "name"], [1e300, 5], [0.1, True]]),
        "title.xlsx": book([["Report"], [], *good, ["Total"]]), "far.xlsx": book([*good, *[[] for _ in range(9_000)], ["A9", "last", ""]]), "wide.xlsx": book([["x"] * 3_000, ["y"] * 3_000]),
    }.items()  # fmt: skip
    bomb = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "' + "x" * 1000 + '">' + "".join(
        f'<!ENTITY {chr(98 + n)} "' + f"&{chr(97 + n)};" * 10 + '">' for n in range(9)
    ) + '<!ENTITY z SYSTEM "file:///etc/passwd">]>'  # fmt: skip
    for name, body in (("entities", "&j;"), ("outside", "&z;")):
        held = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(held, "w") as target:
            for member in source.namelist():
                content = source.read(member)
                if member == "xl/sharedStrings.xml":
                    content = (bomb + content.decode().split("?>", 1)[1].replace(SECRET, body)).encode()
                target.writestr(member, content)
        yield f"{name}.xlsx", held.getvalue()
    yield "old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000


def liars() -> Iterator[File]:
    plain, held = ACCOUNTS.format(name="Alder").encode(), io.BytesIO()
    pl.DataFrame({"account_id": ["A1"], "name": [SECRET]}).write_parquet(held)
    lines = json.dumps({"account_id": "A1", "name": SECRET}).encode()
    bodies = {
        "csv": plain,
        "parquet": held.getvalue(),
        "json": lines,
        "png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "elf": b"\x7fELF\x02\x01\x01" + b"\x00" * 300,
    }
    bodies |= {"pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "html": f"<html><table><tr><td>{SECRET}</td></tr></table></html>".encode()}
    bodies |= {
        "script": b"#!/bin/sh\nrm -rf /\n",
        "pickle": b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00K\x01.",
        "xml": b"<?xml version='1.0'?><a><b/></a>",
    }
    for (kind, content), ending in itertools.product(bodies.items(), ["csv", "xlsx", "parquet", "zip"]):
        yield f"{kind}.{ending}", content


def parquets() -> Iterator[File]:
    base = {"account_id": ["A1", "A2"], "name": [SECRET, None]}
    odd = {
        "list": [["x"], []], "struct": [{"a": 1}, None], "binary": [b"\xff\x00", b""], "nan": [float("nan"), float("inf")], "null": [None, None],
        "huge": [2**63 - 1, -(2**63)], "date": [date(203, 1, 1), date(9999, 12, 31)], "time": [datetime(1, 1, 1), datetime(9999, 12, 31)], "flag": [True, None],
    }  # fmt: skip
    for name, values in odd.items():
        for column in ("created_on", "extra", "owner"):
            held = io.BytesIO()
            pl.DataFrame(base | {column: values}).write_parquet(held)
            yield f"{name}-{column}.parquet", held.getvalue()
    whole = held.getvalue()
    yield from {
        "cut.parquet": whole[:-20],
        "start.parquet": b"PAR1",
        "both.parquet": b"PAR1PAR1",
        "turned_inside.parquet": whole[:200] + bytes(255 - byte for byte in whole[200:280]) + whole[280:],
        "turned.parquet": whole[:8] + b"\xff" * 20 + whole[28:],
    }.items()


def json_lines() -> Iterator[File]:
    good = json.dumps({"account_id": "A1", "name": SECRET})
    bodies = [
        "{", "[", "[]", "{}", "null", "[1,2]", '{"a":', good + "\n{broken\n" + good, '{"account_id":"A1","account_id":"A2","name":"x"}', "[" * 100_000, '{"a":' * 5_000 + "1" + "}" * 5_000,
        '{"account_id":1e999,"name":NaN}', '{"account_id":"\\ud800","name":"\\u0000"}', good.replace("A1", "9" * 5_000), f"[{good},{good}", f"[{good}]tail", json.dumps({"data": {"deep": [1]}}),
        json.dumps({"results": [{"account_id": "A1", "name": {"x": [SECRET]}}]}), "\n".join(json.dumps({f"c{n}": 1}) for n in range(3_000)), good + "\x00", '{"": 1}', '{"line": 1, "account_id": "A1"}',
    ]  # fmt: skip
    for number, body in enumerate(bodies):
        yield f"lines-{number}.jsonl", body.encode()


INJECTED = [
    "=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "**bold** [x](javascript:1)",
    "$\\LaTeX$", "'; drop table batches; --", '" or 1=1', "{{7*7}}", "${jndi:ldap://127.0.0.1/a}", "\x1b[31mred", "\u202egnp.exe", "../../etc/passwd", "%n%s", "A\u0000B", ":material/delete:",
]  # fmt: skip


def injections() -> Iterator[File]:
    for number, text in enumerate(INJECTED):
        cell = '"' + text.replace('"', '""') + '"'
        yield f"name-{number}.csv", ACCOUNTS.replace("{name}", cell).encode()
        yield f"product-{number}.csv", LINES.format(**PLAIN | {"product": cell}).encode()
        yield f"header-{number}.csv", f"account_id,name,{cell}\nA1,{SECRET},x\n".encode()


CATEGORIES = (
    encodings,
    delimiters,
    quoting,
    numbers,
    days,
    headers,
    sizes,
    archives,
    spreadsheets,
    liars,
    parquets,
    json_lines,
    injections,
)
