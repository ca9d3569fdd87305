"""A message of a browser is turned into one that runs the whole page and brings no click along, as the pages' own reader finds it."""

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from server.signin.messages import run_alone


def clicked() -> BackMsg:
    """A click on a button of a part of the page, with what was filled in."""
    message = BackMsg()
    run = message.rerun_script
    run.query_string, run.page_script_hash, run.page_name, run.fragment_id = "segment=A&company=own", "abc123", "accounts", "f1"
    run.cached_message_hashes.extend(["h" * 200, "i"])
    run.context_info.url, run.is_auto_rerun = "https://holdfast.example.com/accounts", True
    state = run.widget_states.widgets.add()
    state.id, state.trigger_value = "delete-everything", True
    return message


def test_what_was_clicked_and_the_part_of_the_page_go_and_all_else_stays():
    message, expected = clicked(), clicked()
    expected.rerun_script.ClearField("widget_states")
    expected.rerun_script.ClearField("fragment_id")
    found = run_alone(message.SerializeToString())
    assert found is not None and BackMsg.FromString(found) == expected


def test_a_run_that_says_nothing_is_still_a_run():
    message = BackMsg()
    message.rerun_script.SetInParent()
    found = run_alone(message.SerializeToString())
    assert found is not None and BackMsg.FromString(found).WhichOneof("type") == "rerun_script"


@pytest.mark.parametrize("kind", ["stop_script", "clear_cache", "app_heartbeat", "file_urls_request"])
def test_a_message_that_asks_for_something_else_is_no_run(kind):
    message = BackMsg()
    if kind == "file_urls_request":
        message.file_urls_request.file_names.append("a.csv")
    else:
        setattr(message, kind, True)
    assert run_alone(message.SerializeToString()) is None


@pytest.mark.parametrize(
    "bytes_", [b"", b"\x5a", b"\x5a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", b"\x5a\x05ab", b"\x5b\x01", b"\xff" * 50, b"no message"]
)
def test_what_is_no_message_is_no_run(bytes_):
    assert run_alone(bytes_) is None
