"""A change of one thing leaves a source's file as a person wrote it."""

import tomllib

from sources.editing import with_answers, with_paused

WRITTEN = '# of the finance team\nkind = "http"  # pages\nurl = "http://127.0.0.1"\n\n[auth]\nkind = "basic"\n'


def test_pausing_adds_or_changes_one_line_and_keeps_the_comments():
    paused = with_paused(WRITTEN, True)
    assert paused == '# of the finance team\nkind = "http"  # pages\nurl = "http://127.0.0.1"\npaused = true\n\n[auth]\nkind = "basic"\n'
    assert with_paused(paused, False) == paused.replace("true", "false")


def test_a_line_of_a_query_that_looks_like_the_key_is_not_taken_for_it():
    odd = 'kind = "sql"\nquery = """\nselect\npaused = 1\nfrom x"""\n'
    assert tomllib.loads(with_paused(odd, True)) == tomllib.loads(odd) | {"paused": True}


def test_answers_are_added_and_replaced_and_the_table_is_a_key_of_the_source():
    once = with_answers(WRITTEN, {"ends_on": "inclusive"})
    assert once.startswith("# of the finance team") and once.endswith('[answers]\nends_on = "inclusive"\n')
    twice = tomllib.loads(with_answers(once, {"ends_on": "exclusive", "currency": "USD", "table": "contracts"}))
    assert twice == tomllib.loads(WRITTEN) | {"table": "contracts", "answers": {"ends_on": "exclusive", "currency": "USD"}}


def test_what_is_accepted_is_one_more_name_and_comments_stay():
    once = with_answers(WRITTEN, {"accept": "coupons"})
    assert once.startswith("# of the finance team") and 'accept = ["coupons"]' in once
    twice = with_answers(once, {"accept": 'a "tier"', "ends_on": "inclusive"})
    assert twice.startswith("# of the finance team")
    assert tomllib.loads(twice) == tomllib.loads(WRITTEN) | {"accept": ["coupons", 'a "tier"'], "answers": {"ends_on": "inclusive"}}
    assert with_answers(twice, {"accept": "coupons"}) == twice
