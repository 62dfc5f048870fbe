"""Gives each thing that was seen to the business it belongs to."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

import msgspec

from quarterdeck.model.cloud.apis import ApiDomain
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.domains import Certificate, RegisteredDomain, Zone, ZoneRecord
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.other import Stack, TaggedResource
from quarterdeck.model.cloud.watching import LogGroup
from quarterdeck.model.mail_account import MailIdentity
from quarterdeck.model.observed import NotCollected, Observed, Resource
from quarterdeck.model.repositories import FoundSecret

_FUNCTION_LOGS = "/aws/lambda/"
"""How the name of a log begins that the service made for a function."""
STACK_TAG = "aws:cloudformation:stack-name"

Tags = tuple[tuple[str, str], ...]


class Match(msgspec.Struct, frozen=True):
    """How the things of one business are told; one of these is enough."""

    entity: str
    tags: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    """Whole names, or their beginnings with `*`."""
    stacks: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


class Everything(msgspec.Struct, frozen=True):
    """What telling owners takes beside the thing itself."""

    matches: tuple[Match, ...]
    tags: Mapping[str, Tags]
    """Of everything in every account, by ARN."""
    known: frozenset[str]
    """ARNs of what has a record of its own."""
    functions: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Business of each function by its name, where all of that name are of one."""
    stacks: Mapping[str, str] = msgspec.field(default_factory=dict)
    """The same of each stack."""


def everything(found: Iterable[Observed], matches: Iterable[Match], *, tag: str = "entity") -> Everything:
    """Join the tags of all that was seen.

    Args:
        found: What was seen, by all jobs.
        matches: How each business is told.
        tag: The tag that names a business by its id, whatever the settings say.
    """
    found = list(found)
    known = Everything(
        tuple(msgspec.structs.replace(one, tags=(*one.tags, (tag, one.entity))) for one in matches),
        {one.arn: one.tags for one in found if isinstance(one, TaggedResource)},
        frozenset(
            one.arn for one in found if isinstance(one, Resource) and not isinstance(one, TaggedResource)
        ),
    )
    known = msgspec.structs.replace(known, stacks=_alone(found, Stack, known))
    return msgspec.structs.replace(known, functions=_alone(found, Function, known))


def _alone(found: Iterable[Observed], kind: type[Stack | Function], known: Everything) -> Mapping[str, str]:
    """Business of each thing of a kind by its name, where all of that name are of one."""
    owners: dict[str, set[str]] = {}
    for one in found:
        if isinstance(one, kind):
            owners.setdefault(one.name, set()).add(_told(_with_tags(one, known.tags), known))
    return {name: one.pop() for name, one in owners.items() if len(one) == 1}


def owned(found: Iterable[Observed], known: Everything) -> Iterator[Observed]:
    """The same in the same order, each with its tags and the business that it belongs to.

    A tag decides before a stack, a stack before a domain, a domain before a name; what fits two businesses at
    one step, or none, belongs to nobody. Where nothing else says, what a stack made belongs to whom the stack does,
    and a secret that stands in a function, and the log of one, to whom the function does. What is only known by its
    tags is left out where it has a record of its own.
    """
    for one in found:
        if isinstance(one, TaggedResource) and one.arn in known.known:
            continue
        tagged = _with_tags(one, known.tags)
        owner = _told(tagged, known) or known.functions.get(_function_of(one), "")
        yield msgspec.structs.replace(tagged, entity=owner)


def _told(one: Observed, known: Everything) -> str:
    made_by = dict(one.tags).get(STACK_TAG, "") if isinstance(one, Resource) else ""
    return one.entity or _owner(one, known.matches) or known.stacks.get(made_by, "")


def _function_of(one: Observed) -> str:
    """The function that a thing is part of; empty where it is part of none."""
    match one:
        case FoundSecret():
            return one.place
        case LogGroup() if one.name.startswith(_FUNCTION_LOGS):
            return one.name.removeprefix(_FUNCTION_LOGS)
        case _:
            return ""


def owned_gaps(gaps: Iterable[NotCollected], owners: Mapping[str, str]) -> Iterator[NotCollected]:
    """The same, each with the business of what it is about, by ARN or name."""
    for gap in gaps:
        owner = gap.entity or owners.get(gap.subject, "")
        yield msgspec.structs.replace(gap, entity=owner)


def names_of(one: Observed) -> Iterator[str]:
    """All by which a thing may be asked for: its ARN and its name."""
    for field in ("arn", "name", "api", "user", "domain", "site"):
        if value := getattr(one, field, ""):
            yield value


def _with_tags(one: Observed, tags: Mapping[str, Tags]) -> Observed:
    if not isinstance(one, Resource) or one.arn not in tags:
        return one
    return msgspec.structs.replace(one, tags=tuple(sorted({*one.tags, *tags[one.arn]})))


def _owner(one: Observed, matches: Iterable[Match]) -> str:
    steps: dict[int, set[str]] = {}
    for match in matches:
        if step := _step(one, match):
            steps.setdefault(step, set()).add(match.entity)
    fitting = steps[min(steps)] if steps else set()
    return fitting.pop() if len(fitting) == 1 else ""


def _step(one: Observed, match: Match) -> int:
    """By what a thing is told to belong to a business: 1 a tag, 2 its stack, 3 a domain, 4 its name; 0 it is not."""
    tags = dict(one.tags) if isinstance(one, Resource) else {}
    if any(tags.get(key) == value for key, value in match.tags):
        return 1
    if tags.get(STACK_TAG) in match.stacks:
        return 2
    if any(_is_under(domain, own) for domain in _domains(one) for own in match.domains):
        return 3
    return 4 if any(fnmatchcase(name, own) for name in names_of(one) for own in match.names) else 0


def _domains(one: Observed) -> Iterator[str]:
    match one:
        case Distribution(aliases=tuple() as aliases):
            yield from aliases
        case ApiDomain() | Certificate() | Zone() | ZoneRecord() | MailIdentity():
            yield one.name.rpartition("@")[2].removeprefix("*.").rstrip(".")
        case RegisteredDomain(domain=domain):
            yield domain
        case _:
            return


def _is_under(domain: str, own: str) -> bool:
    return domain == own or domain.endswith(f".{own}")
