"""A cloud of one's own: moto's server on a free port of this machine, and scopes that ask it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import boto3
import pytest

from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.embedded.server import server
from quarterdeck.collectors.embedded.stubs import Said, Stubs
from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.scope import Account, Scope
from quarterdeck.model.observed import NotCollected, Observed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NUMBER = "123456789012"
"""The account of moto."""
TAKEN_AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
ACCOUNT = Account("main", NUMBER)


def in_turn(*said: Said) -> Callable[[str, bytes], Said]:
    """An answer that is another one each time."""
    rest = iter(said)
    return lambda _path, _body: next(rest)


class Cloud:
    """One empty account at an address of this machine."""

    def __init__(self, endpoint: str, stubs: Stubs) -> None:
        """The address that plays all of AWS, and what answers before it does."""
        self.endpoint = endpoint
        self.stubs = stubs

    def client(self, service: str, region: str = "us-east-1") -> Any:  # noqa: ANN401 - boto3 makes classes as it runs
        """A client that may write, to put things there."""
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id="embedded",
            aws_secret_access_key="embedded",  # noqa: S106 - opens nothing
        )

    def scope(self, **fields: Any) -> Scope:  # noqa: ANN401 - any field of a scope
        """One job here; tried once, so that a fault is seen at once."""
        known: dict[str, Any] = {
            "taken_at": TAKEN_AT,
            "entities": ("jada", "qos"),
            "account": ACCOUNT,
            "region": "us-east-1",
            "own_accounts": (NUMBER,),
            "endpoint": self.endpoint,
            "attempts": 1,
        }
        return Scope(**(known | fields))

    def collect(self, name: str, **fields: Any) -> tuple[list[Observed], list[NotCollected]]:  # noqa: ANN401
        """What a collector sees here, and what it could not read; tags and businesses are not given yet."""
        scope = self.scope(**fields)
        one = COLLECTORS[name]
        everything = list(one.collect(scope, Aws(scope, name, one.calls, time.monotonic)))
        return (
            [found for found in everything if isinstance(found, Observed)],
            [found for found in everything if isinstance(found, NotCollected)],
        )


@pytest.fixture(scope="session")
def cloud_server() -> Iterator[tuple[str, Stubs]]:
    """One server for all tests of a run, and what answers in front of it."""
    stubs = Stubs()
    with server(stubs=stubs) as address:
        yield address, stubs


@pytest.fixture
def cloud(cloud_server: tuple[str, Stubs]) -> Cloud:
    """An empty cloud."""
    address, stubs = cloud_server
    stubs.clear()
    with urlopen(Request(f"{address}/moto-api/reset", method="POST")):  # noqa: S310 - our own server
        stubs.clear()
    return Cloud(address, stubs)
