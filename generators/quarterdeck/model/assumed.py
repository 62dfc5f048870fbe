"""What is taken to be so where no row says otherwise: every threshold and assumption that a number rests on.

The defaults stand here and nowhere else; `portfolio.yml` sets them under `thresholds` and `assumptions`, by the
names of these fields.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.model.sales import Stage


class Limit(msgspec.Struct, frozen=True):
    """A difference that counts once it reaches both."""

    absolute: Decimal
    """Money."""
    ratio: Decimal


class CardFee(msgspec.Struct, frozen=True):
    """What a card payment costs."""

    ratio: Decimal = Decimal("0.029")
    fixed: Decimal = Decimal("0.30")


class SendStop(msgspec.Struct, frozen=True):
    """Rates at which a campaign stops."""

    bounce: Decimal = Decimal("0.04")
    complaint: Decimal = Decimal("0.0008")


class StageProbability(msgspec.Struct, frozen=True):
    """Chance that an open lead of a stage is won."""

    lead: Decimal = Decimal("0.05")
    qualified: Decimal = Decimal("0.15")
    proposal: Decimal = Decimal("0.35")
    verbal: Decimal = Decimal("0.70")

    def of(self, stage: Stage) -> Decimal | None:
        """The chance of one stage; None for one that is no longer open."""
        return getattr(self, stage) if stage in self.__struct_fields__ else None


class EmailCase(msgspec.Struct, frozen=True):
    """One case of the e-mail model: who click, and of those who order."""

    click: Decimal
    order: Decimal


class EmailModel(msgspec.Struct, frozen=True):
    """What a mailing to the list may bring (F-Q1)."""

    low: EmailCase = EmailCase(Decimal("0.010"), Decimal("0.02"))
    base: EmailCase = EmailCase(Decimal("0.022"), Decimal("0.04"))
    high: EmailCase = EmailCase(Decimal("0.030"), Decimal("0.08"))
    bounce: Decimal = Decimal("0.03")
    sends: int = 3
    decay: Decimal = Decimal("0.8")
    unsub: Decimal = Decimal("0.003")
    complaint: Decimal = Decimal("0.0003")

    @property
    def cases(self) -> tuple[tuple[str, EmailCase], ...]:
        """The three cases by name, the lowest first."""
        return (("low", self.low), ("base", self.base), ("high", self.high))


class Ramp(msgspec.Struct, frozen=True):
    """How a list that was never mailed is warmed up (F-Q4)."""

    start: int = 200
    growth: Decimal = Decimal("1.5")
    cap: int = 1500


STALE_AFTER: Mapping[str, int] = {
    "handoff": 45,
    "evidence": 14,
    "funnel": 30,
    "channels": 60,
    "reconciled": 35,
    "values": 365,
}
CONTRACTOR_THRESHOLD: tuple[tuple[int, Decimal], ...] = ((2025, Decimal(600)), (2026, Decimal(2000)))
FiveRates = tuple[Decimal, Decimal, Decimal, Decimal, Decimal]
LOSS_RATES: FiveRates = (
    Decimal("0.01"),
    Decimal("0.02"),
    Decimal("0.05"),
    Decimal("0.15"),
    Decimal("0.40"),
)
"""What is lost of invoices by their age in the end, until there are twelve months of our own: an assumption."""
CHANNEL_WEIGHTS: Mapping[str, Decimal] = {
    "direct": Decimal(3),
    "search": Decimal(3),
    "ota": Decimal(2),
    "others": Decimal(1),
}


class Downside(msgspec.Struct, frozen=True):
    """The bad case of the forecast."""

    receipts: Decimal = Decimal("0.80")
    """Share of what is expected that comes."""
    delay_weeks: int = 2
    """How much later it comes."""


class LocalCpi(msgspec.Struct, frozen=True):
    """How much local consumer prices rose in a year, as somebody looked it up."""

    rate: Decimal
    place: str
    checked_on: date


class Assumed(msgspec.Struct, frozen=True):
    """The values in force in one run; a field has the name of its key in `portfolio.yml`."""

    approval_limit: Decimal = Decimal(0)
    """Cost from which an option is the CEO's to decide; 0 for all."""
    capital_threshold: Decimal = Decimal(2500)
    contractor_threshold: tuple[tuple[int, Decimal], ...] = CONTRACTOR_THRESHOLD
    """Year, and money paid to one contractor from which that year's form is due; in order of year."""
    variance_flag: Limit = Limit(Decimal(250), Decimal("0.10"))
    bill_tolerance: Limit = Limit(Decimal(25), Decimal("0.01"))
    send_stop: SendStop = SendStop()
    deposit_limit_months: Decimal = Decimal(1)
    """Most months of rent that may be held as a tenant's deposit."""
    stale_after: Mapping[str, int] = msgspec.field(default_factory=lambda: dict(STALE_AFTER))
    """Days after which an input is old."""
    fx_max_age_days: int = 7
    """Days for which a price of another currency holds."""
    hurdle_rate: Decimal = Decimal("0.12")
    reserve_months: Decimal = Decimal(3)
    downside: Downside = Downside()
    upside_min_probability: Decimal = Decimal("0.75")
    """Chance from which a lead counts in the good case of the forecast."""
    rental_reserve_months: Decimal = Decimal(6)
    loss_rates: FiveRates = LOSS_RATES
    """What of an invoice is lost by its age: not yet due, 1 to 30, 31 to 60, 61 to 90 days late, older."""
    stage_probability: StageProbability = StageProbability()
    card_fee: CardFee = CardFee()
    """For channels of kind direct that state no payment fee."""
    channel_weights: Mapping[str, Decimal] = msgspec.field(default_factory=lambda: dict(CHANNEL_WEIGHTS))
    """By kind or name of a channel; `others` is for all the rest."""
    email_model: EmailModel = EmailModel()
    ramp: Ramp = Ramp()
    personal_payees: tuple[str, ...] = ()
    """Words in a payee that make a line the owner's own; an entry with the tag `owner` always is."""
    local_cpi: LocalCpi | None = None
    """For the rent cap (F-N17); None where nobody looked it up."""


DEFAULTS = Assumed()
