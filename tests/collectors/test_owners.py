"""Whose a thing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.collectors.owners import STACK_TAG, Match, everything, owned
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.domains import RegisteredDomain, ZoneRecord
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.other import Stack, TaggedResource
from quarterdeck.model.cloud.watching import LogGroup
from quarterdeck.model.repositories import FoundSecret
from tests.audits import seen

if TYPE_CHECKING:
    from quarterdeck.model.observed import Observed

JADA = Match("jada", (("project", "boats"),), ("jada-*",), ("jada-prod",), ("jada.example",))
QOS = Match("qos", (), ("qos-*", "*-tickets"), ("qos-prod",), ("qos.example",))
ARN = "arn:aws:s3:::x"


def _owned(*found: Observed) -> list[Observed]:
    return list(owned(found, everything(found, [JADA, QOS])))


def _tagged(**tags: str) -> TaggedResource:
    return seen(TaggedResource, name="x", arn=ARN, entity="", tags=tuple(sorted(tags.items())))


@pytest.mark.parametrize(
    ("case", "one", "owner"),
    [
        ("by name", seen(Bucket, name="jada-site", entity=""), "jada"),
        ("by the end of its name", seen(Bucket, name="big-tickets", entity=""), "qos"),
        ("two fit", seen(Bucket, name="jada-tickets", entity=""), ""),
        ("none fits", seen(Bucket, name="old", entity=""), ""),
        ("the account's", seen(Bucket, name="qos-site", entity="jada"), "jada"),
        ("a domain below", seen(Distribution, name="E1", entity="", aliases=("www.qos.example",)), "qos"),
        ("a domain beside", seen(Distribution, name="E1", entity="", aliases=("notqos.example",)), ""),
        ("a record beneath", seen(ZoneRecord, name="*.qos.example", entity=""), "qos"),
        ("a domain of one's own", seen(RegisteredDomain, domain="jada.example", entity=""), "jada"),
    ],
)
def test_whose_it_is(case: str, one: Observed, owner: str) -> None:
    assert [found.entity for found in _owned(one)] == [owner], case


@pytest.mark.parametrize(
    ("tags", "owner"),
    [
        ({"project": "boats"}, "jada"),
        ({"entity": "qos"}, "qos"),
        ({STACK_TAG: "qos-prod"}, "qos"),
        ({STACK_TAG: "qos-prod", "project": "boats"}, "jada"),
        ({"project": "cars"}, "jada"),
    ],
)
def test_a_tag_comes_before_a_stack_and_that_before_a_name(tags: dict[str, str], owner: str) -> None:
    bucket = seen(Bucket, name="jada-site", arn=ARN, entity="")
    found = _owned(bucket, _tagged(**tags))[0]
    assert (found.entity, dict(found.tags)) == (owner, tags)  # type: ignore[attr-defined]  # a bucket has tags


def test_what_has_a_record_of_its_own_is_not_listed_twice() -> None:
    bucket = seen(Bucket, name="x", arn=ARN, entity="")
    found = _owned(bucket, _tagged(entity="qos"))
    assert [type(one) for one in found] == [Bucket]


def test_what_has_none_is_listed_by_its_tags() -> None:
    assert [one.entity for one in _owned(_tagged(entity="qos"))] == ["qos"]


@pytest.mark.parametrize(("name", "owner"), [("jada-pay", "jada"), ("old", "")])
def test_a_secret_belongs_to_whom_its_function_does(name: str, owner: str) -> None:
    function = seen(Function, name=name, entity="")
    secret = seen(FoundSecret, place=name, path="KEY", detector="stripe_live_secret", entity="")
    assert [one.entity for one in _owned(function, secret)] == [owner, owner]


@pytest.mark.parametrize(
    ("log", "owner"),
    [
        ("/aws/lambda/book", "jada"),
        ("/aws/lambda/gone", ""),
        ("/aws/apigateway/book", ""),
        ("qos-log", "qos"),
    ],
)
def test_a_log_belongs_to_whom_its_function_does(log: str, owner: str) -> None:
    function = seen(Function, name="book", arn=ARN, entity="")
    logs = seen(LogGroup, name=log, entity="")
    assert [one.entity for one in _owned(_tagged(project="boats"), logs, function)] == [owner, "jada"]


def test_a_log_of_functions_of_two_businesses_is_nobodys() -> None:
    functions = (seen(Function, name="book", entity="jada"), seen(Function, name="book", entity="qos"))
    *_, log = _owned(*functions, seen(LogGroup, name="/aws/lambda/book", entity=""))
    assert log.entity == ""


def test_what_a_stack_made_belongs_to_whom_its_tags_say() -> None:
    made = seen(Bucket, name="uploads-1x2y", entity="", tags=((STACK_TAG, "site"),))
    stack = seen(Stack, name="site", entity="", tags=(("entity", "jada"),))
    assert [one.entity for one in _owned(made, stack)] == ["jada", "jada"]
    assert [one.entity for one in _owned(made)] == [""], "nothing says whose the stack is"


def test_what_stacks_of_two_businesses_made_is_nobodys() -> None:
    made = seen(Bucket, name="uploads-1x2y", entity="", tags=((STACK_TAG, "site"),))
    stacks = [seen(Stack, name="site", entity="", tags=(("entity", one),)) for one in ("jada", "qos")]
    assert [one.entity for one in _owned(made, *stacks)] == ["", "jada", "qos"]


def test_what_says_whose_a_thing_is_counts_for_more_than_its_stack() -> None:
    made = seen(Bucket, name="b", entity="", tags=(("entity", "qos"), (STACK_TAG, "site")))
    stack = seen(Stack, name="site", entity="", tags=(("entity", "jada"),))
    assert [one.entity for one in _owned(made, stack)] == ["qos", "jada"]
