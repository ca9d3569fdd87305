"""What kind of object the batches of a table are, and what doing something to one of them is called in the audit."""

from data.schema import IMPORTED_TABLES

OF_KIND = {
    "activities": "activities",
    "closes": "closes",
    "churn_models": "model",
    "predictions": "model",
    "people": "people",
    "covers": "people",
}
CALLED = {
    "closes": {"import": "close", "undo": "reopen", "redo": "close"},
    "churn_models": {"import": "train"},
    "predictions": {"import": "train"},
    "product_pairs": {"import": "configure"},
}


def kind_of(table: str) -> str:
    """The kind of object that a table's batches are: what comes in is of imports, unless it is of something else."""
    return OF_KIND.get(table, "imports")


def deed(action: str, table: str, is_edit: bool) -> str:
    """What an entry of the log is called in the audit. is_edit: the batch was written inside the program, from no file."""
    written = "edit" if action == "import" and (is_edit or table not in IMPORTED_TABLES) else action
    return CALLED.get(table, {}).get(action, written)
