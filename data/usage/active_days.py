"""SQL for sets of active days: one integer for each month, whose bit d-1 stands for day d."""


def bit_of(day: str) -> str:
    """The bit that stands for a day."""
    return f"(1 << (day({day}) - 1))::integer"


def from_on(bits: str, day: str) -> str:
    """The set without the days before `day`, which lies in its month."""
    return f"({bits} & ~({bit_of(day)} - 1))"


def first_of(bits: str, month: str) -> str:
    """The first day of a set that is not empty."""
    return f"({month} + bit_count(({bits} & -{bits}) - 1)::integer)"
