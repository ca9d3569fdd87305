"""Health and figures as routes of the API."""

import hmac

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from data.settings import current_settings, on_this_machine_only
from server import hosts
from server.operation import figures
from server.operation.health import unready

NO_STORE = {"Cache-Control": "no-store"}
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
TOKEN = "Give the token in HOLDFAST_METRICS_TOKEN, as `Authorization: Bearer TOKEN`."
NEAR = "Figures are for this machine alone. From elsewhere, or behind a proxy, they take the token in HOLDFAST_METRICS_TOKEN."


def health() -> JSONResponse:
    """200 where pages and API can do their work, else 503 with why."""
    why = unready()
    return JSONResponse({"live": True, "ready": not why, "why": why}, 503 if why else 200, NO_STORE)


async def live() -> JSONResponse:
    """200 as long as the server answers at all; nothing is looked up."""
    return JSONResponse({"live": True}, headers=NO_STORE)


def may_look(request: Request) -> None:
    """Whether figures are for who asks: by their own token where one is set, else from this machine, not through a proxy."""
    token = current_settings().metrics_token.get_secret_value().strip()
    if token and not hmac.compare_digest(f"Bearer {token}".encode(), request.headers.get("authorization", "").encode()):
        raise HTTPException(401, TOKEN, headers={"WWW-Authenticate": "Bearer"})
    if not token and not _is_near(request):
        raise HTTPException(403, NEAR)


def _is_near(request: Request) -> bool:
    named = hosts.read(request.headers.get("host", ""))
    if named is None or any(name in request.headers for name in FORWARDED):
        return False
    return hosts.is_trusted(named, hosts.LOOPBACK) and on_this_machine_only(request.client and request.client.host)


def metrics() -> Response:
    """Figures in the text format of Prometheus: requests and their times, open pages, imports, store, backups, the process."""
    return Response(figures.as_text(), media_type=figures.TYPE, headers=NO_STORE)


def add_to(api: FastAPI) -> None:
    """Let the API answer under these."""
    api.get("/health", responses={503: {}})(health)
    api.get("/health/live")(live)
    api.get("/metrics", dependencies=[Depends(may_look)], response_class=Response)(metrics)
