"""Findings that opened, closed, weigh otherwise, or that somebody decided to live with."""

from collections.abc import Collection, Iterator
from decimal import Decimal

from quarterdeck.changes.examined import Examined, Side
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.change import Change, Held, Kind
from quarterdeck.model.finding import Finding
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Word
from quarterdeck.settings import ChangeThresholds

_HEADLINES = frozenset({Severity.CRITICAL, Severity.HIGH})


def changed_findings(
    before: Briefing, after: Briefing, thresholds: ChangeThresholds, stood: Collection[str] = ()
) -> Iterator[Change]:
    """Every finding that is otherwise than before, by identity.

    What is gone is `resolved` only where the later side looked at what it is about, else `unseen`; what is there
    for the first time is `new` only where the earlier side looked, else `seen`.

    Args:
        before: The earlier side.
        after: The later side.
        thresholds: How far money at stake moves before it counts.
        stood: Identities that some version before the earlier side had: of these, what is back is `reopened`.
    """
    old = {one.id: one for one in before.findings}
    new = {one.id: one for one in after.findings}
    first, second = Side(before), Side(after)
    then, now = Examined(first, second), Examined(second, first)
    for name in sorted(old.keys() | new.keys()):
        was, found = old.get(name), new.get(name)
        if was is None and found is not None:
            is_new = then.saw(found)
            kind: Kind = "seen" if not is_new else "reopened" if name in stood else "new"
            yield _change(found, kind, None, found)
        elif found is None and was is not None:
            yield _change(was, "resolved" if now.saw(was) else "unseen", was, None)
        elif was is not None and found is not None and (moved := _moved(was, found, thresholds)):
            yield _change(found, moved, was, found)


def _moved(was: Finding, now: Finding, thresholds: ChangeThresholds) -> Kind | None:
    """A decision counts before severity, and severity before money; words, places and order never do."""
    if (was.state == "accepted") != (now.state == "accepted"):
        return "accepted" if now.state == "accepted" else "unaccepted"
    if was.severity != now.severity:
        return "worse" if now.severity.rank < was.severity.rank else "better"
    if was.worth is None or now.worth is None:
        return None
    far = now.worth - was.worth
    if abs(far) < thresholds.money or abs(far) < abs(was.worth) * thresholds.money_ratio or not far:
        return None
    return "worse" if far > 0 else "better"


def _change(shown: Finding, kind: Kind, was: Finding | None, now: Finding | None) -> Change:
    worst = min((one.severity for one in (was, now) if one), key=lambda one: one.rank)
    is_quiet = shown.state == "accepted" and kind != "accepted"
    return Change(
        what="finding",
        kind=kind,
        entity=shown.entity,
        id=f"{shown.rule}/{shown.subject}",
        title=shown.message,
        roles=tuple(dict.fromkeys((*shown.roles, *(one.role for one in shown.affects)))),
        unit="words",
        before=_held(was),
        after=_held(now),
        severity=worst,
        money=_money(was, now),
        is_headline=worst in _HEADLINES and not is_quiet,
        sources=shown.evidence,
    )


def _held(finding: Finding | None) -> Held | None:
    return Held(Word(finding.severity.value)) if finding else None


def _money(was: Finding | None, now: Finding | None) -> Decimal | None:
    """What is at stake a month in the portfolio's currency; of what stood before too, by how much that moved."""
    found = [one.worth for one in (was, now) if one and one.worth is not None]
    if was and now:
        return abs(found[1] - found[0]) if len(found) == 2 else None  # noqa: PLR2004 - both sides
    return found[0] if found else None
