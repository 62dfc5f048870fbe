"""The check that holds what repositories declare against what the accounts hold."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import is_on_path
from quarterdeck.checks.shipped import LIVE, live_of
from quarterdeck.figures.names import folded
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict
from quarterdeck.model.cloud.apis import ApiRoute
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.messages import EventRule
from quarterdeck.model.deployments import (
    Compared,
    DeclaredFunction,
    DeclaredResource,
    DeclaredThing,
    is_vague,
)
from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Asset
from quarterdeck.model.observed import NotCollected, Resource
from quarterdeck.model.severity import Severity
from quarterdeck.parse.code_links import STACK_TAG, declarations


@check(
    "REPO-46",
    of=Compared,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=(
        "DeclaredFunction.name",
        "DeclaredFunction.handler",
        "DeclaredFunction.handler_exists",
        "DeclaredFunction.runtime",
        "DeclaredFunction.memory_mb",
        "DeclaredFunction.routes",
        "DeclaredResource.name",
        "DeclaredResource.schedule",
        "Function.code",
    ),
)
def deployed_differs(one: Compared, facts: Facts) -> Verdict:
    """Things that a repository and the account say differently.

    What it checks: whether each declared function, its handler's file, its routes, and each declared bucket, table,
    distribution, interface, queue, topic and schedule is there; whether runtime, handler, memory, time limit and
    schedule are as declared; and whether a repository declares each live function.
    Why it matters: the next deployment undoes what somebody changed by hand, or fails over what somebody deleted.
    How to mend: bring the declaration and the account to one state, and deploy once to see that nothing changes.
    Known limits: names that only a run decides are matched by their firm parts, and said to be probable.
    Source: Quarterdeck's own check.
    """
    match one:
        case DeclaredFunction():
            return _function(one, facts)
        case DeclaredResource():
            return _resource(one, facts)
        case Function():
            return _undeclared(one, facts)
        case _:
            return NotApplicable("it is compared with nothing")


def _where(one: DeclaredThing) -> str:
    return f"{one.repo} ({one.path}:{one.line})" if one.line else f"{one.repo} ({one.path})"


def _failed(one: DeclaredThing, message: str, facts: Facts) -> Fail:
    probable = " Its name is only known in part, so this is probable." if one.is_probable else ""
    severity = Severity.HIGH if is_on_path(one.name, one.entity, facts) else None
    return Fail(f"{message}{probable}", severity)


def _unlisted(one: DeclaredThing, what: str) -> Unknown:
    return Unknown(NotCollected("aws", one.name, f"not known which {what} there are", one.entity))


def _function(one: DeclaredFunction, facts: Facts) -> Verdict:
    if not one.is_production:
        return NotApplicable("it is declared for trying out")
    if one.handler_exists is False:
        return _failed(
            one,
            f"{_where(one)} declares {one.name} with the handler {one.handler}, and there is no {one.handler_path}.",
            facts,
        )
    live = [
        each
        for each in facts.of(Function)
        if one.fits(each.name) or dict(each.tags).get(STACK_TAG) == one.stack
        if one in declarations(each, facts.of(DeclaredFunction))
    ]
    if not live:
        if is_vague(one.name) and one.name:
            return NotApplicable("its name is only known when it is deployed")
        if not facts.evidence.has_read(Function, one.entity):
            return _unlisted(one, "functions")
        return _failed(
            one, f"{_where(one)} declares function {one.name}, which is not in the account.", facts
        )
    if live[1:]:
        return Pass(f"{len(live)} functions fit its name")
    differing = [*_differing(one, live[0]), *_lost_routes(one, facts)]
    if not differing:
        return Pass()
    return _failed(one, f"{live[0].name} is not as {_where(one)} declares it: {'; '.join(differing)}.", facts)


_COMPARED: Mapping[str, Callable[[object], str]] = {
    "runtime": str,
    "handler": str,
    "memory_mb": lambda value: f"{value} MB",
    "timeout_s": lambda value: f"{value} seconds",
}
_WORDS = {"memory_mb": "memory", "timeout_s": "time limit"}


def _differing(one: DeclaredFunction, live: Function) -> Iterator[str]:
    for field, words in _COMPARED.items():
        declared, held = getattr(one, field), getattr(live, field)
        is_known = not isinstance(declared, NotCollected) and not isinstance(held, NotCollected)
        if is_known and None not in (declared, held) and declared != held and not is_vague_text(declared):
            yield f"{_WORDS.get(field, field)} is {words(held)}, declared {words(declared)}"


def is_vague_text(value: object) -> bool:
    """Whether a declared value is only known when it is deployed."""
    return isinstance(value, str) and "${" in value


def _lost_routes(one: DeclaredFunction, facts: Facts) -> Iterator[str]:
    """Routes that no interface of its business answers."""
    if not one.routes or not facts.evidence.has_read(ApiRoute, one.entity):
        return
    live = {(each.method, each.route) for each in facts.of(ApiRoute) if each.entity in {one.entity, ""}}
    if not live or any(path.endswith(("+}", "$default")) for _, path in live):
        return
    for route in one.routes:
        method, _, path = route.partition(" ")
        if not any(path == known and verb in {method, "ANY"} for verb, known in live):
            yield f"no interface answers {route}"


def _resource(one: DeclaredResource, facts: Facts) -> Verdict:
    record = LIVE.get(one.type)
    if record is None or not one.is_production:
        return NotApplicable("it is declared for trying out" if record else f"a {one.type} is not compared")
    if live := live_of(one, facts):
        return _timed(one, live, facts)
    if is_vague(one.name) or (one.type == "distribution" and not one.aliases):
        return NotApplicable("its name is only known when it is deployed")
    if not facts.evidence.has_read(record, one.entity):
        return _unlisted(one, f"{one.type}s")
    name = " ".join(one.aliases) if one.type == "distribution" else one.name
    return _failed(one, f"{_where(one)} declares {one.type} {name}, which is not in the account.", facts)


def _timed(one: DeclaredResource, live: Sequence[Resource], facts: Facts) -> Verdict:
    rule = live[0]
    if len(live) > 1 or not isinstance(rule, EventRule) or not one.schedule or is_vague_text(one.schedule):
        return Pass()
    held = rule.schedule
    if isinstance(held, str) and "(" in held and held != one.schedule:
        return _failed(one, f"{rule.name} runs at {held}, and {_where(one)} declares {one.schedule}.", facts)
    return Pass()


def _undeclared(one: Function, facts: Facts) -> Verdict:
    if isinstance(one.code, NotCollected):
        return Unknown(NotCollected("repos", one.name, "not known which repository declares it", one.entity))
    if one.code:
        return Pass(one.code)
    calls = one.invocations_30d if isinstance(one.invocations_30d, int) else 0
    is_noted = any(
        isinstance(asset.asset, str) and folded(asset.asset) == folded(one.name)
        for asset in facts.of(Asset, one.entity)
    )
    if calls and STACK_TAG not in dict(one.tags) and not is_noted:
        return NotApplicable("that nobody knows where its code is, is another check's affair")
    return Fail(f"No repository declares {one.name}, which is in the account.", Severity.LOW)
