"""What is kept of an earlier version: headline figures and identities, never words; and the trend that they give."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Literal

import msgspec

from quarterdeck.model.figure import Unit, Value
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money

SCHEMA = 1
"""Raised whenever an older reader would misread the file."""

VERSION = re.compile(r"(\d{4}-\d{2}-\d{2})-([0-9a-f]{7,40})(?:\.\d+)?")
"""The name of a version: its day, the beginning of its commit, and which one of these it is."""

FOLDER = "evidence/history"
"""Where records stand below a portfolio's root, one file for each version; never in git."""

BEFORE = "evidence/before"
"""Where that stands which the version before told its readers: briefings, and when each page changed last."""

HEADLINES: Mapping[str, str] = {
    "cash_available": "cash_available",
    "runway_months": "runway_months",
    "net_burn": "net_burn",
    "lowest_week": "lowest_week",
    "week_receipts": "forecast_receipts:1",
    "week_payments": "forecast_payments:1",
    "revenue_last_month": "revenue:{month}",
    "revenue_year": "revenue_year",
    "sales_last_month": "sales_last_month",
    "sales_ttm": "sales_ttm",
    "contribution_month": "contribution_month",
    "operating_income": "operating_income",
    "debt": "debt",
    "overdue": "overdue",
    "unbilled": "unbilled",
    "mrr": "mrr",
    "noi_year": "noi_year",
    "dscr": "dscr",
    "occupied": "occupied",
    "deposits_owed": "deposits_owed",
    "visibility": "visibility",
    "rating": "rating",
    "reviews": "reviews",
}
"""Name in the history -> the figure that every version keeps; `{month}` is its last full one."""


class PastEntity(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A business, and the one that it is part of."""

    entity: str
    parent: str = ""
    is_sample: bool = False


class PastFigure(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One headline figure."""

    entity: str
    """Empty for the portfolio."""
    figure: str
    """Name in `HEADLINES`."""
    value: Value
    """A state keeps its name and needs, not its reason in words."""
    unit: Unit
    is_partial: bool = False
    """Whether it is a sum with members that were not known."""


class PastKpi(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One KPI that could be measured."""

    entity: str
    kpi: str
    state: Literal["fresh", "stale", "never", "not tracked", "n/a"]
    value: str = ""
    """As printed."""
    is_optional: bool = False


class PastFinding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One finding that stood."""

    rule: str
    entity: str
    subject: str
    severity: Severity
    state: Literal["open", "acknowledged", "accepted"]
    first_seen: date
    """The day of the first version of the unbroken run of versions that it stands in."""

    @property
    def id(self) -> str:
        """Identity, as that of `Finding`."""
        return f"{self.rule}/{self.entity}/{self.subject}"


class PastPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One page that was published."""

    path: str
    changed_on: date
    """The day of the version that changed its content last."""
    content: str
    """Hash of it, in hexadecimal."""


class PastTask(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One task."""

    entity: str
    task: str
    is_open: bool = True


class PastClient(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one client paid a month; one whose fee nobody knew is not among them."""

    entity: str
    client: str
    mrr: Money


class PastChannel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many public reviews one channel had."""

    entity: str
    channel: str
    reviews: int


class Earlier(
    msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, forbid_unknown_fields=True, dict=True
):
    """One earlier version; its tuples are sorted by their fields."""

    schema: int = SCHEMA
    version: str
    """`2026-11-22-66e97d4`: its day and its commit, and `.2`, `.3` … where such a one was there already."""
    as_of: date
    commit: str
    """Full hash."""
    committed_at: int = 0
    """Unix time of the commit."""
    is_backfill: bool = False
    """True where it was never published, and was worked out later from git."""
    has_evidence: bool = False
    """Whether it knew what audits see; what they alone can find is otherwise not known to be gone."""
    is_whole: bool = True
    """False where it holds no more than one audience may see; never in a file."""
    entities: tuple[PastEntity, ...] = ()
    figures: tuple[PastFigure, ...] = ()
    kpis: tuple[PastKpi, ...] = ()
    findings: tuple[PastFinding, ...] = ()
    pages: tuple[PastPage, ...] = ()
    tasks: tuple[PastTask, ...] = ()
    clients: tuple[PastClient, ...] = ()
    channels: tuple[PastChannel, ...] = ()

    @cached_property
    def findings_by_id(self) -> Mapping[str, PastFinding]:
        """Its findings by identity."""
        return {one.id: one for one in self.findings}

    @cached_property
    def _figures(self) -> Mapping[tuple[str, str], PastFigure]:
        return {(one.entity, one.figure): one for one in self.figures}

    def figure(self, figure: str, entity: str = "") -> PastFigure | None:
        """One headline figure by its name in `HEADLINES`; None where it had none."""
        return self._figures.get((entity, figure))

    @property
    def order(self) -> tuple[date, int, str, int]:
        """Oldest first; `.10` after `.9`."""
        name, _, again = self.version.partition(".")
        return (self.as_of, self.committed_at, name, int(again or 1))

    @property
    def path(self) -> str:
        """Where it stands below the portfolio's root."""
        return path_of(self.version)


class PastVersion(msgspec.Struct, frozen=True, omit_defaults=True):
    """What trends say of one earlier version besides its figures."""

    version: str
    as_of: date
    is_backfill: bool = False
    opened: int | None = None
    """Findings that the version before did not have; None for the first, and where audits were new to it."""
    closed: int | None = None
    """Findings of the version before that it did not have any more."""
    critical: int = 0
    high: int = 0
    medium: int = 0
    low: int = 0
    """Open findings of what totals hold, accepted ones left out."""
    kpis_fresh: int = 0
    kpis_wanted: int = 0


class Series(msgspec.Struct, frozen=True):
    """One headline figure over the versions."""

    entity: str
    figure: str
    """Name in `HEADLINES`."""
    unit: Unit
    values: tuple[Value | None, ...]
    """One for each version, oldest first; None where it had no such figure."""
    partial: tuple[bool, ...]
    """Which of them are sums with members that were not known."""


class Past(msgspec.Struct, frozen=True, omit_defaults=True, dict=True):
    """The earlier versions that trends are drawn of."""

    versions: tuple[PastVersion, ...] = ()
    """Oldest first."""
    series: tuple[Series, ...] = ()
    """By entity and figure."""
    opened: int | None = None
    """Findings that the newest of them did not have; None without any, and where audits are new."""
    closed: int | None = None
    """Findings of the newest of them that are gone."""
    is_whole: bool = True
    """False where totals are kept from this audience, for they held more than it may see."""

    def of(self, figure: str, entity: str = "") -> Series | None:
        """One headline figure, by its name or by the figure's own id; None where no version kept it."""
        return next(
            (
                one
                for one in self.series
                if one.entity == entity and figure in {one.figure, HEADLINES[one.figure]}
            ),
            None,
        )


NO_PAST = Past()


def path_of(version: str) -> str:
    """Where the record of a version stands below a portfolio's root."""
    return f"{FOLDER}/{version}.json"


def encode_record(record: Earlier) -> bytes:
    """The bytes of a record's file: sorted keys, indent 1, final newline, equal for equal records."""
    return msgspec.json.format(msgspec.json.encode(record, order="sorted"), indent=1) + b"\n"
