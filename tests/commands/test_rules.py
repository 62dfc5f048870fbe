"""`quarterdeck rules`: the list, one rule in words, and what is no rule."""

import json

import pytest

from quarterdeck import cli
from quarterdeck.checks.registry import CHECKS
from quarterdeck.commands.rules import as_json, explained, listed
from quarterdeck.model.errors import UsageError
from quarterdeck.rules.registry import RULES
from quarterdeck.secrets.table import DETECTORS


def test_every_rule_is_listed_once_in_order() -> None:
    codes = [line.split()[0] for line in listed().splitlines()]
    assert codes == [*sorted(RULES), *sorted(CHECKS)]


@pytest.mark.parametrize("code", DETECTORS)
def test_a_detector_says_what_counts_and_what_does_not(code: str) -> None:
    text = explained(code.lower())
    assert text.startswith(f"{code} {DETECTORS[code].name}: {DETECTORS[code].severity}")
    assert DETECTORS[code].finds in text
    assert DETECTORS[code].passes in text
    assert all(vendor in text for vendor in DETECTORS[code].vendors)


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_rule_says_what_it_checks_reads_and_moves(code: str) -> None:
    text = explained(code.lower())
    assert text.startswith(f"{code} ")
    for part in ("What it checks:", "Why it matters:", "How to mend:", "Known limits:", "Source:", "Reads: "):
        assert part in text
    assert all(effect.what in text for effect in RULES[code].affects)


@pytest.mark.parametrize("code", sorted(CHECKS.keys() - DETECTORS.keys()))
def test_a_check_says_what_it_looks_at_and_what_it_proves(code: str) -> None:
    text = explained(code)
    assert text.startswith(f"{code} ")
    assert all(rule in text for rule in (*CHECKS[code].feeds, *CHECKS[code].reads))


def test_json_of_all_and_of_one() -> None:
    every = json.loads(as_json())
    assert [one["code"] for one in every] == [*sorted(RULES), *sorted(CHECKS)]
    assert json.loads(as_json("R-QDN-01")) == next(one for one in every if one["code"] == "R-QDN-01")


@pytest.mark.parametrize(("code", "near"), [("R-QDN-0", "R-QDN-01"), ("pelican", "")])
def test_what_is_no_rule_names_the_nearest(code: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        explained(code)
    assert f"There is no rule {code}." in str(caught.value)
    assert (f"The nearest is {near}." in str(caught.value)) == bool(near)


def test_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rules"]) == 0
    assert capsys.readouterr().out == listed()
    assert cli.main(["rules", "R-CEO-01", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["severity"] == "critical"
    assert cli.main(["rules", "R-XXX-99"]) == 2
