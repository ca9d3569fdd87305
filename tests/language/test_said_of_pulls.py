"""What the log of pulls says in English is said again in Chinese where it is shown."""

import re

import pytest

from language import again, speaking

TOLD = [
    "The secret BILLING_DB is missing. Set HOLDFAST_SECRET_BILLING_DB where Holdfast runs, or HOLDFAST_SECRET_BILLING_DB_FILE to a file that "
    "holds it, or keep it in the system's keyring: keyring set holdfast BILLING_DB.",
    "The column account_id was int64, and is text now. The column plan (text) is gone.",
    "Pull it with --accept-columns where that is meant; else mend the query, or the table: the next pull reads it anew. What came is "
    "kept in /srv/holdfast/staging/waiting/pull-crm/crm.jsonl.",
    "The connection broke before the answer was whole, 8 times in a row. The next pull tries again; nothing was taken of this one.",
    "It is tried again by itself.",
    "api.example.com does not accept the secret API_KEY (401).",
    "There is nothing at api.example.com/rows (404). It says: “No such list. See the docs.”. The API has an error of its own (503), 8 times in a row.",
    'The database refused the query. It says: “column "plan" does not exist”. Mend the columns of the query.',
    "The API takes no more requests for now (429), and asks to wait for 90 seconds. Nothing to do: it is pulled again then.",
    "billing.toml: curser: there is no such key. Did you mean cursor?",
    'billing.toml: overlap = a while: Write a length of time, as "10 minutes", "2 hours" or "1 day"; or a whole number, '
    "where the cursor is a number.",
    "billing.toml: settings: site is missing. Add it under [settings]: the name of your site, as in https://SITE.chargebee.com.",
    "The column changed holds moments now, and held numbers before.",
    "Rows without changed: 1,234. They are read with every pull, since nothing tells which of them are new.",
    "A subscription has a coupon, and does not say how much that takes off. The first is sub_a.",
]
THEIRS = re.compile(r"“[^”]*”|\"[^\"]*\"|\b[\w.-]+\.toml\b")  # words of others, names of files and what is to be written


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
    assert len(re.findall(r"[\u4e00-\u9fff]", said)) >= 3
    assert not re.search(r"\b(?:the|where|times|is|that|secret|write|it|says|holds|and|or|in|of)\b", THEIRS.sub("", said), re.ASCII), said
