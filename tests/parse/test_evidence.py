"""Files of evidence: what is written is read again, what is strange costs as little as it can."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.cost import CloudCost
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.evidence import RECORD_BY_KIND, RECORDS, Evidence
from quarterdeck.model.observed import NOT_READ, NotCollected
from quarterdeck.model.values import Money
from quarterdeck.parse.evidence import SCHEMA, Header, keep_evidence, parse_evidence, write_evidence
from quarterdeck.secrets.redact import REDACTED
from tests.audits import ANY_SOURCE as SOURCE
from tests.audits import some_records, words

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen
    from quarterdeck.model.observed import Observed

PATH = SOURCE.path
TAKEN = datetime(2026, 11, 20, 4, tzinfo=UTC)
HEADER = Header("aws-s3", TAKEN, ("jada",), ("bucket",))


def _text(fact: Observed) -> bytes:
    return msgspec.json.encode(fact)


@given(st.lists(st.sampled_from(RECORDS).flatmap(some_records), max_size=3))
def test_what_is_written_is_read_again(facts: list[Seen]) -> None:
    gaps = [NotCollected("aws-s3", "logs", "GetBucketAcl: AccessDenied", "jada")]
    evidence, problems = parse_evidence({PATH: write_evidence(HEADER, facts, gaps)})
    assert problems == []
    once = {_text(one): one for one in facts}  # what two pages of a list both hold stands once (F-113)
    assert sorted(evidence.facts, key=_text) == [once[text] for text in sorted(once)]
    assert evidence.gaps == tuple(gaps)
    assert [(one.collector, one.entities, one.kinds) for one in evidence.snapshots] == [
        ("aws-s3", ("jada",), ("bucket",))
    ]


@given(st.permutations(list("abcd")))
def test_F121_order_of_collecting_changes_no_byte(names: list[str]) -> None:
    facts = [Bucket(entity="jada", source=SOURCE, name=name) for name in names]
    assert write_evidence(HEADER, facts) == write_evidence(HEADER, sorted(facts, key=_text))


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    evidence, problems = parse_evidence({PATH: data})
    assert len(evidence.snapshots) + len(problems) >= 1


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(RECORD_BY_KIND)), st.data())
def test_no_record_raises_and_none_is_lost_without_a_word(kind: str, data: st.DataObject) -> None:
    names = [one.name for one in msgspec.structs.fields(RECORD_BY_KIND[kind])]
    raw = data.draw(st.dictionaries(st.sampled_from([*names, "colour"]), anything)) | {"kind": kind}
    evidence, problems = parse_evidence({PATH: _file(raw)})
    assert len(evidence.facts) + len(problems) == 1
    strange = [problem for problem in problems if problem.rule != "R-DAT-09" or problem.refused]
    assert strange == []


def _file(*records: object, **header: object) -> bytes:
    known = {
        "schema": SCHEMA,
        "collector": "aws-s3",
        "taken_at": "2026-11-20T04:00:00Z",
        "entities": ["jada"],
    }
    return msgspec.json.encode(known | {"records": records} | header)


LOGS = {"kind": "bucket", "entity": "jada", "name": "logs", "call": "ListBuckets"}


def _one(**fields: object) -> Bucket:
    evidence, problems = parse_evidence({PATH: _file(LOGS | fields)})
    assert problems == []
    (bucket,) = evidence.of(Bucket)
    return bucket


def test_a_record_knows_its_file_call_and_day() -> None:
    assert _one().source == SOURCE


def test_what_a_record_lacks_is_not_known() -> None:
    assert _one().is_blocked == NOT_READ


def test_none_is_an_answer() -> None:
    assert _one(public_grant=None).public_grant is None


def test_keys_that_nobody_knows_are_passed_over() -> None:
    assert _one(colour="blue", is_blocked=True).is_blocked is True


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("is_blocked", "yes"),
        ("is_blocked", 1),
        ("is_blocked", None),
        ("objects", -1),
        ("objects", 10**30),
        ("objects", 1.5),
        ("size_gb", "NaN"),
        ("size_gb", "Infinity"),
        ("size_gb", "1e400"),
        ("tags", [["a"]]),
    ],
)
def test_U4_a_strange_value_costs_its_field_and_is_named(field: str, value: object) -> None:
    evidence, problems = parse_evidence({PATH: _file(LOGS | {field: value, "is_versioned": True})})
    (bucket,) = evidence.of(Bucket)
    assert problems == []
    assert bucket.is_versioned is True
    assert isinstance(getattr(bucket, field), NotCollected) or getattr(bucket, field) == ()
    assert [(gap.subject, gap.entity) for gap in evidence.gaps] == [(f"bucket.{field}", "jada")]


@pytest.mark.parametrize(
    ("case", "record"),
    [
        ("no name", {"kind": "bucket", "entity": "jada"}),
        ("no entity", {"kind": "bucket", "name": "logs"}),
        ("name is a number", LOGS | {"name": 7}),
        ("no kind", {"name": "logs"}),
        ("kind of a later version", LOGS | {"kind": "submarine"}),
        ("no record", "logs"),
    ],
)
def test_a_record_that_cannot_be_used_is_told_and_the_others_go_on(case: str, record: object) -> None:
    evidence, problems = parse_evidence({PATH: _file(record, LOGS)})
    assert [bucket.name for bucket in evidence.of(Bucket)] == ["logs"], case
    assert [(one.rule, one.row, one.refused) for one in problems] == [("R-DAT-09", "record 1", False)], case


@pytest.mark.parametrize(
    ("case", "data"),
    [
        ("empty", b""),
        ("cut off", _file(LOGS)[:-9]),
        ("no object", b"[]"),
        ("not UTF-8", b"\xff\xfe{}"),
        ("nobody's", b'{"records": []}'),
        ("of a later version", _file(LOGS, schema=SCHEMA + 1)),
        ("no time", _file(LOGS, taken_at="yesterday")),
        ("too deep", b"[" * 5_000),
    ],
)
def test_a_file_that_cannot_be_used_is_told_and_the_others_go_on(case: str, data: bytes) -> None:
    evidence, problems = parse_evidence({PATH: data, "evidence/aws/tables.json": _file(LOGS)})
    assert len(evidence.facts) == 1, case
    assert [(one.path, one.rule, one.refused) for one in problems] == [(PATH, "R-DAT-09", False)], case


def test_F097_a_secret_in_a_name_is_taken_out() -> None:
    planted = "sk" + "_live_" + "a1B2" * 8
    evidence, _ = parse_evidence({PATH: _file(LOGS | {"name": f"logs-{planted}"})})
    assert [bucket.name for bucket in evidence.of(Bucket)] == [f"logs-{REDACTED}"]


def test_F097_a_secret_is_never_written() -> None:
    planted = "sk" + "_live_" + "a1B2" * 8
    facts = [
        Function(entity="jada", source=SOURCE, name=planted, env_names=(planted,), tags=((planted, "x"),))
    ]
    gaps = [NotCollected("aws-lambda", planted, f"{planted} was refused", "jada")]
    data = write_evidence(Header("aws-lambda", TAKEN), facts, gaps)
    assert planted not in data.decode()
    (function,) = parse_evidence({PATH: data})[0].of(Function)
    assert (function.name, function.env_names, function.tags) == (REDACTED, (REDACTED,), ((REDACTED, "x"),))
    kept = keep_evidence(data, TAKEN, gaps)
    assert kept
    assert planted not in kept.decode()


def test_amounts_are_exact() -> None:
    cost = {"kind": "cloud-cost", "entity": "", "month": "2026-11", "by": "service", "name": "S3"}
    files = {PATH: _file(cost | {"amount": {"type": "money", "amount": 0.1, "currency": "USD"}})}
    (line,) = parse_evidence(files)[0].of(CloudCost)
    assert line.amount == Money(Decimal("0.1"), "USD")


def test_who_is_seen() -> None:
    facts = [Function(entity=one, source=SOURCE, name=f"book-{one}") for one in ("jada", "qos", "")]
    header = Header("aws-lambda", TAKEN - timedelta(days=1), ("jada", "qos"), ("function",))
    gaps = [NotCollected("aws-lambda", "arn", "refused", one) for one in ("jada", "qos", "")]
    evidence, _ = parse_evidence({PATH: write_evidence(header, facts, gaps)})
    seen = evidence.seen_by(frozenset({"jada"}))
    assert [one.name for one in seen.of(Function)] == ["book-jada"]
    assert [one.entity for one in seen.gaps] == ["jada"]
    assert seen.snapshots[0].entities == ("jada",)
    assert evidence.has_read(Function, "qos")
    assert not seen.has_read(Function, "jada"), "one that serves several is hidden"
    assert not seen.has_read(Function, "qos")
    assert not evidence.has_read(Bucket, "jada")
    assert [len(evidence.of_input(key, "jada")) for key in ("aws", "repo", "ses")] == [1, 0, 0]


@given(st.lists(st.sampled_from(RECORDS).flatmap(some_records), max_size=3))
def test_evidence_passes_through_a_briefing(facts: list[Seen]) -> None:
    evidence, _ = parse_evidence({PATH: write_evidence(HEADER, facts)})
    assert msgspec.json.decode(msgspec.json.encode(evidence), type=Evidence) == evidence
