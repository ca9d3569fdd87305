"""Results that leave, on the page of sources: how each delivery stands, trying, making and pausing one, and describing one in a dialog."""

import tomllib

import pytest
from streamlit.testing.v1 import AppTest

from data.store import open_stores
from tests.books import company
from tests.pages.showing import everything, shown
from tests.waiting import PATIENCE

FOLDER = 'report = "arr"\nschedule = "0 6 * * *"\n[target]\nkind = "folder"\n'
CRM = (
    'report = "arr"\nkey = ["account_id"]\n[target]\nkind = "endpoint"\nshape = "rows"\nmethod = "PUT"\nurl = "https://crm.example.com/{account_id}"\n'
    'secret = "CRM"\n[target.fields]\narr = "{arr}"\n'
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Beside the own store: what is described, one folder down."""
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "sample.duckdb"))
    company(tmp_path / "own.duckdb").close()
    (tmp_path / "deliveries").mkdir()
    yield tmp_path / "deliveries"
    open_stores.close_all()


def test_a_delivery_is_tried_made_and_paused(folder):
    (folder / "file.toml").write_text(FOLDER)
    (folder / "crm.toml").write_text(CRM)
    (folder / "odd.toml").write_text("report = 1")
    page = shown("data_sources", part="out")
    assert [one.value for one in page.header] == ["3 deliveries: 2 to look at"]
    assert [one.value.partition("  \n")[0] for one in page.markdown if one.value.startswith("**")] == [
        "**crm** :red-badge[:material/key_off: Secret is missing]", "**odd** :red-badge[:material/error: File cannot be used]",
        "**file** :gray-badge[:material/schedule: Not made yet]",
    ]  # fmt: skip
    page.button(key="try-file").click().run()
    assert "3 of 3 rows would leave." in page.info[0].value
    assert page.dataframe[0].value["account_id"].to_list() == ["B", "A", "C"]
    assert not (folder.parent / "delivered").exists()
    page.button(key="run-file").click().run()
    assert (folder.parent / "delivered" / "file.csv").exists() and "3 rows were delivered." in page.success[0].value
    assert ":green-badge[:material/check_circle: Delivered]" in everything(page)
    page.button(key="run-crm").click().run()
    assert ["HOLDFAST_SECRET_CRM" in one.value for one in page.warning] == [True]  # told once, before and after it failed for that
    assert not any("HOLDFAST_SECRET_CRM" in one.value.replace("\\", "") for one in page.error)
    page.button(key="pause-file").click().run()
    assert tomllib.loads((folder / "file.toml").read_text())["paused"] is True
    assert ":gray-badge[:material/pause_circle: Paused]" in everything(page) and not page.exception


def form(name: str) -> AppTest:
    """A page of what the dialog draws."""
    script = (
        "from data.store import open_stores\nfrom data.viewer import EVERYONE\nfrom pages.parts import delivery_form\n"
        "store = open_stores.store('own')\n"
        f"delivery_form._form(store, EVERYONE, {name!r}, delivery_form._kept(store, {name!r}) if {name!r} else {{}})\n"
    )
    return AppTest.from_string(script, default_timeout=PATIENCE).run()


def test_a_delivery_is_described_and_what_the_fields_do_not_say_stays(folder):
    (folder / "crm.toml").write_text(CRM)
    page = form("crm")
    page.text_input(key="delivery-secret").set_value("OTHER").run()
    page.checkbox(key="delivery-only").set_value(True).run()
    page.button(key="save-delivery").click().run()
    expected = tomllib.loads(CRM) | {"only_changes": True}
    expected["target"]["secret"] = "OTHER"
    assert tomllib.loads((folder / "crm.toml").read_text()) == expected


def test_what_is_wrong_is_said_in_the_dialog_and_nothing_typed_is_lost(folder):
    assert [one.value for one in shown("data_sources", part="out").header] == ["Nothing leaves by itself yet"]
    page = form("")
    page.text_input(key="delivery-name").set_value("../x").run()
    page.selectbox(key="delivery-report").set_value("arr").run()
    page.button(key="save-delivery").click().run()
    assert page.error[0].value.startswith("A delivery's name has letters")
    page.text_input(key="delivery-name").set_value("arr-file").run()
    page.text_area(key="delivery-rest").set_value("[columns]\nid = 'account_id'\n").run()
    page.multiselect(key="delivery-by").set_value([]).run()
    page.button(key="save-delivery").click().run()
    said = tomllib.loads((folder / "arr-file.toml").read_text())
    assert said == {"report": "arr", "columns": {"id": "account_id"}, "target": {"kind": "folder"}}


def test_nothing_of_the_sample_company_leaves(folder):
    (folder / "file.toml").write_text(FOLDER)
    page = shown("data_sources", company="sample", part="out")
    assert "The sample company has no sources." in page.info[0].value and not [one for one in page.button if one.label == "Run now"]
