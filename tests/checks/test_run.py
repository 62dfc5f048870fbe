"""Checks run one by one: what one of them does costs no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from quarterdeck.checks.registry import CHECKS
from quarterdeck.checks.run import results
from quarterdeck.model.cloud.buckets import Bucket
from tests.audits import audited, seen

if TYPE_CHECKING:
    import pytest

    from quarterdeck.model.check import Verdict
    from quarterdeck.model.facts import Facts


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
