"""How findings lead to each other: what one of them moves, another rests on."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import Finding
from quarterdeck.rules.registry import RULES

SAME_FACT: Mapping[str, str] = {"R-CLI-01": "R-ACC-01"}
"""Rule -> the one that says the same of the whole business, under which a reader of everything finds it."""

_FIGURE = "figure."


def consequences(findings: Iterable[Finding], figures: Iterable[Figure]) -> Mapping[str, tuple[str, ...]]:
    """For each finding those that rest on what it moves.

    One leads to another where its effects name the other's rule, or a formula by which a figure is made that the
    other's rule reads; both of one business, or one of them of the whole portfolio.

    Returns:
        Identity -> identities, worst first; findings that lead nowhere are absent.
    """
    open_ones = sorted((one for one in findings if one.state != "accepted"), key=lambda one: one.order)
    formulas = _formulas(figures)
    resting: dict[str, list[Finding]] = {}
    for one in open_ones:
        for name in {one.rule, *_used(one, formulas)}:
            resting.setdefault(name, []).append(one)
    found = {one.id: tuple(_led_to(one, resting)) for one in open_ones}
    return {cause: others for cause, others in found.items() if others}


def _formulas(figures: Iterable[Figure]) -> dict[str, set[str]]:
    """Id of a figure, without its subject -> the formulas that make such figures."""
    found: dict[str, set[str]] = {}
    for one in figures:
        if one.formula:
            found.setdefault(one.id.partition(":")[0], set()).add(one.formula)
    return found


def _used(finding: Finding, formulas: Mapping[str, set[str]]) -> Iterator[str]:
    rule = RULES.get(finding.rule)
    for name in rule.reads if rule else ():
        if name.startswith(_FIGURE):
            yield from formulas.get(name.removeprefix(_FIGURE), ())


def _led_to(cause: Finding, resting: Mapping[str, list[Finding]]) -> Iterator[str]:
    moved = dict.fromkeys(name for effect in cause.affects for name in (*effect.formulas, *effect.rules))
    reached = {one.id: one for name in moved for one in resting.get(name, ())}
    for one in sorted(reached.values(), key=lambda one: one.order):
        is_near = one.entity == cause.entity or "" in {one.entity, cause.entity}
        if is_near and one.rule != cause.rule:
            yield one.id


def folded(
    findings: Iterable[Finding], family: Callable[[str], Iterable[str]]
) -> tuple[tuple[Finding, tuple[Finding, ...]], ...]:
    """Put what states the same fact in detail under the finding that states it of the business.

    Args:
        findings: In the order in which they are printed.
        family: The businesses that one belongs to, and its own parts, by id.

    Returns:
        Each finding that stands by itself, in the same order, with those under it.
    """
    listed = tuple(findings)
    wide = {(one.rule, one.entity): one.id for one in listed if one.rule in SAME_FACT.values()}
    under: dict[str, list[Finding]] = {}
    alone: list[Finding] = []
    for one in listed:
        rule = SAME_FACT.get(one.rule, "")
        names = (one.entity, *family(one.entity)) if rule else ()
        above = next((wide[rule, name] for name in names if (rule, name) in wide), "")
        (under.setdefault(above, []) if above else alone).append(one)
    return tuple((one, tuple(under.get(one.id, ()))) for one in alone)
