"""What a page needs only sometimes: the browser fetches it when it does, so that the page itself is sent quickly."""

from streamlit import runtime


def page(content: bytes, key: str) -> str:
    """Where JSON of this session's page is fetched until its next run; its name is made of its content, so that nobody guesses it."""
    return runtime.get_instance().media_file_mgr.add(content, "application/json", f"beside-{key}")
