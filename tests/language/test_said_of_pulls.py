"""What the log of pulls says in English is said again in Chinese where it is shown."""

import re

import pytest

from language import again, speaking

TOLD = [
    "The secret BILLING_DB is missing. Set HOLDFAST_SECRET_BILLING_DB where Holdfast runs, or HOLDFAST_SECRET_BILLING_DB_FILE to a file that "
    "holds it, or keep it in the system's keyring: keyring set holdfast BILLING_DB.",
    "The column account_id was int64, and is text now. The column plan (text) is gone.",
    "Pull it with --accept-columns where that is meant; else mend the query. It lies in /srv/holdfast/staging/waiting/pull-crm/crm.jsonl.",
    "The connection broke before the answer was whole, 8 times in a row. The next pull tries again; nothing was taken of this one.",
    "It is tried again by itself.",
    "api.example.com does not accept the secret API_KEY (401).",
]


@pytest.mark.parametrize("told", TOLD)
def test_every_sentence_is_chinese_and_names_stay(told):
    with speaking("zh_Hans"):
        said = again(told)
    for name in (
        "BILLING_DB",
        "account_id",
        "plan",
        "--accept-columns",
        "/srv/holdfast/staging/waiting/pull-crm/crm.jsonl",
        "25%",
        "API_KEY",
    ):
        assert (name in said) == (name in told)
    assert len(re.findall(r"[\u4e00-\u9fff]", said)) >= 3 and not re.search(r"\b(?:the|where|times|is|that|secret)\b", said), said
