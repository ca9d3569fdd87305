"""What is said of products: in a TOML file, and in the log."""

import tomllib
from pathlib import Path

from data.schema import PRODUCT_PAIRS
from data.settings import current_settings
from data.store.view import View
from language import tr
from metrics.products import ADDITION, CHANGE, Products


class ProductsError(ValueError):
    """The file of the products cannot be used; the message names the entry and what to write."""


def products(path: Path | None = None) -> Products:
    """What a file says of products, the one that the settings name if none is given. Raises ProductsError."""
    path = path or current_settings().products
    try:
        raw = tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ProductsError(tr("HOLDFAST_PRODUCTS: {name} cannot be read ({error}).", name=path.name, error=error)) from None
    for name in raw.keys() - {"products", "pairs"}:
        raise ProductsError(tr("HOLDFAST_PRODUCTS: {name} is not known. Entries: products, pairs.", name=name))
    adding = frozenset(name for name, said in raw.get("products", {}).items() if _seats(name, said))
    return Products(adding, dict(_pair(entry) for entry in raw.get("pairs", [])))


def products_in(view: View) -> Products:
    """What is said of products: the file of the settings, and what people have answered in the log, which wins."""
    said = view.table(PRODUCT_PAIRS.name).select(PRODUCT_PAIRS.names).rows()
    return products().with_answers({(old, new): answer for old, new, answer in said})


def _seats(name: str, said: object) -> bool:
    seats = said.get("seats") if isinstance(said, dict) else None
    if seats not in ("add", "largest"):
        raise ProductsError(
            tr("HOLDFAST_PRODUCTS: products.{name}.seats: {seats!r} is not allowed. Give add or largest.", name=name, seats=seats)
        )
    return seats == "add"


def _pair(entry: object) -> tuple[tuple[str, str], str]:
    known = entry if isinstance(entry, dict) else {}
    old, new, given = (known.get(name) for name in ("from", "to", "is"))
    if not isinstance(old, str) or not isinstance(new, str) or given not in (CHANGE, ADDITION):
        raise ProductsError(
            tr("HOLDFAST_PRODUCTS: pairs: {entry!r} cannot be used. Give from, to, and is: change or addition.", entry=entry)
        )
    return (old, new), given
