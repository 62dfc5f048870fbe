"""Checks run one by one: what one of them does costs no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.checks.registry import CHECKS
from quarterdeck.checks.run import results
from quarterdeck.model.cloud.apis import ApiRoute
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.cost import CloudCost
from quarterdeck.model.cloud.domains import Certificate
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.identity import AccessKey, User
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.declared import Declared
from quarterdeck.model.mail_account import MailAccount, MailIdentity
from quarterdeck.model.source import Source
from quarterdeck.model.web import SiteCheck
from tests.audits import audited, proven, seen

if TYPE_CHECKING:
    from quarterdeck.model.check import Verdict
    from quarterdeck.model.evidence import Seen
    from quarterdeck.model.facts import Facts
    from quarterdeck.model.observed import Observed


def test_F123_a_check_that_crashes_costs_its_own_answer_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = audited(seen(Bucket, name="logs"), seen(Bucket, name="odd"))
    before = {one.id: one for one in results(facts)}
    judge = CHECKS["AWS-S3-02"].judge

    def crashes(bucket: Bucket, facts: Facts) -> Verdict:
        if bucket.name == "odd":
            raise ZeroDivisionError(bucket.name)
        return judge(bucket, facts)

    monkeypatch.setitem(CHECKS, "AWS-S3-02", msgspec.structs.replace(CHECKS["AWS-S3-02"], judge=crashes))
    after = {one.id: one for one in results(facts)}
    crashed = after.pop("AWS-S3-02/jada/odd")
    assert (crashed.status, crashed.message) == ("error", "the check itself failed: ZeroDivisionError")
    assert before.pop("AWS-S3-02/jada/odd").status == "unknown"
    assert after == before


EAST, WEST = "us-east-1", "us-west-2"


def _at(kind: type[Observed], account: str, region: str = "", **fields: object) -> Seen:
    """A thing as the file of an account and region has it."""
    folders = "/".join(one for one in ("evidence", "aws", account, region) if one)
    known = {"source": Source(f"{folders}/some.json", kind="evidence")} | (
        {"region": region} if region else {}
    )
    return seen(kind, **known | fields)  # type: ignore[return-value]  # a kind of evidence


@pytest.mark.parametrize(
    ("case", "observed", "expected"),
    [
        ("one alone", [_at(Function, "main", EAST, name="f")], ["f"]),
        (
            "two regions",
            [_at(Function, "main", EAST, name="f"), _at(Function, "main", WEST, name="f")],
            ["f (us-east-1)", "f (us-west-2)"],
        ),
        (
            "two accounts",
            [_at(Function, "main", EAST, name="f"), _at(Function, "boat", EAST, name="f")],
            ["f (main)", "f (boat)"],
        ),
        (
            "both",
            [_at(Function, "main", EAST, name="f"), _at(Function, "boat", WEST, name="f")],
            ["f (main us-east-1)", "f (boat us-west-2)"],
        ),
        (
            "of no region",
            [_at(User, "main", name="ana"), _at(User, "boat", name="ana")],
            ["ana (main)", "ana (boat)"],
        ),
        (
            "keys of two accounts",
            [_at(AccessKey, "main", user="ana"), _at(AccessKey, "boat", user="ana")],
            ["ana/key 1 (main)", "ana/key 1 (boat)"],
        ),
        (
            "a longer name",
            [_at(ApiRoute, "main", one, name="a", method="GET", route="/b") for one in (EAST, WEST)],
            ["a GET /b (us-east-1)", "a GET /b (us-west-2)"],
        ),
        (
            "a region is the name",
            [_at(MailAccount, "main", EAST), _at(MailAccount, "boat", EAST)],
            ["us-east-1 (main)", "us-east-1 (boat)"],
        ),
        (
            "two kinds",
            [_at(Function, "main", EAST, name="f"), _at(Table, "main", WEST, name="f")],
            ["f", "f"],
        ),
        (
            "two businesses",
            [_at(Function, "main", EAST, name="f"), _at(Function, "main", WEST, name="f", entity="qos")],
            ["f", "f"],
        ),
        (
            "one thing that two regions list",
            [_at(Function, "main", one, name="f", arn="arn:f") for one in (EAST, WEST)],
            ["f", "f"],
        ),
        (
            "two things of one place",
            [_at(Function, "main", EAST, name="f", arn=one) for one in ("arn:1", "arn:2")],
            ["f", "f"],
        ),
        (
            "known by its domain",
            [_at(Certificate, "main", one, name="a.example") for one in (EAST, WEST)],
            ["a.example", "a.example"],
        ),
        (
            "a sender",
            [_at(MailIdentity, "main", one, name="a.example") for one in (EAST, WEST)],
            ["a.example", "a.example"],
        ),
        (
            "lines of two bills",
            [_at(CloudCost, one, name="S3", month="2026-10", by="service") for one in ("main", "boat")],
            ["S3", "S3"],
        ),
        ("a site", [seen(SiteCheck, site="a.example"), seen(SiteCheck, site="a.example")], ["a.example"] * 2),
    ],
)
def test_a_name_says_where_only_if_another_has_it(
    case: str, observed: list[Seen], expected: list[str]
) -> None:
    evidence = audited(*observed).evidence
    assert [evidence.subject_of(one) for one in observed] == expected, case


IDLE = {"name": "orders", "has_recovery": False, "key_names": ("id",)}
TWO = (_at(Table, "main", EAST, **IDLE), _at(Table, "main", WEST, **IDLE))


def test_two_things_of_one_name_are_two_answers_and_two_findings() -> None:
    facts = audited(*TWO)
    answers = [one.subject for one in results(facts) if one.code == "AWS-DDB-01"]
    assert answers == ["orders (us-east-1)", "orders (us-west-2)"]
    told = [
        (one.subject, [name.partition("/")[0] for name in one.checks]) for one in proven("R-CTO-08", facts)
    ]
    assert told == [(name, ["AWS-DDB-01"]) for name in answers]


def test_a_sample_is_named_without_its_place() -> None:
    facts = audited(*TWO, declared=Declared(spare=frozenset({"orders"})))
    assert {one.severity.value for one in proven("R-CTO-08", facts)} == {"medium"}
