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
        code for code in ALL if not re.fullmatch(r"(AWS-[A-Z0-9]+|SES|DNS|COST|WEB|REPO)-\d\d", code)
    ] == []


def test_a_check_is_a_value() -> None:
    assert all(isinstance(one, msgspec.Struct) for one in CHECKS.values())
