"""Findings, actions, gaps, KPI states: what a report says beside its figures."""

import re
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money

Role = Literal["ceo", "cto", "cfo", "cmo", "accounting"]
ROLES: tuple[Role, ...] = ("ceo", "cto", "cfo", "cmo", "accounting")
ROLE_TITLES: dict[Role, str] = {
    "ceo": "CEO",
    "cto": "CTO",
    "cfo": "CFO",
    "cmo": "CMO",
    "accounting": "Accounting",
}


_FORMULA_ID = re.compile(r"\bF-[A-Z]\d+\b")
_RULE_CODE = re.compile(r"\bR-[A-Z]{3}-\d\d\b")


class Effect(msgspec.Struct, frozen=True, order=True):
    """Whose number a finding moves, and which one."""

    role: Role
    what: str
    """In words, with the ids of formulas in brackets: `online revenue targets (F-T1)`."""

    @property
    def formulas(self) -> tuple[str, ...]:
        """The formulas whose results it moves, as the words name them, in their order."""
        return tuple(_FORMULA_ID.findall(self.what))

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that the words name, in their order."""
        return tuple(_RULE_CODE.findall(self.what))


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that is wrong or worth knowing; identity is rule, entity and subject alone."""

    rule: str
    entity: str
    subject: str
    """The thing it is about: an offer, a step, a file, a field; never a line number or a date."""
    severity: Severity
    message: str
    """One plain sentence that says what is so, with its numbers."""
    action: str
    """The next step in the imperative."""
    roles: tuple[Role, ...]
    """Whose pages list it."""
    affects: tuple[Effect, ...] = ()
    evidence: tuple[Source, ...] = ()
    at_stake: Money | None = None
    """Per month; None is printed as not known."""
    worth: Decimal | None = None
    """The same in the portfolio's currency; None where nothing is known or no price of the books counts it."""
    effort_hours: Decimal | None = None
    state: Literal["open", "acknowledged", "accepted"] = "open"
    accepted_until: date | None = None
    accepted_by: str = ""
    accepted_reason: str = ""
    tasks: tuple[str, ...] = ()
    """Open tasks that name it in `fixes:`."""
    severity_reason: str = ""
    """Why `portfolio.yml` raised or lowered the severity."""
    first_seen: date | None = None
    """Day of the first version of the unbroken run that it stands in; None where no earlier version is known."""
    age_days: int | None = None
    """From that day to the day of the report."""
    carried: int | None = None
    """In how many earlier versions on end it stood; 0 where it is new, None where none is known."""
    checks: tuple[str, ...] = ()
    """Identities of the failed checks that prove it."""

    @property
    def id(self) -> str:
        """Identity: `R-QDN-01/quickdumpnow/checkout`."""
        return f"{self.rule}/{self.entity}/{self.subject}"

    @property
    def order(self) -> tuple[object, ...]:
        """Worst first, then most money, then identity.

        Money compares in the portfolio's currency. What no price counts there follows, largest first within each
        currency, these in order of the alphabet; where nothing is known comes last.
        """
        if self.worth is not None:
            return (self.severity.rank, 0, "", -self.worth, self.id)
        if self.at_stake is not None:
            return (self.severity.rank, 1, self.at_stake.currency, -self.at_stake.amount, self.id)
        return (self.severity.rank, 2, "", Decimal(0), self.id)


class Gap(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that is not known: why it matters and where to add it."""

    key: str
    """Key of the missing-data registry, such as `billing_model`."""
    entity: str
    what: str
    """What is not known, as a noun: `Billing model`."""
    why: str
    """One sentence: why it matters."""
    add: str
    """What to add, as a phrase: a field, column or section."""
    path: str
    """The file in which to add it."""
    heading: str = ""
    roles: tuple[Role, ...] = ()
    unlocks: int = 0
    """How many figures would become known or complete."""
    pages: int = 0
    """On how many pages they stand."""

    @property
    def id(self) -> str:
        """Identity: `billing_model/quickdumpnow`."""
        return f"{self.key}/{self.entity}"

    @property
    def is_written(self) -> bool:
        """Whether a person answers it in a handoff or its CSV, not the books or an audit."""
        return self.path.startswith(("handoffs/", "data/"))


class KpiState(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether one KPI of the catalogue is measured for one entity."""

    kpi: str
    entity: str
    state: Literal["fresh", "stale", "never", "not tracked", "n/a"]
    title: str
    weight: int
    value: str = ""
    """As stated, ready to print; empty where there is none."""
    period: str = ""
    age_days: int | None = None
    reason: str = ""
    source: Source | None = None
    add: str = ""
    """Where to add it: heading or file, in words."""
    is_optional: bool = False


class InputState(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether one input that pages ask for is there for one entity."""

    key: str
    entity: str
    title: str
    state: Literal["known", "old", "missing"]
    required: tuple[str, ...] = ()
    """Pages for which it is required: role names, `rental`, `billing`, `clients`."""
    optional: tuple[str, ...] = ()
    as_of: date | None = None
