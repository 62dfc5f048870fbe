"""What was seen in a repository is remembered by its commits, and by nothing that could make it stale."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

import quarterdeck
from quarterdeck.collectors.registry import COLLECTORS, Collector
from quarterdeck.collectors.repos.checkout import Checkout
from quarterdeck.collectors.repos.memory import remembered
from quarterdeck.commands.collect import READS_REPOSITORIES
from quarterdeck.model.observed import NotCollected, Observed
from quarterdeck.model.repositories import Technology
from quarterdeck.model.stack import Language
from tests.repos import TAKEN_AT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.collectors.registry import Found
    from quarterdeck.collectors.scope import Scope
    from tests.repos import Repo


class Counting:
    """A collector that counts how often it really looked."""

    def __init__(self, *, is_timed: bool = False) -> None:
        """It has not looked yet."""
        self.looked = 0
        self.collector = Collector(
            name="repos-counting", collect=self._collect, calls={}, kinds=("technology",), is_timed=is_timed
        )

    def _collect(self, scope: Scope, repo: Checkout) -> Found:
        self.looked += 1
        yield Technology(
            entity="jada", source=scope.source("git tree"), repo=repo.name, name="Flask", area="framework"
        )
        yield repo.gap("large.py", "over 1 MB")

    def seen(self, repo: Repo, **fields: Any) -> list[Observed | NotCollected]:  # noqa: ANN401 - fields of a scope
        """What comes out of memory or of looking."""
        scope = repo.scope(collector="repos-counting", **({"stamp": "v1"} | fields))
        return list(remembered(self.collector, scope, Checkout(scope)))


def test_the_same_commits_are_looked_at_once(repo: Repo) -> None:
    repo.commit({"a.py": "a = 1\n"})
    counting = Counting()
    assert counting.seen(repo) == counting.seen(repo)
    assert counting.looked == 1


def test_the_day_of_a_record_is_that_of_the_run(repo: Repo) -> None:
    repo.commit({"a.py": "a = 1\n"})
    counting = Counting()
    counting.seen(repo)
    later = TAKEN_AT.replace(day=25)
    record = counting.seen(repo, taken_at=later)[0]
    assert isinstance(record, Observed)
    assert (record.source.as_of, counting.looked) == (later.date(), 1)


def _commit(repo: Repo) -> dict[str, Any]:
    repo.commit({"b.py": "b = 1\n"})
    return {}


def _branch(repo: Repo) -> dict[str, Any]:
    repo.git("branch", "other")
    return {}


@pytest.mark.parametrize(
    "change",
    [
        _commit,
        _branch,
        lambda _repo: {"stamp": "v2"},
        lambda _repo: {"fingerprint_key": "another"},
        lambda _repo: {"fingerprint_key": ""},
        lambda repo: {"repository": msgspec.structs.replace(repo.scope().repository, profile="solo")},
    ],
    ids=["commit", "branch", "our code", "key", "no key", "settings"],
)
def test_what_may_change_the_answer_makes_it_look_again(repo: Repo, change: Any) -> None:  # noqa: ANN401
    repo.commit({"a.py": "a = 1\n"})
    counting = Counting()
    counting.seen(repo)
    counting.seen(repo, **change(repo))
    assert counting.looked == 2


@pytest.mark.parametrize("fields", [{"stamp": ""}, {"cache": ""}])
def test_without_a_folder_or_stamp_nothing_is_remembered(repo: Repo, fields: dict[str, str]) -> None:
    repo.commit({"a.py": "a = 1\n"})
    counting = Counting()
    counting.seen(repo, **fields)
    counting.seen(repo, **fields)
    assert counting.looked == 2


def test_what_changes_with_the_day_is_never_remembered(repo: Repo) -> None:
    repo.commit({"a.py": "a = 1\n"})
    counting = Counting(is_timed=True)
    counting.seen(repo)
    counting.seen(repo)
    assert counting.looked == 2
    assert COLLECTORS["repos-habits"].is_timed


def _files(repo: Repo) -> Iterator[Path]:
    yield from (Path(repo.scope().cache) / "seen").iterdir()


def test_a_damaged_memory_is_made_again(repo: Repo) -> None:
    repo.commit({"a.py": "a = 1\n"})
    counting = Counting()
    first = counting.seen(repo)
    for file in _files(repo):
        file.write_bytes(file.read_bytes()[:40])
    assert counting.seen(repo) == first
    assert counting.looked == 2


def test_real_collectors_bring_the_same_warm_and_cold(repo: Repo) -> None:
    repo.commit({"requirements.txt": "flask==3.0.0\n", "app.py": "import flask\n"})
    name = "repos-technologies"
    scope = repo.scope(collector=name, stamp="v1")
    cold, warm = (list(remembered(COLLECTORS[name], scope, Checkout(scope))) for _ in range(2))
    assert cold == warm
    assert {type(one) for one in cold} == {Technology, Language}


def test_every_folder_that_reads_repositories_is_watched() -> None:
    package = Path(str(quarterdeck.__file__)).parent
    folders = {
        str(file.parent.relative_to(package)) for file in (package / "collectors" / "repos").rglob("*.py")
    }
    assert folders <= set(READS_REPOSITORIES)
