"""Evidence for tests, built in code: no file, no secret."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin

import msgspec
from hypothesis import strategies as st

from quarterdeck.checks.run import results
from quarterdeck.model.declared import NOTHING_DECLARED, Declared
from quarterdeck.model.evidence import RECORDS, Evidence, kind_of
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected, Observed, Snapshot
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import AS_OF, JADA, a_handoff, an_entity, days_before

if TYPE_CHECKING:
    from collections.abc import Callable

    from quarterdeck.model.columns import Row
    from quarterdeck.model.evidence import Seen
    from quarterdeck.model.finding import Finding

O = TypeVar("O", bound=Observed)  # noqa: E741 - as in the model

REFUSED = NotCollected("aws-s3", "arn:aws:s3:::logs", "GetBucketAcl: AccessDenied")
"""What a field holds that could not be read."""

EVERY_KIND = tuple(kind_of(record) for record in RECORDS)


def seen(record: type[O], **fields: object) -> O:
    """A record of evidence of the first business, taken on `AS_OF`; what is not given is not known.

    Raises:
        TypeError: The record has no such field, or lacks one that it must have.
    """
    source = Source(f"evidence/{kind_of(record)}.json", kind="evidence", what="List", as_of=AS_OF)
    make: Callable[..., O] = record
    return make(**{"entity": JADA, "source": source} | fields)


def a_snapshot(
    collector: str = "aws-s3", taken: date = AS_OF, entities: tuple[str, ...] = (JADA, "qos")
) -> Snapshot:
    """A run that listed everything to the end."""
    source = Source(f"evidence/{collector}.json", kind="evidence", as_of=taken)
    return Snapshot(collector, source, entities, EVERY_KIND)


def audited(
    *observed: Seen,
    rows: tuple[Row, ...] = (),
    declared: Declared = NOTHING_DECLARED,
    snapshots: tuple[Snapshot, ...] = (a_snapshot(),),
    as_of: date = AS_OF,
) -> Facts:
    """Two businesses, what was seen of them, and rows of the first one's handoff."""
    evidence = Evidence(observed, (), snapshots, declared)
    handoffs = [a_handoff(an_entity(), *rows), a_handoff(an_entity("qos"))]
    return Facts(handoffs, as_of, evidence=evidence)


def found(code: str, facts: Facts) -> list[Finding]:
    """The findings of one rule."""
    return [one for one in findings(Known(facts)) if one.rule == code]


def proven(code: str, facts: Facts) -> list[Finding]:
    """The findings of one rule, those that its checks alone show among them."""
    return [one for one in findings(Known(facts, results=results(facts))) if one.rule == code]


def told(code: str, facts: Facts) -> list[tuple[str, str, str]]:
    """Entity, subject and severity of the findings of one rule."""
    return [(one.entity, one.subject, one.severity.value) for one in found(code, facts)]


ANY_SOURCE = Source("evidence/aws/s3.json", kind="evidence", what="ListBuckets", as_of=date(2026, 11, 20))

words = st.text(st.characters(exclude_categories=("C", "Z")), max_size=12)
_BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: words,
    bool: st.booleans(),
    int: st.integers(0, 400) | st.integers(0, 10**12),
    Decimal: st.decimals(-(10**9), 10**9, places=3),
    date: st.dates(days_before(400), days_before(-100)) | st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    type(None): st.none(),
    Money: st.builds(Money, st.decimals(-(10**6), 10**6, places=2), st.just("USD")),
    NotCollected: st.builds(NotCollected, words, words, words),
}


def _values(kind: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - the type of any field
    if kind is Source:
        return st.just(ANY_SOURCE)
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return st.builds(kind, **{one.name: _values(one.type) for one in msgspec.structs.fields(kind)})
    members = get_args(kind)
    if get_origin(kind) is Literal:
        return st.sampled_from(members)
    if get_origin(kind) is tuple:
        if members[-1] is ...:
            return st.lists(_values(members[0]), max_size=3).map(tuple)
        return st.tuples(*map(_values, members))
    return st.one_of(*map(_values, members))


def some_records(record: type[Seen]) -> st.SearchStrategy[Seen]:
    """Any records of a kind, from one source."""
    known = {one.name: _values(one.type) for one in msgspec.structs.fields(record)}
    known |= {"source": st.just(ANY_SOURCE), "entity": st.sampled_from([JADA, "qos", ""])}
    return st.builds(record, **known)
