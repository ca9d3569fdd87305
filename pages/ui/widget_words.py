"""Where Streamlit's own elements say words of theirs, and what the page's script says there in the reader's language."""

import orjson

from language.widgets import WORDS

# Where they stand as text; nothing that people wrote or imported stands there in words as short as these.
PLACES = (
    "stSkipToContent", "stFileUploaderDropzone", "stFileUploaderFileErrorMessage", "InputInstructions", "stTooltipContent",
    "stDateInputCalendar", "stDateInputError", "stDataFrameColumnMenu", "stDataFrameColumnVisibilityMenu", "stConnectionStatus",
    "stMultiSelectDropdown", "stSelectboxVirtualDropdown",
)  # fmt: skip


def for_the_page() -> str:
    """The table of words as the page's script reads it: empty in English."""
    places = ", ".join(["[data-live-announcer]", *(f"[data-testid={name}]" for name in PLACES)])
    return orjson.dumps({"words": list(WORDS.translated().items()), "places": places}).decode()
