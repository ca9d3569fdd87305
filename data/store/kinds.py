"""What kind of object the batches of a table are, and what doing something to one of them is called in the audit."""

from data.schema import IMPORTED_TABLES

OF_KIND = {
    "activities": "activities",
    "closes": "closes",
    "churn_models": "model",
    "predictions": "model",
    "similar_looks": "model",
    "people": "people",
    "covers": "people",
    "digests": "people",
    "item_answers": "activities",
    "goals": "activities",
    "next_steps": "activities",
    "play_runs": "activities",
    "play_steps": "activities",
    "churn_answers": "activities",
    "plays": "plays",
    "churn_reasons": "plays",
    "request_rules": "plays",
    "score_versions": "plays",
    "milestones": "plays",
    "score_overrides": "activities",
    "renewal_calls": "activities",
    "forecasts": "model",
    "targets": "plays",
    "scenarios": "views",
    "play_holdouts": "activities",
    "saved_views": "views",
    "view_defaults": "views",
    "digest_choices": "views",
}
EDITED = {
    "accounts": "accounts",
    "contacts": "accounts",
    "offers": "activities",
    "referrals": "activities",
    "feature_requests": "activities",
    "request_votes": "activities",
    "plan_steps": "plays",
    "plan_features": "plays",
    "sla_targets": "plays",
    "support_calendars": "plays",
    "holidays": "plays",
    "feature_catalogue": "plays",
}
"""What a batch of a table is where it was written on a page, and not brought in by a file."""
CALLED = {
    "closes": {"import": "close", "undo": "reopen", "redo": "close"},
    "churn_models": {"import": "train"},
    "predictions": {"import": "train"},
    "similar_looks": {"import": "train"},
    "product_pairs": {"import": "configure"},
    "plays": {"import": "configure"},
    "churn_reasons": {"import": "configure"},
    "request_rules": {"import": "configure"},
    "score_versions": {"import": "configure"},
    "milestones": {"import": "configure"},
    "targets": {"import": "configure"},
}


def kind_of(table: str, *, is_edit: bool = False) -> str:
    """The kind of object that a table's batches are: what comes in is of imports, unless it is of something else. is_edit: the batch was
    written on a page, from no file."""
    return (EDITED if is_edit else {}).get(table) or OF_KIND.get(table, "imports")


def deed(action: str, table: str, is_edit: bool) -> str:
    """What an entry of the log is called in the audit. is_edit: the batch was written inside the program, from no file."""
    written = "edit" if action == "import" and (is_edit or table not in IMPORTED_TABLES) else action
    return CALLED.get(table, {}).get(action, written)
