"""A figure: what is printed, where it comes from, and what to say when it is not known."""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.model.ledger import Lines
from quarterdeck.model.source import Source
from quarterdeck.model.values import Day, Money, MoneyRange, Ratio, Word

Kind = Literal["actual", "stated", "computed", "assumption", "benchmark"]

State = Literal[
    "not_known",
    "not_applicable",
    "no_break_even",
    "cash_generating",
    "depleted",
    "target_met",
    "beyond_horizon",
    "not_within_horizon",
    "spend_without_customers",
    "never",
    "not_enough_evidence",
    "beyond_history",
]
"""What a formula returns where it has no value."""

STATE_WORDS: dict[State, str] = {
    "not_known": "not known",
    "not_applicable": "n/a",
    "no_break_even": "no break-even at this price and cost",
    "cash_generating": "generating cash",
    "depleted": "out of available cash",
    "target_met": "target met",
    "beyond_horizon": "beyond the horizon",
    "not_within_horizon": "does not pay back in time",
    "spend_without_customers": "spend, no new customers",
    "never": "never",
    "not_enough_evidence": "not enough evidence",
    "beyond_history": "longer than the history",
}

Unit = Literal["money", "ratio", "count", "months", "days", "hours", "score", "date", "words"]


class Missing(msgspec.Struct, frozen=True, tag="missing", omit_defaults=True):
    """A result without a value: the state, and which input would give one."""

    state: State = "not_known"
    needs: tuple[str, ...] = ()
    """Keys of the missing-data registry (`figures/missing/`), most wanted first."""
    reason: str = ""
    """In words where the registry has none, such as `12 of 12 checks could not run`."""


Value = Money | MoneyRange | Ratio | Missing | Day | Word | Decimal
"""What a figure can hold; counts, months, days and scores are Decimals with the unit beside them.

Words stand in the sides of contradictions alone."""


class Input(msgspec.Struct, frozen=True, omit_defaults=True):
    """One input of a computed figure, under the name that its formula has for it."""

    name: str
    value: Value | None = None
    """What went in, where it is one number and no figure itself."""
    text: str = ""
    """What went in where it is a word or date, or how many there were of a list."""
    figure: str = ""
    """Id of the figure that it is, of the same entity unless `entity` names another."""
    entity: str = ""
    sources: tuple[Source, ...] = ()
    """Where a value that is no figure stands."""


class Figure(msgspec.Struct, frozen=True, omit_defaults=True):
    """One number (or state) with everything a reader may ask about it."""

    id: str
    """Stable name such as `mrr`, or with a subject, `contribution:full-load-haul`."""
    entity: str
    """Whose it is; empty for the whole portfolio."""
    label: str
    """As printed in front of it: `Monthly recurring revenue`."""
    value: Value
    unit: Unit
    kind: Kind = "computed"
    formula: str = ""
    """Id of the formula, such as `F-G1`; empty where somebody wrote the number itself."""
    sources: tuple[Source, ...] = ()
    """The places of its inputs, in order of use."""
    as_of: date | None = None
    """Date of its newest input."""
    known: int = 0
    wanted: int = 0
    """Members of a sum that are known and wanted; `at least` is printed where they differ."""
    is_estimate: bool = False
    inputs: tuple[Input, ...] = ()
    """What the formula was given, in its order; `quarterdeck explain` follows them down to file and line."""
    lines: tuple[Lines, ...] = ()
    """The postings that it adds up, where it comes from the books."""
    note: str = ""
    """What to say beside it: `low confidence (1 of 3 months)`."""
    apart: tuple[Money, ...] = ()
    """Money of other currencies that the sum leaves out, for want of a fresh price."""

    @property
    def is_known(self) -> bool:
        """Whether there is a value to print."""
        return not isinstance(self.value, Missing)

    @property
    def is_partial(self) -> bool:
        """Whether it is a sum with members that are not known."""
        return self.known < self.wanted
