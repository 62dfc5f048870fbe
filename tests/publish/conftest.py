"""A cloud of their own for all tests of publishing, in which nothing is waited for."""

from types import SimpleNamespace

import pytest

from tests.cloud import cloud, cloud_server

__all__ = ["cloud", "cloud_server", "unhurried"]


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the client library try again at once; gives how long it would have waited each time."""
    waited: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=waited.append))
    return waited
