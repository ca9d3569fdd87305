"""What a mapping says twice, or asks for where it can have no effect: refused before the file is read, never settled in silence."""

from data.importing.mapping import Mapping, MappingError
from data.schema import TABLES

WAYS = ("columns", "joined", "when", "constants")


def check(mapping: Mapping) -> None:
    """Whether every entry of a mapping counts. Raises MappingError that says which does not, and what to do."""
    for name in sorted(mapping.given):
        ways = [f"[{way}]" for way in WAYS if name in getattr(mapping, way)]
        if len(ways) > 1:
            raise MappingError(f"{name}: it is given more than once, under {' and '.join(ways)}. Keep one.")
    if mapping.options.get("amount_per") == "seat":
        _needs(mapping, "amount_per = seat", "seats")
    if "discounts" in mapping.options and not mapping.given & {"discount", "discount_amount"} and "less_from" not in mapping.options:
        raise MappingError(
            "options.discounts: nothing is mapped to discount or discount_amount, so it would change nothing. Map one, or leave it out."
        )
    if mapping.options.get("ends_on") == "inclusive":
        _needs(mapping, "ends_on = inclusive", "ends_on")
    for option in sorted({"add_from", "less_from", "total_from"} & {*mapping.options}):
        _needs(mapping, f"{option} = {mapping.options[option]}", "amount")
    if mapping.options.get("layout") == "log" and "starts_on" not in mapping.columns:
        raise MappingError("options.layout = log: a column of the file must say the month. Map it to starts_on.")
    key = mapping.key or TABLES[mapping.table].key
    if "newest_by" in mapping.options and not {*key} <= mapping.given:
        raise MappingError(
            "options.newest_by: nothing says which rows are versions of one another. Give the columns that tell one thing from another as key, "
            f"and map them; now it is {', '.join(key)}."
        )


def _needs(mapping: Mapping, option: str, column: str) -> None:
    if column not in mapping.given:
        raise MappingError(f"options.{option}: nothing is mapped to {column}, so it would change nothing. Map {column}, or leave it out.")
