"""The first page by its own name: it lies at the root, and pages are called by their names elsewhere, so people write it and link to it."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

NAME = "today"


async def to_first_page(request: Request) -> Response:
    """Go to the root, whatever stands before it at a proxy, with all that was asked for."""
    query = request.url.query
    up = "../" if request.url.path.endswith("/") else "./"
    return RedirectResponse(f"{up}?{query}" if query else up, 307)
