"""Of many short programs those that are wrong are told, and few of the others."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from quarterdeck.checks.registry import CHECKS
from quarterdeck.checks.run import MODULES
from quarterdeck.model.check import Fail
from tests.audits import audited
from tests.collectors.repos.snippets import Snippet, corpus

if TYPE_CHECKING:
    from tests.repos import Repo

_ = MODULES  # importing them is what fills the list

CORPUS = corpus()
ENOUGH = 0.9


@pytest.fixture
def told(repo: Repo) -> dict[str, list[tuple[Snippet, bool]]]:
    """Each program of the corpus with whether its check tells of it, by check; each stands in a folder of its own."""
    repo.commit(
        {
            f"p{number:03}/{path}": text
            for number, one in enumerate(CORPUS)
            for path, text in one.files.items()
        }
    )
    records, _ = repo.collect("repos-code")
    facts = audited(*records)  # type: ignore[arg-type]  # each is a kind of what is seen
    failed = {
        (code, record.subject.partition(":")[2].partition("/")[0])
        for code in ("REPO-31", "REPO-32", "REPO-36", "REPO-41")
        for record in records
        if isinstance(record, CHECKS[code].of) and isinstance(CHECKS[code].judge(record, facts), Fail)
    }
    by_code: dict[str, list[tuple[Snippet, bool]]] = {}
    for number, one in enumerate(CORPUS):
        by_code.setdefault(one.code, []).append((one, (one.code, f"p{number:03}") in failed))
    return by_code


def test_the_corpus_is_large_and_has_both_sorts_of_each() -> None:
    sorts = Counter((one.code, one.is_bad) for one in CORPUS)
    assert len(CORPUS) >= 150
    assert min(sorts.values()) >= 10
    assert len(sorts) == 8


def test_precision_and_recall(told: dict[str, list[tuple[Snippet, bool]]]) -> None:
    measured = {}
    for code, several in told.items():
        right = sum(one.is_bad and is_told for one, is_told in several)
        measured[code] = (
            right / max(1, sum(is_told for _, is_told in several)),
            right / sum(one.is_bad for one, _ in several),
        )
    wrong = [one.files for several in told.values() for one, is_told in several if one.is_bad is not is_told]
    assert all(min(both) >= ENOUGH for both in measured.values()), (measured, wrong[:12])
