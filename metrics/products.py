"""What a company says of its products beside its contracts: whose seats add, and which one takes another's place."""

from dataclasses import dataclass, field

import polars as pl

CHANGE, ADDITION = "change", "addition"


@dataclass(frozen=True)
class Products:
    """adding: products whose seats come on top of those of others. pairs: of a product that ends and another that starts then, whether
    that is a change (the second goes on with the first) or an addition; pairs that are not there have not been answered."""

    adding: frozenset[str] = frozenset()
    pairs: dict[tuple[str, str], str] = field(default_factory=dict)

    def said(self, answer: str, old: str = "product", new: str = "next_product") -> pl.Expr:
        """Whether a pair of products was answered so; never null."""
        found = [(pl.col(old) == one) & (pl.col(new) == other) for (one, other), given in self.pairs.items() if given == answer]
        return pl.any_horizontal(found).fill_null(False) if found else pl.lit(False)


UNSAID = Products()
