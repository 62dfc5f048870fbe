"""Whether a side looked at what a finding of the other side is about: else its silence says nothing."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from quarterdeck.figures.names import slug
from quarterdeck.model.briefing import Briefing, by_entity
from quarterdeck.model.columns import Row
from quarterdeck.model.evidence import RECORDS, kind_of
from quarterdeck.model.finding import Finding
from quarterdeck.model.tables import TABLE_BY_NAME
from quarterdeck.model.values import Blank
from quarterdeck.rules.registry import RULES

_KINDS: Mapping[str, str] = {record.__name__: kind_of(record) for record in RECORDS}
_NOT_ANSWERED = frozenset({"unknown", "error"})
_NOT_SAID = frozenset({"unknown", "refused"})


class Side:
    """What one side looked at; nothing is worked out before it is asked for."""

    def __init__(self, briefing: Briefing) -> None:
        """Take a briefing."""
        self.briefing = briefing
        self._tables: dict[str, Mapping[str, list[Row]]] = {}

    def blanks(self, table: str, field: str, finding: Finding) -> int:
        """How many rows say of a field that it is not known: of those that the finding is about, else of all."""
        rows = self._rows(table).get(finding.entity, [])
        about = [row for row in rows if _is_about(row, table, finding.subject)]
        return sum(_is_unknown(getattr(row, field, None)) for row in about or rows)

    def _rows(self, table: str) -> Mapping[str, list[Row]]:
        if table not in self._tables:
            self._tables[table] = by_entity(getattr(self.briefing.rows, table))
        return self._tables[table]

    def lists(self, kind: str, entity: str) -> bool:
        """Whether audits could list all records of a kind, of one business or, for the empty one, of any."""
        listed = self._listed.get(kind, frozenset())
        return bool(listed & {entity, ""}) if entity else bool(listed)

    @cached_property
    def _listed(self) -> Mapping[str, frozenset[str]]:
        """Kind of record -> businesses of which it was listed; the empty one where it was of everybody."""
        found: dict[str, set[str]] = {}
        for one in self.briefing.evidence.snapshots:
            for kind in one.kinds:
                found.setdefault(kind, set()).update(one.entities or ("",))
        return {kind: frozenset(entities) for kind, entities in found.items()}

    @cached_property
    def known_figures(self) -> frozenset[tuple[str, str]]:
        """Entity and id, without its subject, of every figure with a value."""
        known = (one for one in self.briefing.figures if one.is_known)
        return frozenset((one.entity, one.id.partition(":")[0]) for one in known)

    @cached_property
    def answers(self) -> Mapping[str, str]:
        """Identity of every result of a check -> its status."""
        return {one.id: one.status for one in self.briefing.results}

    @cached_property
    def files(self) -> Mapping[str, str]:
        """File of evidence -> the collector that wrote it."""
        return {one.source.path: one.collector for one in self.briefing.evidence.snapshots}

    @cached_property
    def refused(self) -> frozenset[tuple[str, str]]:
        """Path and business of every file that was left out."""
        return frozenset((one.path, one.entity) for one in self.briefing.problems if one.refused)

    @cached_property
    def unread(self) -> frozenset[tuple[str, str, str]]:
        """Collector, subject and business of all that audits could not read."""
        return frozenset((one.collector, one.subject, one.entity) for one in self.briefing.evidence.gaps)


class Examined:
    """What one side looked at, as far as the other did."""

    def __init__(self, own: Side, other: Side) -> None:
        """The side that is asked, and the one whose findings are asked about."""
        self.own = own
        self.other = other

    def saw(self, finding: Finding) -> bool:
        """Whether this side would have a finding of the other, were it so here.

        Not where the business is not there, its file was refused, what audits saw of it could not be read, or
        something that its rule reads is not known here and was there.
        """
        if finding.entity and finding.entity not in self.own.briefing.entities_by_id:
            return False
        if self._left_out(finding):
            return False
        if finding.checks or any(one.kind == "evidence" for one in finding.evidence):
            return self._audited(finding)
        return not any(self._lost(name, finding) for name in _reads(finding))

    def _left_out(self, finding: Finding) -> bool:
        """Whether a file that it stands in, or any of its business, is refused here and was not there."""
        paths = {one.path for one in finding.evidence} if self._refused else ()
        return any(path in paths or (entity and entity == finding.entity) for path, entity in self._refused)

    def _audited(self, finding: Finding) -> bool:
        answers = [self.own.answers.get(one) for one in finding.checks]
        if any(one in _NOT_ANSWERED for one in answers):
            return False
        if answers and None not in answers:
            return True
        files = {one.path for one in finding.evidence if one.kind == "evidence"}
        if not (files <= self.own.files.keys() and self.own.files):
            return False
        collectors = {self.own.files[one] for one in files}
        return not any((one, whose) in self._unread for one in collectors for whose in ("", finding.entity))

    def _lost(self, name: str, finding: Finding) -> bool:
        """Whether something that a rule reads is known on the other side and not here."""
        where, _, field = name.partition(".")
        if where == "figure":
            key = (finding.entity, field)
            return key in self.other.known_figures and key not in self.own.known_figures
        if where in _KINDS:
            kind = _KINDS[where]
            return self.other.lists(kind, finding.entity) and not self.own.lists(kind, finding.entity)
        if where in TABLE_BY_NAME:
            return self.own.blanks(where, field, finding) > self.other.blanks(where, field, finding)
        return False

    @cached_property
    def _refused(self) -> frozenset[tuple[str, str]]:
        return self.own.refused - self.other.refused

    @cached_property
    def _unread(self) -> frozenset[tuple[str, str]]:
        """Collector and business of what could not be read here, and could there."""
        return frozenset((collector, whose) for collector, _, whose in self.own.unread - self.other.unread)


def _reads(finding: Finding) -> Iterable[str]:
    rule = RULES.get(finding.rule)
    return rule.reads if rule else ()


def _is_about(row: Row, table: str, subject: str) -> bool:
    """Whether a row's own name is, or is part of, the subject of a finding."""
    names = (getattr(row, column) for column in TABLE_BY_NAME[table].key)
    return any(isinstance(one, str) and (one == subject or slug(one) in subject) for one in names)


def _is_unknown(value: object) -> bool:
    return isinstance(value, Blank) and value.why in _NOT_SAID
