"""Checks of distributions, certificates and names take whatever evidence holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.checks.registry import CHECKS, Check
from quarterdeck.checks.run import MODULES
from quarterdeck.model.check import Fail, Verdict
from quarterdeck.model.cloud.apis import Api, ApiRoute, ApiStage
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.domains import Certificate, PublicAddresses, RegisteredDomain, Zone, ZoneRecord
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.web import DomainCheck, SiteCheck, SitePage
from tests.audits import audited, some_records

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

_ = MODULES  # importing them is what fills the list

KINDS: tuple[type[Seen], ...] = (
    Distribution,
    Certificate,
    Zone,
    ZoneRecord,
    PublicAddresses,
    RegisteredDomain,
    Bucket,
    Function,
    Api,
    ApiRoute,
    ApiStage,
    DomainCheck,
    SiteCheck,
    SitePage,
)
RECORDS = {kind: some_records(kind) for kind in KINDS}
OTHERS = st.lists(st.one_of(*RECORDS.values()), max_size=3)
CHECKED = [one for code, one in sorted(CHECKS.items()) if one.subject in {"AWS-CF", "AWS-ACM", "AWS-R53"}]


@given(st.sampled_from(CHECKED), st.data())
def test_no_record_raises_and_a_failure_is_a_sentence(one: Check, data: st.DataObject) -> None:
    (record,) = [data.draw(records) for kind, records in RECORDS.items() if kind is one.of]
    verdict = one.judge(record, audited(record, *data.draw(OTHERS)))
    assert isinstance(verdict, get_args(Verdict))
    if isinstance(verdict, Fail):
        assert verdict.message.endswith(".")
        assert "NotCollected" not in verdict.message


def test_all_of_them_are_there() -> None:
    assert len(CHECKED) == 19 + 5 + 9
