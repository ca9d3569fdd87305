"""A file says who took it away, where people sign in."""

import io
import json
from datetime import UTC, datetime

from python_calamine import load_workbook

from data.viewer import EVERYONE, Grant, Viewer
from reports.files.answers import files_of
from tests.books import company

AT = datetime(2024, 1, 2, tzinfo=UTC)
DANA = Viewer(rights=tuple(Grant(one, kind) for one in ("export", "view") for kind in ("accounts", "revenue")), person="dana@example.com")


def test_json_and_excel_say_who_and_nothing_where_nobody_signs_in(tmp_path):
    store = company(tmp_path / "own.duckdb")
    for viewer, who in ((DANA, "dana@example.com"), (EVERYONE, None)):
        made = files_of(store, "arr", {}, ["json", "xlsx"], made_at=AT, viewer=viewer)
        assert json.loads(made["json"].content)["parameters"].get("exported_by") == who
        about = load_workbook(io.BytesIO(made["xlsx"].content)).get_sheet_by_name("About").to_python()
        assert {name: value for name, value, *_ in about}.get("exported_by") == who
    store.close()
