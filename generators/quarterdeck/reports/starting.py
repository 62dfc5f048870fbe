"""Where to begin when nothing is written down yet: the five fields that tell most."""

from quarterdeck.figures.missing.registry import FIELD_BY_KEY
from quarterdeck.model.finding import Gap
from quarterdeck.model.tables import TABLES
from quarterdeck.reports.components import joined
from quarterdeck.reports.skeleton import Report

_FIRST = 5


def is_blank(report: Report) -> bool:
    """Whether the handoffs of a page hold nothing but front matter."""
    briefing = report.briefing
    written = {task.entity for task in briefing.tasks}
    written |= {bullet.entity for bullet in briefing.bullets}
    written |= {text.entity for text in briefing.prose}
    written |= {row.entity for table in TABLES for row in briefing.of(table.record)}
    return not written & report.ids


def first_fields(report: Report) -> tuple[Gap, ...]:
    """The five gaps to close first, each subject once; none where something is written already."""
    if not is_blank(report):
        return ()
    by_subject: dict[str, Gap] = {}
    for gap in report.briefing.gaps:
        if gap.entity in report.ids:
            by_subject.setdefault(gap.key, gap)
    return tuple(sorted(by_subject.values(), key=_rank)[:_FIRST])


def named(fields: tuple[Gap, ...]) -> str:
    """Name them as a sentence does: `billing model, offers and bookings`."""
    return joined([f"{gap.what[:1].lower()}{gap.what[1:]}" for gap in fields])


def _rank(gap: Gap) -> int:
    """The registry's own order; what has no place in it keeps its own, after the others."""
    field = FIELD_BY_KEY.get(gap.key)
    return field.rank if field and field.rank else len(FIELD_BY_KEY) + 1
