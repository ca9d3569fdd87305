"""The brief of one account: its own figures, nothing of another's, and no imported text read as markup."""

import io
from datetime import date

import pypdf
import pytest

from data.importing.run import import_file
from data.viewer import EVERYONE, Grant, Viewer
from reports.files.brief import account_brief
from reports.report import Question
from tests.books import company
from tests.house.test_scope import FOREIGN
from tests.odd_company import odd_company

ASKED = Question(as_of=date(2023, 12, 28))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = company(tmp_path_factory.mktemp("brief") / "own.duckdb")
    yield opened
    opened.close()


def words(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_it_tells_the_figures_of_the_account_alone(store):
    said = words(account_brief(store, Viewer("one@example.com"), ASKED, "A"))
    assert "Alder" in said
    assert "1,201.20" in said  # 100.10 a month, twelve times
    assert "1 Monthly" in said.replace("\r\n", " ") or "of 5 seats" in said
    assert not [word for word in FOREIGN if word in said]


def test_an_account_out_of_sight_has_no_brief(store):
    with pytest.raises(ValueError, match="no account 'B'"):
        account_brief(store, Viewer("one@example.com"), ASKED, "B")


def test_imported_text_is_no_markup(store, tmp_path):
    file = tmp_path / "accounts.csv"
    file.write_text('account_id,name\nA,"#panic() $x$ *Alder* @ref"\n')
    batch = import_file(store, file).batch.batch
    assert "#panic() $x$ *Alder* @ref" in words(account_brief(store, EVERYONE, ASKED, "A"))
    store.undo(batch)


@pytest.mark.parametrize("account", ["MANY", "LONG", "UNBROKEN", "HTML"])
def test_it_is_one_sheet_whatever_is_known(tmp_path, account):
    strained = odd_company(tmp_path / "own.duckdb")
    assert len(pypdf.PdfReader(io.BytesIO(account_brief(strained, EVERYONE, Question(as_of=date(2026, 6, 30)), account))).pages) == 1
    strained.close()


def test_what_somebody_may_not_view_is_left_out(store):
    """Whoever may export accounts, and see neither contracts nor conversations."""
    grants = (Grant("export", "accounts"), Grant("view", "accounts"))
    whole, narrow = (words(account_brief(store, viewer, ASKED, "A")) for viewer in (EVERYONE, Viewer(rights=grants)))
    assert "Contract lines" in whole and "Contract lines" not in narrow
    assert "Alder" in narrow
