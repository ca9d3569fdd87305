"""Names of columns as people say them."""


def header_words(name: str) -> str:
    """A header as people say it: lower case, words apart, no signs."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split())
