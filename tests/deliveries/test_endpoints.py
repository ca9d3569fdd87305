"""Endpoints on loopback: pages, single rows and two CRMs; what they reject, how long they ask to wait, and answers that are none."""

import pytest

from deliveries import endpoints
from deliveries.delivering import dry_run
from tests.deliveries.conftest import NOW
from tests.deliveries.crm import Asked, endpoint, hubspot, said, salesforce

KEYED = 'report = "arr"\nkey = ["account_id"]\n'


def target(url: str, more: str = "") -> str:
    return f'[target]\nkind = "endpoint"\nurl = "{url}"\nsecret = "CRM"\n{more}'


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    monkeypatch.setenv("HOLDFAST_SECRET_CRM", "s3cret-token")


@pytest.fixture
def there():
    with endpoint() as found:
        yield found


def test_pages_carry_rows_with_what_makes_them_traceable(there, deliver):
    told = deliver("pages", KEYED + target(there.url, "rows_a_request = 2\n"))
    assert (told.outcome, told.rows, told.attempts) == ("delivered", 3, 2)
    first, second = (one.body for one in there.asked)
    assert {name: first[name] for name in ("delivery", "delivery_id", "report", "as_of", "currency")} == {
        "delivery": "pages", "delivery_id": told.delivery_id, "report": "arr", "as_of": "2023-12-28", "currency": "USD",
    }  # fmt: skip
    rows = {row["account_id"]: row for row in first["rows"] + second["rows"]}
    assert {name: (row["arr"], row["seats"]) for name, row in rows.items()} == {"A": (1201.2, 5), "B": (9993.24, 9), "C": (0.0, None)}
    assert {one.headers["authorization"] for one in there.asked} == {"Bearer s3cret-token"}
    assert len({one.key for one in there.asked}) == 2


def test_one_row_a_request_by_a_template(there, deliver):
    fields = '[target.fields]\nlabel = "{name} pays {arr}"\nseats = "{seats}"\nat = "{as_of}"\nsource = "holdfast"\n'
    deliver(
        "single",
        KEYED
        + target(there.url + "/accounts/{account_id}", 'shape = "rows"\nmethod = "PUT"\nauth = "header"\nheader = "X-Key"\n')
        + fields,
    )
    assert {(one.method, one.path, one.headers["x-key"]) for one in there.asked} == {
        ("PUT", f"/accounts/{one}", "s3cret-token") for one in "ABC"
    }
    bodies = {one.path[-1]: one.body for one in there.asked}
    assert bodies["A"] == {"label": "Alder pays 1201.2", "seats": 5, "at": "2023-12-28", "source": "holdfast"}
    assert bodies["C"] == {"label": "Cedar pays 0.0", "seats": None, "at": "2023-12-28", "source": "holdfast"}


def test_hubspot_changes_companies_that_it_has_and_names_those_that_it_has_not(there, deliver):
    records = {"A": {"domain": "alder.example"}, "C": {"seats": "3"}}
    there.takes = hubspot(records, "holdfast_id")
    fields = '[target.fields]\narr = "{arr}"\nseats = "{seats}"\nas_of = "{as_of}"\n'
    told = deliver("hubspot", KEYED + target(there.url, 'shape = "hubspot"\nid_property = "holdfast_id"\n') + fields)
    assert records["A"] == {"domain": "alder.example", "arr": "1201.2", "seats": "5", "as_of": "2023-12-28"}
    assert records["C"]["seats"] == ""  # not known: cleared, and not the 3 of before
    assert (told.outcome, told.rows, told.problem) == ("delivered", 2, "1 row was rejected: B: No company B.")
    assert "the next delivery tries them again" in told.what_to_do


def test_salesforce_upserts_by_an_external_id_and_names_records_that_it_rejects(there, deliver):
    records = {"A": {"Name": "Alder"}}
    there.takes = salesforce(records, "Holdfast_Id__c", {"Arr__c", "Seats__c"})
    shape = 'shape = "salesforce"\nid_property = "Holdfast_Id__c"\n'
    fields = '[target.fields]\nArr__c = "{arr}"\nSeats__c = "{seats}"\n'
    told = deliver("salesforce", KEYED + target(there.url, shape) + fields)
    assert records == {
        "A": {"Name": "Alder", "Arr__c": 1201.2, "Seats__c": 5}, "B": {"Arr__c": 9993.24, "Seats__c": 9}, "C": {"Arr__c": 0.0, "Seats__c": None},
    }  # fmt: skip
    assert (told.outcome, told.rows, told.problem) == ("delivered", 3, "")
    told = deliver("salesforce", KEYED + target(there.url, shape) + '[target.fields]\nScore__c = "{arr}"\n')
    assert told.problem.startswith("3 rows were rejected: B: INVALID_FIELD: No such column Score__c; A: INVALID_FIELD")


def test_a_page_that_is_rejected_is_sent_in_parts_until_the_row_is_known(there, deliver):
    taken: list[str] = []

    def take(one: Asked):
        names = [row["account_id"] for row in one.body["rows"]]
        if "A" in names:
            return said(422, {"message": "arr of A is too odd"})
        taken.extend(names)
        return said(200, {})

    there.takes = take
    told = deliver("parts", KEYED + target(there.url))
    assert sorted(taken) == ["B", "C"]
    assert (told.rows, told.problem) == (2, "1 row was rejected: A: arr of A is too odd")


def test_errors_that_name_their_row_are_told_of_that_row(there, deliver):
    there.takes = lambda one: said(200, {"errors": [{"row": 1, "message": "no such customer"}]})
    told = deliver("named", KEYED + target(there.url))
    assert (told.rows, told.problem) == (2, "1 row was rejected: A: no such customer")


def test_only_rows_that_changed_go_and_rejected_ones_go_again(there, deliver):
    there.takes = lambda one: said(200, {"errors": [{"row": 0, "message": "later"}]})
    only = "only_changes = true\n" + KEYED
    assert deliver("changes", only + target(there.url)).rows == 2
    there.takes = None
    assert (deliver("changes").rows, [row["account_id"] for row in there.asked[-1].body["rows"]]) == (1, ["B"])
    assert deliver("changes").outcome == "nothing new"
    assert deliver("changes", everything=True).rows == 3


def test_what_is_said_otherwise_there_is_said_of_all_rows(there, deliver):
    only = "only_changes = true\n" + KEYED + target(there.url)
    assert [deliver("said", only).rows, deliver("said").rows] == [3, 0]
    assert deliver("said", only + '[target.fields]\nid = "{account_id}"\n').rows == 3
    assert deliver("said", only.replace(there.url, there.url + "/other") + '[target.fields]\nid = "{account_id}"\n').rows == 3


@pytest.mark.parametrize(
    "fault", ["break", "half", said(429, {}, Retry_After="7"), said(500), said(503), (502, {"Content-Type": "text/html"}, b"<html>")]
)
def test_what_passes_is_tried_again_and_taken_once(there, store, describe, fault):
    from deliveries import delivering

    waits: list[float] = []
    there.faults = [fault, fault]
    name = f"again_{abs(hash(str(fault)))}"
    told = delivering.deliver(store, describe(name, KEYED + target(there.url)), NOW, sleep=waits.append)
    assert (told.outcome, told.rows, told.attempts) == ("delivered", 3, 3)
    assert sorted(row["account_id"] for row in there.events) == ["A", "B", "C"]
    assert waits == ([7.0, 7.0] if isinstance(fault, tuple) and fault[0] == 429 else [1.0, 2.0])


@pytest.mark.parametrize(
    ("fault", "problem", "what_to_do"),
    [
        (
            said(401, {"message": "no s3cret-token here"}),
            "The endpoint answered 401. It says: “no *** here”.",
            "See that the secret CRM is the right one",
        ),
        (said(403, {}), "The endpoint answered 403", "See that the secret CRM"),
        (
            (302, {"Location": "https://login.example.com/?next=x"}, b""),
            "answered 302 and leads to login.example.com",
            "address that answers itself",
        ),
        ((200, {"Content-Type": "text/html"}, b"<html>sign in</html>"), "answered with a web page", "address of an API"),
        (said(405, {"message": "not so"}), "The endpoint answered 405. It says: “not so”.", "See target.url and target.method."),
        (said(429, {}, Retry_After="3600"), "asks to be left alone until", "the rest is sent then"),
    ],
)
def test_what_stops_all_is_said_with_what_to_do_and_asked_once(there, deliver, fault, problem, what_to_do):
    there.faults = [fault]
    told = deliver(f"stops_{abs(hash(problem))}", KEYED + target(there.url))
    assert (told.outcome, told.attempts, len(there.asked), there.events) == ("failed", 1, 1, [])
    assert problem in told.problem and what_to_do in told.what_to_do
    assert "s3cret" not in str(told)


def test_an_endpoint_that_is_down_is_asked_five_times_and_no_more(there, deliver):
    there.faults = [said(503)] * 9
    told = deliver("down", KEYED + target(there.url))
    assert (told.outcome, told.attempts, told.problem) == ("failed", endpoints.TRIES, "The endpoint answered 503.")


@pytest.mark.parametrize(("shape", "more"), [("hubspot", ""), ("salesforce", 'id_property = "X__c"\n')])
@pytest.mark.parametrize("answer", [said(200, {"odd": True}), said(200, []), (200, {"Content-Type": "application/json"}, b'{"results": [')])
def test_an_answer_that_is_not_what_is_documented_is_no_success(there, deliver, shape, more, answer):
    there.faults = [answer]
    told = deliver(f"odd_{shape}", KEYED + target(there.url, f'shape = "{shape}"\n{more}'))
    assert told.outcome == "failed" and "not known what it took" in told.problem


def test_where_every_row_is_rejected_it_is_not_about_rows(there, deliver, monkeypatch):
    monkeypatch.setattr(endpoints, "NONE_TAKEN", 2)
    there.takes = lambda one: said(404, {"message": "no such path"})
    told = deliver("none", KEYED + target(there.url))
    assert (told.outcome, told.problem) == ("failed", "The endpoint rejects every row: no such path")


def test_a_missing_secret_is_said_by_name_before_anything_is_asked(there, deliver, monkeypatch):
    monkeypatch.delenv("HOLDFAST_SECRET_CRM")
    told = deliver("secretless", KEYED + target(there.url))
    assert (told.outcome, there.asked) == ("failed", [])
    assert "CRM" in told.problem and "HOLDFAST_SECRET_CRM" in str(told)


def test_a_field_that_is_no_column_is_told_with_those_that_are(there, store, describe):
    name = describe("fields", KEYED + target(there.url) + '[target.fields]\nx = "{health}"\n')
    told = dry_run(store, name, NOW)
    assert told.problem == "fields: there is no column health." and told.what_to_do.startswith("Columns: account_id, name, arr")
    assert there.asked == []


@pytest.mark.parametrize("shape", ["pages", "rows"])
@pytest.mark.parametrize(
    "answer",
    [
        {"errors": ["bad thing"]}, {"errors": [{"message": "x"}]}, {"errors": [{"row": 99, "message": "x"}]}, {"errors": "all of it"},
        {"error": "quota exceeded"}, {"success": False, "message": "no"}, {"status": "error"},
    ],
)  # fmt: skip
def test_a_success_that_says_it_failed_is_no_success(there, deliver, shape, answer):
    there.takes = lambda one: said(200, answer)
    told = deliver(f"fails-{shape}", KEYED + "only_changes = true\n" + target(there.url, f'shape = "{shape}"\n'))
    assert (told.outcome, told.rows) == ("failed", 0)
    there.takes = None
    assert deliver(f"fails-{shape}").rows == 3  # none was taken for delivered


def test_an_error_of_one_row_is_of_that_row_however_its_number_is_written(there, deliver):
    there.takes = lambda one: said(200, {"errors": [{"row": "1", "message": "locked"}]})
    told = deliver("one-row", KEYED + target(there.url))
    assert (told.outcome, told.rows) == ("delivered", 2)
    assert told.problem == "1 row was rejected: A: locked"  # rows come by ARR: B, A, C


def test_an_answer_of_which_half_is_missing_leaves_it_unknown_what_was_taken(there, deliver):
    there.takes = lambda one: (200, {"Content-Type": "application/json"}, b'{"errors": [{"row":')
    told = deliver("cut", KEYED + target(there.url))
    assert (told.outcome, "not known what it took" in told.problem) == ("failed", True)


def test_a_word_in_place_of_json_is_a_success(there, deliver):
    there.takes = lambda one: (200, {"Content-Type": "text/plain"}, b"OK")
    assert deliver("word", KEYED + target(there.url)).rows == 3


@pytest.mark.parametrize("wait", ["9" * 30, "Wed, 21 Oct 2099 07:28:00", "Wed, 21 Oct 2099 07:28:00 GMT"])
def test_who_asks_to_be_left_alone_for_ever_is_asked_after_a_week(there, deliver, wait):
    there.takes = lambda one: (429, {"Retry-After": wait}, b"")
    told = deliver("for-ever", KEYED + target(there.url))
    assert (told.outcome, told.attempts, "asks to be left alone until" in told.problem) == ("failed", 1, True)


def test_what_nobody_foresaw_is_told_and_written_down(there, deliver, store, monkeypatch):
    monkeypatch.setattr("deliveries.endpoints.send", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    told = deliver("broke-off", KEYED + target(there.url))
    assert (told.outcome, told.problem) == ("failed", "It broke off: [Errno 28] No space left on device.")


def test_an_answer_without_an_end_is_none(there, deliver):
    there.takes = lambda one: (200, {"Content-Type": "application/json"}, b" " * 5_000_000)
    told = deliver("endless", KEYED + target(there.url))
    assert (told.outcome, told.attempts, "more than 4,000,000 bytes" in told.problem) == ("failed", 1, True)
