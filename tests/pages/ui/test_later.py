"""Files that are made once they are asked for, in another thread than the page's."""

from threading import Thread

from language import language, speaking
from pages.ui.later import later


def test_a_file_is_made_in_the_language_that_was_read_when_it_was_offered():
    with speaking("zh_Hans"):
        make = later(lambda: language().encode())
    made: list[bytes] = []
    thread = Thread(target=lambda: made.append(make()))
    thread.start()
    thread.join()
    assert made == [b"zh_Hans"]
    assert later(lambda: language().encode())() == b"en"
