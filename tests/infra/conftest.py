"""The sign-in function, played over a table of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cloud import cloud, cloud_server
from tests.infra.played_signin import InCloud, InMemory, Played

if TYPE_CHECKING:
    from tests.cloud import Cloud

__all__ = ["cloud", "cloud_door", "cloud_server", "door"]


@pytest.fixture
def door() -> Played:
    """Sign-in over a table in memory."""
    return Played(InMemory())


@pytest.fixture
def cloud_door(cloud: Cloud) -> Played:
    """Sign-in over the played service, through the code that asks it."""
    return Played(InCloud(cloud.client("dynamodb")))
