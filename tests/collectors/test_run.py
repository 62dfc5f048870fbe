"""Jobs on executors: threads, a cluster, and machines that die."""

from __future__ import annotations

from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.run import Job, files_of, jobs_of, run
from quarterdeck.model.evidence import RECORDS, kind_of
from tests.cloud import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cloud import Cloud

NAMES = ("aws-dynamodb", "aws-sns", "aws-sqs")


@pytest.fixture
def filled(cloud: Cloud) -> Cloud:
    """A cloud with a table, a topic and a queue."""
    cloud.client("dynamodb").create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    cloud.client("sns").create_topic(Name="told")
    cloud.client("sqs").create_queue(QueueName="orders")
    return cloud


def _jobs(cloud: Cloud) -> list[Job]:
    return [Job(name, cloud.scope()) for name in NAMES]


def _bytes(cloud: Cloud, executor: Executor) -> dict[str, bytes]:
    done = run(_jobs(cloud), executor)
    return {file.path: file.data for file in files_of(done, (), {})}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Executor]:
    """A Dask cluster of one worker on this machine."""
    from distributed import Client, LocalCluster  # noqa: PLC0415 - heavy

    with (
        LocalCluster(  # type: ignore[no-untyped-call]  # the library carries no types
            host="127.0.0.1",
            protocol="tcp",
            n_workers=1,
            threads_per_worker=2,
            processes=False,
            dashboard_address=None,
        ) as local,
        Client(local) as client,  # type: ignore[no-untyped-call]  # likewise
    ):
        yield client.get_executor(retries=2)


@pytest.mark.filterwarnings("default")  # those of the cluster's own library
def test_a_cluster_gives_the_same_evidence_byte_for_byte(filled: Cloud, cluster: Executor) -> None:
    with ThreadPoolExecutor(3) as threads:
        here = _bytes(filled, threads)
    assert len(here) == len(NAMES)
    assert _bytes(filled, cluster) == here


class _Dying(Executor):
    """A machine that dies with one of its jobs."""

    def submit(self, function: Callable[..., bytes], /, *arguments: object, **_: object) -> Future[bytes]:  # type: ignore[override]  # jobs alone
        future: Future[bytes] = Future()
        if arguments[0] == "aws-sns":
            future.set_exception(ConnectionError("the worker is gone"))
        else:
            future.set_result(function(*arguments))
        return future


def test_a_machine_that_dies_costs_its_job_alone(filled: Cloud) -> None:
    done = {one.job.collector: one.brought for one in run(_jobs(filled), _Dying())}
    assert [gap.reason for gap in done["aws-sns"].gaps] == ["it failed: ConnectionError"]
    assert [len(done[name].facts) for name in ("aws-dynamodb", "aws-sqs")] == [1, 1]


def test_a_job_is_plain_data(cloud: Cloud) -> None:
    for job in _jobs(cloud):
        assert msgspec.json.decode(msgspec.json.encode(job), type=Job) == job


def test_F109_once_the_credentials_have_ended_nothing_more_begins(filled: Cloud) -> None:
    filled.stubs.answer("dynamodb:ListTables", Refusal("ExpiredToken", 400))
    with ThreadPoolExecutor(1) as executor:
        done = run(_jobs(filled), executor)
    reasons = {one.job.collector: one.brought.gaps[0].reason for one in done if one.brought.gaps}
    assert "ended" in reasons["aws-dynamodb"]
    assert reasons.keys() > {"aws-dynamodb"}


def test_a_region_is_asked_by_collectors_of_regions_and_home_by_all(cloud: Cloud) -> None:
    account = msgspec.structs.replace(ACCOUNT, regions=("us-east-1", "us-west-2"))
    scopes = [cloud.scope(account=account, region=one) for one in account.regions]
    jobs = [(job.collector, job.scope.region) for job in jobs_of(scopes, ["aws"])]
    everywhere = {name for name, one in COLLECTORS.items() if one.kind == "aws" and one.is_regional}
    once = {name for name, one in COLLECTORS.items() if one.kind == "aws" and not one.is_regional}
    assert {name for name, region in jobs if region == "us-west-2"} == everywhere
    assert {name for name, region in jobs if region == "us-east-1"} == everywhere | once


def test_files_of_two_jobs_never_have_one_path(cloud: Cloud) -> None:
    account = msgspec.structs.replace(ACCOUNT, regions=("us-east-1", "us-west-2"))
    scopes = [cloud.scope(account=account, region=one) for one in account.regions]
    paths = [job.path for job in jobs_of([*scopes, cloud.scope(account=None)], ["aws", "ses", "dns", "web"])]
    assert len(set(paths)) == len(paths)


def test_every_kind_that_a_collector_lists_can_be_kept() -> None:
    known = {kind_of(record) for record in RECORDS}
    assert {kind for one in COLLECTORS.values() for kind in one.kinds} <= known
