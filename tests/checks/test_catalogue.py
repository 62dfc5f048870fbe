"""Every check is whole: its words, its fields, the rule that it serves."""

from __future__ import annotations

import inspect
import re

import msgspec
import pytest

from quarterdeck.checks.registry import CHECKS, how_to_mend
from quarterdeck.checks.run import MODULES
from quarterdeck.rules.registry import RULES
from quarterdeck.rules.run import MODULES as RULE_MODULES
from tests.rules.test_reads import exists

_ = (MODULES, RULE_MODULES)  # importing them is what fills the lists

PARTS = ("What it checks:", "Why it matters:", "How to mend:", "Known limits:", "Source:")
ALL = sorted(CHECKS)
COUNTS = {
    "AWS-LAMBDA": 21,
    "AWS-APIGW": 12,
    "AWS-S3": 19,
    "AWS-DDB": 11,
    "AWS-CF": 19,
    "AWS-ACM": 5,
    "AWS-R53": 9,
    "AWS-IAM": 21,
    "AWS-SM": 5,
    "AWS-SNS": 4,
    "AWS-SQS": 5,
    "AWS-EB": 4,
    "AWS-LOG": 3,
    "AWS-CW": 5,
    "AWS-CT": 5,
    "AWS-GD": 2,
    "AWS-BUD": 1,
    "SES": 30,
    "DNS": 18,
    "COST": 35,
    "WEB": 38,
    "REPO": 46,
    "SEC": 62,
}
"""Checks of each group; they are numbered from one without a gap."""


@pytest.mark.parametrize("code", ALL)
def test_a_check_tells_what_it_does(code: str) -> None:
    words = inspect.getdoc(CHECKS[code].judge) or ""
    assert [part for part in PARTS if part not in words] == []
    assert how_to_mend(CHECKS[code])


@pytest.mark.parametrize("code", ALL)
def test_a_check_reads_what_exists(code: str) -> None:
    reads = CHECKS[code].reads
    assert reads, "a check looks at something"
    assert [name for name in reads if not exists(name)] == []


@pytest.mark.parametrize("code", ALL)
def test_a_check_serves_a_rule_that_exists(code: str) -> None:
    assert [rule for rule in CHECKS[code].feeds if rule not in RULES] == []


@pytest.mark.parametrize("code", ALL)
def test_what_a_check_folds_is_a_check_of_the_same_kind(code: str) -> None:
    for other in CHECKS[code].over:
        assert CHECKS[other].of is CHECKS[code].of


def test_codes_are_well_formed() -> None:
    assert [
        code for code in ALL if not re.fullmatch(r"(AWS-[A-Z0-9]+|SES|DNS|COST|WEB|REPO|SEC)-\d\d", code)
    ] == []


@pytest.mark.parametrize(("group", "count"), COUNTS.items())
def test_no_number_of_the_catalogue_is_left_out(group: str, count: int) -> None:
    assert [code for code in ALL if CHECKS[code].subject == group] == [
        f"{group}-{number:02}" for number in range(1, count + 1)
    ]


def test_the_catalogue_has_these_checks_and_no_others() -> None:
    assert {one.subject for one in CHECKS.values()} == COUNTS.keys()
    of_aws = sum(count for group, count in COUNTS.items() if group.startswith("AWS-"))
    assert (of_aws, len(ALL)) == (151, 318 + 62)


def test_a_check_is_a_value() -> None:
    assert all(isinstance(one, msgspec.Struct) for one in CHECKS.values())
