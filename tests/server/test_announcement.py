"""Saying where the server is, once it is there."""

import socket
import threading
import time

from server.announcement import Server, answers
from tests.waiting import PATIENCE


def _listening(after: float, free: socket.socket) -> None:
    time.sleep(after)
    free.listen()


def test_an_address_answers_once_something_listens_there():
    with socket.socket() as later:
        later.bind(("127.0.0.1", 0))
        server = Server(f"http://127.0.0.1:{later.getsockname()[1]}", 1)
        assert not answers(server, patience=0.3)
        threading.Thread(target=_listening, args=(0.3, later)).start()
        assert answers(server, patience=PATIENCE)
