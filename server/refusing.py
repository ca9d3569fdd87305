"""How the API says that something cannot be done: with the status that the kind of error has, in its own words."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager

from fastapi import HTTPException


@contextmanager
def refused_as(statuses: Mapping[type[Exception], int]) -> Generator[None]:
    """Errors of these kinds become answers of these statuses; the first kind that an error is says which. Raises HTTPException."""
    try:
        yield
    except tuple(statuses) as error:
        raise HTTPException(next(status for kind, status in statuses.items() if isinstance(error, kind)), str(error)) from None
