"""What a company says of its products beside its contracts: whose seats add, and which one takes another's place."""

from dataclasses import dataclass, field, replace

import polars as pl

CHANGE, ADDITION = "change", "addition"
NO_PRODUCT = "no product"  # what lines without a product are called, where somebody says something of them


@dataclass(frozen=True)
class Products:
    """adding: products whose seats come on top of those of others. pairs: of a product that ends and another that starts then, whether
    that is a change (the second goes on with the first) or an addition; pairs that are not there have not been answered."""

    adding: frozenset[str] = frozenset()
    pairs: dict[tuple[str, str], str] = field(default_factory=dict)

    def said(self, answer: str, old: str = "product", new: str = "next_product") -> pl.Expr:
        """Whether a pair of products was answered so; never null."""
        ends, starts = (pl.col(name).fill_null(NO_PRODUCT) for name in (old, new))
        found = [(ends == one) & (starts == other) for (one, other), given in self.pairs.items() if given == answer]
        return pl.any_horizontal(found) if found else pl.lit(False)

    def with_answers(self, pairs: dict[tuple[str, str], str]) -> "Products":
        """The same with answers that win over those that are there."""
        return replace(self, pairs=self.pairs | pairs)


UNSAID = Products()
