"""The played cloud, for mail that goes through it, and a portfolio that was mailed before."""

import pytest

from tests.cloud import cloud, cloud_server
from tests.mail.fleet import Fleet, outcomes, play, priced

__all__ = ["cloud", "cloud_server", "first", "second"]


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    """A portfolio whose first version everybody was told of; only copied."""
    made = Fleet.new(tmp_path_factory.mktemp("first") / "fleet")
    with pytest.MonkeyPatch.context() as patch:
        play(patch, made)
        made.publish()
        assert outcomes(made.notify()) == {"kim": "sent", "pat": "sent", "sam": "sent"}
    return made


@pytest.fixture(scope="session")
def second(first: Fleet, tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    """The same with another version that nobody was told of; only copied."""
    made = first.copied(tmp_path_factory.mktemp("second") / "fleet")
    made.commit(boat=priced(380))
    made.publish()
    return made
