"""Joins functions of the accounts with the repositories that declare them, and with what their code reads."""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.deployments import DeclaredFunction, VariablesRead, is_given
from quarterdeck.model.evidence import Evidence, Seen
from quarterdeck.model.observed import Names, NotCollected

STACK_TAG = "aws:cloudformation:stack-name"
LOGICAL_TAG = "aws:cloudformation:logical-id"


def with_code(evidence: Evidence) -> Evidence:
    """The same evidence, each function with its repository, and with what variables and code do not share.

    A tag of the stack decides before the exact name, that before a name with holes; code itself never does. A
    function that no repository declares has none only where every repository of its business was read to the end.
    """
    declared = evidence.of(DeclaredFunction)
    if not declared and not evidence.of(VariablesRead):
        return evidence
    read = {(one.entity, one.repo): one for one in evidence.of(VariablesRead)}
    facts: tuple[Seen, ...] = tuple(
        _joined(one, evidence, declared, read) if isinstance(one, Function) else one for one in evidence.facts
    )
    return msgspec.structs.replace(evidence, facts=facts)


def declarations(function: Function, declared: Iterable[DeclaredFunction]) -> list[DeclaredFunction]:
    """What declares a function, by the first way that finds anything; of several repositories where all fit."""
    tags = dict(function.tags)
    made = (tags.get(STACK_TAG), tags.get(LOGICAL_TAG))
    everything = list(declared)
    mine = [one for one in everything if one.entity == function.entity or not function.entity]
    steps = (
        [one for one in everything if all(made) and (one.stack, one.logical_id) == made],
        [one for one in mine if one.name == function.name]
        or [one for one in everything if one.name == function.name],
        [one for one in mine if one.fits(function.name)],
    )
    return next((found for found in steps if found), [])


def _joined(
    function: Function,
    evidence: Evidence,
    declared: Sequence[DeclaredFunction],
    read: Mapping[tuple[str, str], VariablesRead],
) -> Function:
    if not isinstance(function.code, NotCollected):
        return function
    found = declarations(function, declared)
    repos = sorted({one.repo for one in found})
    if not repos:
        is_known = evidence.has_read(DeclaredFunction, function.entity)
        return msgspec.structs.replace(function, code=None) if is_known else function
    if repos[1:]:
        gap = NotCollected("repos", function.name, f"{' and '.join(repos[:3])} may each hold its code")
        return msgspec.structs.replace(function, code=gap)
    code = read.get((found[0].entity, repos[0]))
    return msgspec.structs.replace(
        function,
        code=repos[0],
        env_missing=_missing(function, found, code),
        env_unused=_unused(function, code.names if code else None),
    )


def _missing(function: Function, found: Iterable[DeclaredFunction], code: VariablesRead | None) -> Names:
    """Variables that its handler cannot do without, and that it does not have."""
    needs = [one.needs for one in found if isinstance(one.needs, tuple)] or _of_live(function, code)
    if not needs:
        return NotCollected("repos", function.name, "not known which file its handler is")
    if isinstance(function.env_names, NotCollected):
        return function.env_names
    return tuple(sorted({name for one in needs for name in one}.difference(function.env_names)))


_MODULE = re.compile(r"\.(?:py|[cm]?[jt]s)$")


def _of_live(function: Function, code: VariablesRead | None) -> list[tuple[str, ...]]:
    """What the one file needs that the live handler names, where no declaration says which it is."""
    module = function.handler.rpartition(".")[0] if isinstance(function.handler, str) else ""
    files = code.needs if code and module else ()
    found = [needs for path, needs in files if f"/{_MODULE.sub('', path)}".endswith(f"/{module}")]
    return found if len(found) == 1 else []


def _unused(function: Function, read: Names | None) -> Names:
    """Variables that it has, and that no code of its repository reads."""
    if isinstance(function.env_names, NotCollected):
        return function.env_names
    if not isinstance(read, tuple):
        return read or NotCollected("repos", function.name, "not known which variables its code reads")
    return tuple(sorted(name for name in set(function.env_names).difference(read) if not is_given(name)))
