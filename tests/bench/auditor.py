"""Audits the estate at an address, all checks among it, and prints what that took: python -m tests.bench.auditor."""

from __future__ import annotations

import json
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from quarterdeck.checks.run import results
from quarterdeck.collectors.embedded.estate import Put
from quarterdeck.collectors.run import SIDE_BY_SIDE, files_of, jobs_of, run
from quarterdeck.collectors.scope import Account, Scope
from quarterdeck.model.facts import Facts
from quarterdeck.parse.evidence import parse_evidence

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def audit(address: str) -> dict[str, float]:
    """Questions asked, processor time of each in milliseconds, and the most memory of this process in MB."""
    account = Account("main", "123456789012", entity="all")
    scope = Scope(
        NOW, ("all",), account, "us-east-1", own_accounts=(account.number,), endpoint=address, attempts=1
    )
    began = time.process_time()
    with ThreadPoolExecutor(SIDE_BY_SIDE) as executor:
        done = run(jobs_of([scope], ["aws", "ses"]), executor)
    spent = time.process_time() - began
    evidence, _ = parse_evidence({file.path: file.data for file in files_of(done, (), {})})
    results(Facts([], NOW.date(), evidence=evidence))
    asked = sum(sum(one.brought.asked.values()) for one in done)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cpu = spent / asked
    return {"asked": asked, "cpu_ms": cpu * 1000, "of_plain": cpu / _plain(address), "memory_mb": memory}


def _plain(address: str) -> float:
    """Processor time of one question asked by the client library alone, in seconds."""
    s3 = Put(address).client("s3")
    names = [one["Name"] for one in s3.list_buckets()["Buckets"]]
    began = time.process_time()
    for name in names:
        s3.get_bucket_acl(Bucket=name)
    return (time.process_time() - began) / len(names)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(audit(sys.argv[1])) + "\n")
