"""A fault at every call of every collector: nothing crashes, nothing is taken for fine, and the call is named."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.checks.run import results
from quarterdeck.collectors.aws.asking import make_client
from quarterdeck.collectors.embedded.estate import estate
from quarterdeck.collectors.embedded.server import server
from quarterdeck.collectors.embedded.stubs import Broken, Refusal, Said, Stubs
from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.run import MODULES, Brought, Done, Job, files_of, run_job
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.facts import Facts
from quarterdeck.parse.evidence import parse_evidence
from quarterdeck.secrets.detectors import spans
from tests.cloud import ACCOUNT, NUMBER, TAKEN_AT
from tests.figures.builders import AS_OF, a_handoff, an_entity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.client import BaseClient

    from quarterdeck.collectors.aws.asking import Reach

_ = MODULES  # importing them is what fills the list

ASKING = sorted(name for name, one in COLLECTORS.items() if one.calls)
CALLS = [(name, call) for name in ASKING for call in sorted(COLLECTORS[name].calls)]
REGION = "us-west-2"
FAULTS = {
    "refused": Refusal(),
    "busy": Refusal("ThrottlingException", 400),
    "broken": Broken(),
    "empty": Broken(b""),
}
MILDER = {
    "fail": {"fail", "unknown", "error"},
    "pass": {"pass", "unknown"},
    "unknown": {"unknown"},
    "n/a": {"n/a", "unknown"},
}
"""Status where all can be read -> what it may be where one call is refused."""


class Estate:
    """The sample estate, and what it says with every call answered."""

    def __init__(self, address: str, stubs: Stubs) -> None:
        """At an address, with what answers in front of it."""
        self.address = address
        self.stubs = stubs
        self.brought = cache(self._brought)

    def job(self, name: str) -> Job:
        """One collector here, tried once."""
        home = REGION if COLLECTORS[name].is_regional else "us-east-1"
        return Job(
            name,
            Scope(
                taken_at=TAKEN_AT,
                entities=("jada",),
                account=msgspec.structs.replace(ACCOUNT, entity="jada"),
                region=home,
                own_accounts=(NUMBER,),
                endpoint=self.address,
                attempts=1,
            ),
        )

    def _brought(self, name: str) -> Brought:
        return self.run(name)

    def run(self, name: str) -> Brought:
        """What one collector brings now."""
        raw = run_job(name, msgspec.json.encode(self.job(name).scope))
        return msgspec.json.decode(raw, type=Brought)

    def statuses(self, changed: str = "", brought: Brought | None = None) -> Mapping[str, str]:
        """What every check says, with one collector's answer in place of the whole one; by identity."""
        done = [
            Done(self.job(name), brought if brought and name == changed else self.brought(name))
            for name in ASKING
        ]
        evidence, problems = parse_evidence({file.path: file.data for file in files_of(done, (), {})})
        assert problems == []
        facts = Facts([a_handoff(an_entity())], AS_OF, evidence=evidence)
        return {one.id: one.status for one in results(facts)}


@pytest.fixture(scope="module")
def sample() -> Iterator[Estate]:
    """The estate on a server of its own."""
    stubs = Stubs()
    made: dict[tuple[str, str | None], BaseClient] = {}

    def client(reach: Reach, service: str, region: str | None) -> BaseClient:
        if (service, region) not in made:
            made[service, region] = make_client(reach, service, region)
        return made[service, region]

    with server(stubs=stubs) as address, pytest.MonkeyPatch.context() as patch:
        estate(address, stubs)
        # Hundreds of runs ask as one and the same, and write and read again what no fault touches.
        patch.setattr("quarterdeck.collectors.aws.asking.make_client", client)
        patch.setattr("quarterdeck.parse.evidence.spans", cache(spans))
        yield Estate(address, stubs)


@pytest.fixture(scope="module")
def whole(sample: Estate) -> Mapping[str, str]:
    """What every check says when every call is answered."""
    return sample.statuses()


def _with(sample: Estate, name: str, call: str, said: Said) -> Brought:
    before = sample.stubs.answered(call)
    sample.stubs.answer(call, said)
    try:
        return sample.run(name)
    finally:
        sample.stubs.answer(call, before)


@pytest.mark.parametrize("name", ASKING)
def test_a_collector_sees_the_estate_without_a_crash(sample: Estate, name: str) -> None:
    brought = sample.brought(name)
    assert [gap for gap in brought.gaps if gap.reason.startswith("it failed")] == []
    assert set(brought.asked) <= set(COLLECTORS[name].calls)


@pytest.mark.parametrize("name", ASKING)
def test_the_server_hears_what_a_collector_declares_and_nothing_else(sample: Estate, name: str) -> None:
    sample.stubs.asked.clear()
    brought = sample.run(name)
    assert dict(sample.stubs.asked) == dict(brought.asked)
    assert set(sample.stubs.asked) <= set(COLLECTORS[name].calls)


@pytest.mark.parametrize(("name", "call"), CALLS)
@pytest.mark.parametrize("said", FAULTS.values(), ids=FAULTS)
def test_a_fault_makes_nothing_fine_and_nothing_wrong(
    sample: Estate, whole: Mapping[str, str], name: str, call: str, said: Said
) -> None:
    asked = sample.brought(name).asked.get(call, 0)
    brought = _with(sample, name, call, said)
    assert [gap for gap in brought.gaps if gap.reason.startswith("it failed")] == []
    if not asked:
        return
    found = sample.statuses(name, brought)
    worse = {key: (whole.get(key), status) for key, status in found.items() if key in whole}
    assert {key: pair for key, pair in worse.items() if pair[1] not in MILDER[str(pair[0])]} == {}


@pytest.mark.parametrize("name", ASKING)
def test_credentials_that_end_stop_a_collector(sample: Estate, name: str) -> None:
    first = next(iter(sample.brought(name).asked), "")
    assert first, "it asks something"
    assert "ended" in _with(sample, name, first, Refusal("ExpiredToken", 400)).stopped
