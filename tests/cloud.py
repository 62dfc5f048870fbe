"""A cloud of one's own: moto's server on a free port of this machine, and scopes that ask it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import boto3
import pytest

from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.scope import Account, Scope
from quarterdeck.model.observed import NotCollected, Observed

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER = "123456789012"
"""The account of moto."""
TAKEN_AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
ACCOUNT = Account("main", NUMBER)


class Cloud:
    """One empty account at an address of this machine."""

    def __init__(self, endpoint: str) -> None:
        """The address that plays all of AWS."""
        self.endpoint = endpoint

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
def cloud_address() -> Iterator[str]:
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - heavy

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def cloud(cloud_address: str) -> Cloud:
    """An empty cloud."""
    with urlopen(Request(f"{cloud_address}/moto-api/reset", method="POST")):  # noqa: S310 - our own server
        return Cloud(cloud_address)
