"""The words that Streamlit's own elements say, in English alone and with no parameter for others: each as it writes it.

{n} stands for a number, {x} for any value.
"""

from language.catalogue import mark, mark_of
from language.said_later import InLanguage

WORDS = InLanguage(
    {
        str(word): word
        for word in (
            # the whole page
            mark("Skip to main content"), mark("Sidebar"), mark("App pages"), mark("Navigate to home page"), mark("Collapse sidebar"),
            mark("Expand sidebar"), mark("Running..."), mark("Notifications"), mark("Connection error"),
            mark("Streamlit server is not responding. Are you connected to the internet?"),
            mark("Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:"),
            # what opens and closes
            mark("Close"), mark("Dismiss"), mark("Help"), mark_of("a list", "Open"), mark("Help for {x}"), mark("Link to heading"),
            mark("Scroll tabs left"), mark("Scroll tabs right"),
            # files
            mark("Upload"), mark("Add files"), mark("file upload"), mark("Drag and drop files here"), mark("Drag and drop a file here"),
            mark("{x} per file"), mark("Too many files"), mark("File is larger than {x}"), mark("Click to retry upload"),
            mark("Network Error"), mark("Download failed"),
            # choices and texts
            mark("Choose an option"), mark("Choose options"), mark("No options to select"), mark("No results"), mark("Select all"),
            mark("Select {n} matches"), mark("{n} options available."),
            mark("Clear all"), mark("Clear value"), mark("Clear entry"), mark("Remove {x}"),
            mark("Selected values"), mark("Show password"), mark("Hide password"), mark("Press Enter to apply"),
            mark("Press Enter to submit form"), mark("Press Ctrl+Enter to apply"), mark("Press Ctrl+Enter to submit form"),
            mark("Press ⌘+Enter to apply"), mark("Press ⌘+Enter to submit form"), mark("Copy to clipboard"), mark("Copied"),
            # days
            mark("Choose date"), mark("Clear date"), mark("Previous month"), mark("Next month"),
            mark("Use arrow keys to navigate dates. Enter to select. Escape to close."),
            mark("Date set outside allowed range. Please select a date on or before {x}."),
            mark("Date set outside allowed range. Please select a date on or after {x}."),
            # tables and charts
            mark("Show/hide columns"), mark("Download as CSV"), mark("Search"), mark("Fullscreen"), mark("Close fullscreen"),
            mark("Add row"), mark("Delete row(s)"), mark("Clear selection"), mark("Sort ascending"), mark("Sort descending"),
            mark("Autosize"), mark("Pin column"), mark("Unpin column"), mark("Hide column"), mark("Copy column name"),
            mark("Close Search"), mark("Previous Result"), mark("Next Result"), mark("No data"),
            mark("Download plot as a PNG"),
            mark("Vega visualization"),
        )
    }
)  # fmt: skip
