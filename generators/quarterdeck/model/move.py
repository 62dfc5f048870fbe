"""How far a number moves when something that is only assumed is a little less or more."""

from decimal import Decimal

import msgspec

from quarterdeck.model.figure import Value


class Move(msgspec.Struct, frozen=True, omit_defaults=True):
    """One figure under one assumption that is a tenth less, and a tenth more."""

    path: str
    """The assumption's place in `Assumed`: `stage_probability.verbal`."""
    figure: str
    """Id of the figure."""
    entity: str
    """Whose figure it is; empty for the portfolio."""
    at: tuple[Decimal, Decimal]
    """The assumption a tenth less and a tenth more; of several numbers, which move together, the first."""
    less: Value
    """The figure at the first of the two."""
    more: Value
