"""What every report shares around its own sections: head, findings, things to do, gaps, assumptions, sources."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Literal, TypeVar

import msgspec

from quarterdeck.figures.inputs import INPUT_OF_TABLE, inputs_known
from quarterdeck.figures.inputs import Page as InputColumn
from quarterdeck.links import consequences
from quarterdeck.model.action import Action
from quarterdeck.model.assumed import STALE_AFTER, Assumed
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.columns import Row
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import ROLE_TITLES, Finding, Gap, Role
from quarterdeck.model.page import Download, Page
from quarterdeck.model.services import Client
from quarterdeck.model.severity import Severity
from quarterdeck.model.tables import TABLE_BY_NAME
from quarterdeck.reports.charts import Charts
from quarterdeck.reports.components import (
    ActionRow,
    Assumption,
    Card,
    Changed,
    Chip,
    Coverage,
    FindingRow,
    Grid,
    Head,
    NavChip,
    StateKey,
    Table,
)
from quarterdeck.reports.past import with_past
from quarterdeck.reports.render import render
from quarterdeck.reports.sheets import sheet, sheet_of_grid, titled
from quarterdeck.reports.sources import Links, Sources
from quarterdeck.reports.to_do import action_row, anchor_of

R = TypeVar("R", bound=Row)

AUDITS = {"rental": "Rental audit", "billing": "Billing audit", "clients": "Client audit"}
"""The three audits by the name of their column in the table of inputs."""

SURENESS = "How sure"
"""The tab of the three pages that say how far all others can be trusted."""
CONTRADICTIONS_PATH = "reports/sure/contradictions.md"
ASSUMPTIONS_PATH = "reports/sure/assumptions.md"
NOT_KNOWN_PATH = "reports/sure/not-known.md"
CHANGED_PATH = "reports/changes.md"

_AGES = "thresholds.stale_after."
_RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "ceo": ("thresholds.approval_limit", *(f"{_AGES}{key}" for key in STALE_AFTER if key != "evidence")),
    "cto": (f"{_AGES}handoff", f"{_AGES}funnel"),
    "cfo": (
        "thresholds.variance_flag.",
        f"{_AGES}handoff",
        f"{_AGES}reconciled",
        f"{_AGES}values",
        "assumptions.hurdle_rate",
        "assumptions.downside.",
        "assumptions.upside_min_probability",
        "assumptions.stage_probability.",
        "assumptions.card_fee.",
    ),
    "cmo": (
        "thresholds.send_stop.",
        f"{_AGES}handoff",
        f"{_AGES}funnel",
        f"{_AGES}channels",
        "assumptions.stage_probability.",
        "assumptions.card_fee.",
        "assumptions.channel_weights.",
        "assumptions.email_model.",
        "assumptions.ramp.",
    ),
    "accounting": ("thresholds.capital_threshold", f"{_AGES}handoff", f"{_AGES}reconciled", f"{_AGES}values"),
    "rental": (
        "thresholds.deposit_limit_months",
        f"{_AGES}handoff",
        f"{_AGES}values",
        "assumptions.rental_reserve_months",
        "assumptions.local_cpi",
    ),
    "billing": ("thresholds.bill_tolerance.", f"{_AGES}handoff"),
    "clients": (f"{_AGES}handoff",),
}
"""Column of a page -> beginnings of the keys of `portfolio.yml` that its own numbers and ages rest on."""
_OF_FIGURES: Mapping[str, str] = {
    "under_billed": "thresholds.bill_tolerance.",
    "pipeline_weighted": "assumptions.stage_probability.",
    "net_per_booking": "assumptions.card_fee.",
    "visibility": "assumptions.channel_weights.",
}
"""Figure -> what it rests on: the page of one business prints that of its own figures."""

_OF_INPUTS = frozenset({"R-DAT-02", "R-DAT-04", "R-DAT-05", "R-DAT-06", "R-DAT-07"})
"""Data rules whose subject begins with a table or input: a page lists those of inputs that it requires."""

_MOST_ACTIONS = 10
_MOST_CHIPS = 12
"""Above this the drawer's list serves better than a row of chips on every page."""


def resting_on(key: str) -> tuple[str, ...]:
    """Columns of the pages whose own numbers and ages rest on a key of `portfolio.yml`."""
    return tuple(column for column, keys in _RESTS_ON.items() if key.startswith(keys))


def role_path(role: Role) -> str:
    """Path of a role's page below `docs/`."""
    return f"reports/{role}.md"


def entity_path(entity: str) -> str:
    """Path of a business's page."""
    return f"reports/entities/{entity}.md"


def audit_path(entity: str) -> str:
    """Path of the audit of one business."""
    return f"reports/audits/{entity}.md"


def audit_of(briefing: Briefing, entity: Entity) -> Literal["rental", "billing", "clients", ""]:
    """Which of the three audits a business has a page for; empty for none."""
    if entity.kind == "rental":
        return "rental"
    if entity.kind == "delivery":
        return "billing"
    return "clients" if briefing.of(Client, entity.entity) else ""


class Site(msgspec.Struct, frozen=True, dict=True):
    """One audience's briefing with what all of its pages need."""

    briefing: Briefing
    formulas: dict[str, str] = {}
    """Formula id -> page below `docs/` that explains it."""
    rules: dict[str, str] = {}
    changed: dict[str, Changed] = {}
    """Page below `docs/` -> its own last change; without one it is as in the first report."""

    @cached_property
    def links(self) -> Links:
        """Where sources can be read and edited."""
        commits = {file.path: file.commit for file in self.briefing.files if file.commit}
        return Links(
            self.briefing.repository,
            self.briefing.branch,
            self.briefing.folder,
            commits,
            formulas=self.formulas,
            rules=self.rules,
        )

    @cached_property
    def titles(self) -> dict[str, str]:
        """Printed name of every entity, by id; the empty id is the whole portfolio."""
        return {entity.entity: entity.title for entity in self.briefing.entities} | {"": ""}

    def findings(self, entity: str, severity: Severity) -> int:
        """How many findings of a severity are open for an entity, accepted ones left out."""
        return self._open_of[entity, severity]

    @cached_property
    def _open_of(self) -> Counter[tuple[str, Severity]]:
        found = self.briefing.findings
        return Counter((one.entity, one.severity) for one in found if one.state != "accepted")

    def state(self, entity: Entity) -> tuple[StateKey, str]:
        """The state word of a business and the reason for it in a few words.

        Act now: a critical finding is open. Watch: a high finding, or a handoff past its limit.
        Too little known: fewer than half of its inputs that the CEO's page requires are known.
        """
        if entity.entity not in self._states:
            self._states[entity.entity] = self._state(entity)
        return self._states[entity.entity]

    @cached_property
    def _states(self) -> dict[str, tuple[StateKey, str]]:
        return {}

    def _state(self, entity: Entity) -> tuple[StateKey, str]:
        known, wanted = self._required(entity.entity)
        if known * 2 < wanted:
            return "unknown", f"{known} of {wanted} inputs known"
        own = self.briefing.only(entity.entity)
        worst = next(iter(_open(own.findings)), None)
        if worst and worst.severity is Severity.CRITICAL:
            return "act", worst.message
        if worst and worst.severity is Severity.HIGH:
            return "watch", worst.message
        old = [one for one in own.inputs if one.state == "old"]
        if old:
            return "watch", f"{old[0].title} is old"
        return "course", "No critical or high finding is open"

    def _required(self, entity: str) -> tuple[int, int]:
        states = [one.state for one in self.briefing.only(entity).inputs if "ceo" in one.required]
        return sum(state != "missing" for state in states), len(states)

    @cached_property
    def open_findings(self) -> tuple[Finding, ...]:
        """Findings that nobody accepted, worst first; what only says that an input is wrong comes last."""
        return tuple(_open(self.briefing.findings))

    @cached_property
    def consequences(self) -> Mapping[str, tuple[str, ...]]:
        """Identity of a finding -> those of the findings that rest on what it moves."""
        return consequences(self.briefing.findings, self.briefing.figures)

    def finding(self, identity: str) -> Finding:
        """One finding by its identity.

        Raises:
            KeyError: No such finding.
        """
        return self._findings[identity]

    @cached_property
    def _findings(self) -> dict[str, Finding]:
        return {one.id: one for one in self.briefing.findings}

    @cached_property
    def gap_keys(self) -> frozenset[tuple[str, str]]:
        """Entity and key of everything that is not known."""
        return frozenset((gap.entity, gap.key) for gap in self.briefing.gaps)

    def chip(self, entity: Entity, here: str) -> Chip:
        """A business with its state, linked from the page at `here`."""
        state, reason = self.state(entity)
        return Chip(entity.title, Sources(page=here).to(entity_path(entity.entity)), state, reason)


class Report(msgspec.Struct, frozen=True, dict=True):
    """The frame of one report: which page it is, and which businesses it covers."""

    site: Site
    path: str
    title: str
    column: InputColumn
    """Its column in the table of inputs: a role, or `rental`, `billing`, `clients`."""
    entities: tuple[Entity, ...]
    scope: str
    role: Role | None = None
    description: str = ""
    section: str = ""
    is_home: bool = False

    @cached_property
    def ids(self) -> frozenset[str]:
        """Ids of the businesses that it covers; the empty one is the portfolio's, where it covers all."""
        ids = {entity.entity for entity in self.entities}
        return frozenset(ids | {""} if len(ids) == len(self.site.briefing.entities) else ids)

    @cached_property
    def briefing(self) -> Briefing:
        """What is said of its businesses: of one alone, or of all; names and settings are those of the site."""
        whole = self.site.briefing
        return whole.only(self.entities[0].entity) if len(self.entities) == 1 else whole

    def of(self, record: type[R]) -> tuple[R, ...]:
        """The rows of a table of its businesses."""
        return tuple(one for one in self.briefing.of(record) if one.entity in self.ids)

    @cached_property
    def sources(self) -> Sources:
        """The collector of this page's sources."""
        return Sources(self.site.links, self.path, has_files=True)

    @cached_property
    def charts(self) -> Charts:
        """The collector of this page's charts."""
        return Charts()

    def newest(self) -> date | None:
        """Date of the newest input of the page."""
        dates = [entity.updated for entity in self.entities if isinstance(entity.updated, date)]
        dates += [one.as_of for one in self.briefing.inputs if one.entity in self.ids and one.as_of]
        return max((day for day in dates if day <= self.site.briefing.as_of), default=None)

    def head(self) -> Head:
        """Title, scope, date and coverage."""
        wanted = [state for state in self.briefing.inputs if state.entity in self.ids]
        known, old, all_of_them = inputs_known(wanted, self.column, [one.entity for one in self.entities])
        briefing = self.site.briefing
        samples = [entity for entity in self.entities if entity.is_sample]
        return Head(
            title=self.title,
            scope=self.scope,
            newest=None if self.is_home else self.newest(),
            as_of=briefing.as_of if self.is_home else None,
            coverage=Coverage(known + old, old, all_of_them) if all_of_them else None,
            chips=self.chips(),
            sample=_sample_words(samples, self.entities) if samples and not briefing.is_sample else "",
            description=self.description,
        )

    def chips(self) -> tuple[NavChip, ...]:
        """The sister pages: role pages from Home and role pages, businesses from a business."""
        if self.section:
            here = self.path.rsplit("/", 1)[0]
            sisters = self.site.briefing.entities
            if here == "reports/audits" or len(sisters) > _MOST_CHIPS:
                sisters = self.entities
            return tuple(
                NavChip(
                    entity.title, self.sources.to(f"{here}/{entity.entity}.md"), entity.entity in self.ids
                )
                for entity in sisters
            )
        return tuple(
            NavChip(ROLE_TITLES[role], self.sources.to(role_path(role)), role == self.role)
            for role in self.site.briefing.roles
        )

    def findings(self) -> tuple[FindingRow, ...]:
        """The findings that this page's reader should see: of its role, or that move its role's numbers."""
        return self._findings

    @cached_property
    def _findings(self) -> tuple[FindingRow, ...]:
        several = len(self.entities) > 1
        is_whole = self.briefing is self.site.briefing
        still_open = self.site.open_findings if is_whole else _open(self.briefing.findings)
        everything = (*still_open, *self._accepted())
        return tuple(
            FindingRow(finding, self.site.titles.get(finding.entity, "") if several else "", here=self.role)
            for finding in everything
            if finding.entity in self.ids and self._concerns(finding)
        )

    def _concerns(self, finding: Finding) -> bool:
        if finding.rule in _OF_INPUTS and (self.role or self.column in AUDITS):
            return self._rests_on(finding)
        if self.role is None:
            return finding.severity is not Severity.INFO or not finding.rule.startswith("R-DAT")
        is_ours = self.role in finding.roles or any(effect.role == self.role for effect in finding.affects)
        return is_ours and (not finding.rule.startswith("R-DAT-01"))

    def _rests_on(self, finding: Finding) -> bool:
        """Whether what is old or wrong is an input that this page has no answer without."""
        name = finding.subject.partition("/")[0]
        table = TABLE_BY_NAME.get(name)
        key = INPUT_OF_TABLE.get(table.record, name) if table else name
        return (finding.entity, key) in self._required

    @cached_property
    def _required(self) -> frozenset[tuple[str, str]]:
        """Entity and key of every input that this page has no answer without."""
        return frozenset((one.entity, one.key) for one in self.briefing.inputs if self.column in one.required)

    def _accepted(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.briefing.findings if finding.state == "accepted")

    def checked(self) -> str:
        """What was looked at where nothing was found."""
        count = len(self.entities)
        return f"Every rule ran over {count} {'handoff' if count == 1 else 'handoffs'}; none found anything open here."

    def to_do(self) -> tuple[Action, ...]:
        """What is to be done for the page's businesses and role, in the order of work."""
        return tuple(
            one
            for one in self.briefing.actions
            if one.entity in self.ids and (self.role in {None, "ceo"} or self.role in one.roles)
        )

    def actions(self, most: int = _MOST_ACTIONS) -> tuple[ActionRow, ...]:
        """The first of it as rows."""
        return tuple(self.row(rank, one) for rank, one in enumerate(self.to_do()[:most], start=1))

    def later(self, most: int = _MOST_ACTIONS) -> tuple[str, ...]:
        """Anchors of those that come after them; an empty one where nobody wrote a task."""
        return tuple(anchor_of(one) for one in self.to_do()[most:])

    def row(self, rank: int, action: Action) -> ActionRow:
        """One action as a row of this page."""
        titles = self.site.titles if len(self.entities) > 1 else {}
        return action_row(rank, action, self.site.briefing, titles)

    def gaps(self) -> tuple[Gap, ...]:
        """What this page does not know, the gap that unlocks most first."""
        return tuple(
            gap
            for gap in self.briefing.gaps
            if gap.entity in self.ids and (self.role is None or not gap.roles or self.role in gap.roles)
        )

    def assumptions(self) -> tuple[Assumption, ...]:
        """The settings and defaults that numbers of this page rest on, in the order of the settings."""
        if self.role or self.column in AUDITS:
            keys = _RESTS_ON[self.column]
        else:
            ids = {one.id.partition(":")[0] for one in self.briefing.figures if one.is_known}
            keys = (f"{_AGES}handoff", *(key for figure, key in _OF_FIGURES.items() if figure in ids))
        return tuple(
            Assumption(one.key, one.value, one.what_for, is_default=one.is_default)
            for one in self.site.briefing.assumptions
            if one.key.startswith(keys)
        )

    @property
    def assumed(self) -> Assumed:
        """Thresholds and assumptions in force, as numbers."""
        return self.site.briefing.assumed

    def figure(self, figure: str, entity: str = "") -> Figure:
        """One figure by id; see `Briefing.figure`."""
        return self.site.briefing.figure(figure, entity)

    def page(self, template: str, downloads: Iterable[Download] = (), **view: object) -> Page:
        """Fill the report's template; `view` is what its own blocks print, and `cards` among it get their past."""
        cards = view.get("cards")
        if isinstance(cards, tuple):
            briefing = self.site.briefing
            view["cards"] = tuple(with_past(one, briefing) if isinstance(one, Card) else one for one in cards)
        body = render(
            template,
            sources=self.sources,
            head=self.head(),
            changed=self.site.changed.get(self.path, Changed(None)),
            findings=self.findings(),
            checked=self.checked(),
            actions=self.actions(),
            later=self.later(),
            gaps=self.gaps(),
            entity_titles=self.site.titles,
            assumptions=self.assumptions(),
            all_gaps=self.sources.to(NOT_KNOWN_PATH),
            all_assumptions=self.sources.to(ASSUMPTIONS_PATH),
            **view,
        )
        files = self._files(downloads, body)
        made = Page(self.path, self.title, body, self.section, files, tuple(self.charts.drawings))
        if not made.sheets:
            return made
        named = f"---\nworkbook: {self.sources.to(made.workbook)}\n"  # known once all tables are printed
        return msgspec.structs.replace(made, body=body.replace("---\n", named, 1))

    def with_csv(self, key: str, table: Table) -> tuple[Table, Download]:
        """The table with its link, and the file that the link leads to: `cfo-cash.csv` beside the page."""
        name = self.sources.offer(key)
        made = sheet(table, titled(key))
        return msgspec.structs.replace(table, csv=self.sources.to(name)), Download(name, made.csv, made)

    def _files(self, downloads: Iterable[Download], body: str) -> tuple[Download, ...]:
        """Everything that the page offers, in the order in which its links stand there."""
        offered = [*downloads]
        for name, title, table in self.sources.offered:
            made = sheet_of_grid(table, title) if isinstance(table, Grid) else sheet(table, title)
            offered.append(Download(name, made.csv, made))
        return tuple(sorted(offered, key=lambda one: body.find(f'href="{self.sources.to(one.path)}"')))


def _open(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that nobody accepted, worst first; what only says that an input is wrong or missing comes last."""
    found = [finding for finding in findings if finding.state != "accepted"]
    return sorted(found, key=lambda one: (one.severity.rank, one.rule.startswith("R-DAT"), one.order))


def _sample_words(samples: Sequence[Entity], entities: Sequence[Entity]) -> str:
    if len(samples) == len(entities):
        return "Every figure and person here is invented."
    return f"Every figure of {', '.join(entity.title for entity in samples)} is invented and in no total."
