"""Whether a side looked at what a finding of the other side is about: else its silence says nothing."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from quarterdeck.figures.names import slug
from quarterdeck.model.briefing import Briefing, by_entity
from quarterdeck.model.columns import Row
from quarterdeck.model.finding import Finding
from quarterdeck.model.tables import TABLE_BY_NAME
from quarterdeck.model.values import Blank
from quarterdeck.rules.registry import RULES

_NOT_ANSWERED = frozenset({"unknown", "error"})
_NOT_SAID = frozenset({"unknown", "refused"})


class Examined:
    """What one side looked at."""

    def __init__(self, briefing: Briefing) -> None:
        """Take a briefing; nothing is worked out before it is asked for."""
        self.briefing = briefing

    def saw(self, finding: Finding, other: "Examined") -> bool:
        """Whether this side would have the finding of the other, were it so here.

        Not where the business is not there, its file was refused, what audits saw of it could not be read, or
        something that its rule reads is not known here and was there.
        """
        if finding.entity and finding.entity not in self.briefing.entities_by_id:
            return False
        if self._left_out(finding, other):
            return False
        if finding.checks or any(one.kind == "evidence" for one in finding.evidence):
            return self._audited(finding, other)
        return not any(self._lost(name, finding, other) for name in _reads(finding))

    def _left_out(self, finding: Finding, other: "Examined") -> bool:
        """Whether a file that it stands in, or any of its business, is refused here and was not there."""
        paths = {one.path for one in finding.evidence}
        return any(
            path in paths or (entity and entity == finding.entity)
            for path, entity in self.refused - other.refused
        )

    def _audited(self, finding: Finding, other: "Examined") -> bool:
        answers = [self._answers.get(one) for one in finding.checks]
        if any(one in _NOT_ANSWERED for one in answers):
            return False
        if answers and None not in answers:
            return True
        files = {one.path for one in finding.evidence if one.kind == "evidence"}
        if not (files <= self._files.keys() and self._files):
            return False
        collectors = {self._files[one] for one in files}
        return not any(
            collector in collectors and entity in {"", finding.entity}
            for collector, _, entity in self.unread - other.unread
        )

    def _lost(self, name: str, finding: Finding, other: "Examined") -> bool:
        """Whether something that a rule reads is known on the other side and not here."""
        where, _, field = name.partition(".")
        if where == "figure":
            key = (finding.entity, field)
            return key in other.known_figures and key not in self.known_figures
        if where in TABLE_BY_NAME:
            return self.blanks(where, field, finding) > other.blanks(where, field, finding)
        return False

    def blanks(self, table: str, field: str, finding: Finding) -> int:
        """How many rows say of a field that it is not known: of those that the finding is about, else of all."""
        rows = self._rows(table).get(finding.entity, [])
        about = [row for row in rows if _is_about(row, table, finding.subject)]
        return sum(_is_unknown(getattr(row, field, None)) for row in about or rows)

    def _rows(self, table: str) -> Mapping[str, list[Row]]:
        if table not in self._tables:
            self._tables[table] = by_entity(getattr(self.briefing.rows, table))
        return self._tables[table]

    @cached_property
    def _tables(self) -> dict[str, Mapping[str, list[Row]]]:
        return {}

    @cached_property
    def known_figures(self) -> frozenset[tuple[str, str]]:
        """Entity and id, without its subject, of every figure with a value."""
        return frozenset(
            (one.entity, one.id.partition(":")[0]) for one in self.briefing.figures if one.is_known
        )

    @cached_property
    def _answers(self) -> Mapping[str, str]:
        return {one.id: one.status for one in self.briefing.results}

    @cached_property
    def _files(self) -> Mapping[str, str]:
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


def _reads(finding: Finding) -> Iterable[str]:
    rule = RULES.get(finding.rule)
    return rule.reads if rule else ()


def _is_about(row: Row, table: str, subject: str) -> bool:
    """Whether a row's own name is, or is part of, the subject of a finding."""
    names = (getattr(row, column) for column in TABLE_BY_NAME[table].key)
    return any(isinstance(one, str) and (one == subject or slug(one) in subject) for one in names)


def _is_unknown(value: object) -> bool:
    return isinstance(value, Blank) and value.why in _NOT_SAID
