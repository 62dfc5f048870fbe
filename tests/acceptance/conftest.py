"""The sample and the small portfolios, made once for every test that asks something of all of them."""

from __future__ import annotations

import pytest

from tests.acceptance.made import Made
from tests.acceptance.portfolios import SMALL
from tests.sites import ROOT


@pytest.fixture(scope="session")
def all_made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """Every portfolio, made once."""
    folder = tmp_path_factory.mktemp("portfolios")
    return {"sample": Made(ROOT)} | {name: Made(make(folder / name)) for name, make in SMALL.items()}


@pytest.fixture(params=["sample", *SMALL])
def made(request: pytest.FixtureRequest, all_made: dict[str, Made]) -> Made:
    """One of them after the other."""
    return all_made[request.param]
