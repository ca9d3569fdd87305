"""Files that are made once somebody clicks: outside the page's run, and so without its reader, whose language is taken along."""

from collections.abc import Callable

from language import language, speaking


def later(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """The same file, made when it is asked for in the language that is read now."""
    spoken = language()

    def made() -> bytes:
        with speaking(spoken):
            return make()

    return made
