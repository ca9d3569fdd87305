"""A provider of OpenID Connect on this machine that sends whatever a test wants, signed well or not."""

import base64
import http.server
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

KEY, OTHER = RSAKey.generate_key(2048, {"kid": "one"}), RSAKey.generate_key(2048, {"kid": "one"})


class Provider:
    """claims: what the next token says, beside what it must; None leaves one out. sign: how it is signed. down: answers nothing."""

    def __init__(self) -> None:
        self.claims: dict[str, object] = {}
        self.sign, self.down, self.address = "well", False, ""
        self.algorithms = ["RS256"]

    def metadata(self) -> dict[str, object]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "id_token_signing_alg_values_supported": self.algorithms,
        }

    def token(self) -> str:
        now = int(time.time())
        usual: dict[str, Any] = {
            "iss": self.address,
            "sub": "ann-1",
            "aud": "holdfast",
            "iat": now,
            "exp": now + 3600,
            "email": "ann@example.com",
        }
        told = {name: value for name, value in (usual | self.claims).items() if value is not None}
        if self.sign == "none":
            parts = ({"alg": "none", "typ": "JWT"}, told)
            return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."
        return jwt.encode({"alg": "RS256", "kid": "one"}, told, KEY if self.sign == "well" else OTHER)


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kinds = {
                "/jwks": lambda: {"keys": [KEY.as_dict(private=False)]},
                "/token": lambda: {"access_token": "a", "token_type": "Bearer", "id_token": provider.token()},
            }
            answer = json.dumps(kinds.get(self.path, provider.metadata)()).encode()
            self.send_response(503 if provider.down else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as listening:
        provider.address = f"http://127.0.0.1:{listening.server_port}"
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield provider
        listening.shutdown()
