"""Why rollups cannot be made or brought in."""


class RollupRefused(ValueError):
    """The rollup cannot be made, or brought in; the message says why and what to do. Nothing of it was kept."""
