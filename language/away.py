"""What a page says by itself while no server answers: it takes these words along."""

from language.catalogue import mark, speaking, tr

WORDS = {
    "lost": mark(
        "No connection to the server. What you see stays as it was, and what you typed is kept. "
        "It goes on by itself once the server is back."
    ),
    "typed": mark("The connection was lost, and this page was loaded anew. You had typed:"),
    "unsure": mark("You had just sent this when the connection was lost. See whether it is there before you send it again:"),
    "put": mark("Put it back"),
    "how": mark("Open the form again, then put it back."),
    "dismiss": mark("No longer needed"),
}


def away(language: str) -> dict[str, str]:
    """Those words in a language, by what they are for."""
    with speaking(language):
        return {name: tr(text) for name, text in WORDS.items()}
