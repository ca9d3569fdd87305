"""The permission matrix of the docs says what the roles that come with the product give."""

from data.access.changing_roles import shipped
from data.access.matrix import DOCS, as_markdown, with_matrix
from data.access.roles import from_toml
from data.viewer import KINDS


def test_the_docs_have_the_matrix_of_the_roles_that_come_with_the_product():
    text = DOCS.read_text()
    assert with_matrix(text) == text, "make roles"
    assert as_markdown(shipped()) in text


def test_a_cell_says_operations_and_where_they_differ_whose_accounts():
    known = from_toml(
        '[roles.a]\ntitle = "A"\nscope = "own"\nscopes = { view = "team" }\nview = ["accounts"]\nedit = ["accounts", "tokens"]\n'
    )
    rows = as_markdown(known).splitlines()
    assert rows[0] == "| | A |" and rows[2] == "| *whose accounts* | accounts of the own team; own accounts |"
    cells = {row.split("**")[1]: row.split(" | ")[1].rstrip(" |") for row in rows[3:]}
    assert cells["accounts"] == "view (accounts of the own team), edit (own accounts)"
    assert cells["tokens"] == "edit (own accounts)" and {cells[kind] for kind in KINDS if kind not in ("accounts", "tokens")} == {"–"}


def test_a_scope_of_columns_and_a_role_that_may_do_everything():
    known = from_toml('[roles.a]\nscope = { region = ["EMEA", "APAC"] }\nview = ["accounts"]\n')
    assert "| *whose accounts* | region APAC, EMEA |" in as_markdown(known)
    assert all(row.endswith("| everything |") for row in as_markdown(shipped()).splitlines()[3:])
