"""Where a person chooses the language of the pages: it is kept in their browser, and they go back to the page they came from."""

import re

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from language import COOKIE, LANGUAGES

PAGE = re.compile(r"[a-z-]*(\?[^\s\\]*)?")  # of this server, whatever stands before its root at a proxy
A_YEAR = 365 * 24 * 3600


async def choose_language(request: Request) -> Response:
    """Keep the language `to`, and go to the page `back`. 400 for another language or another place."""
    wanted, back = request.query_params.get("to", ""), request.query_params.get("back", "")
    if wanted not in LANGUAGES:
        return PlainTextResponse(f"There is no such language. Languages: {', '.join(LANGUAGES)}.\n", 400)
    if not PAGE.fullmatch(back):
        return PlainTextResponse("This leads to no page of this server.\n", 400)
    answer = RedirectResponse(f"./{back}", 303)
    answer.set_cookie(COOKIE, wanted, max_age=A_YEAR, samesite="lax", httponly=True)
    return answer
