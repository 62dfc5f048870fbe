"""Repositories as jobs: one that is not there costs itself alone, and workers and order change nothing."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

import pytest

from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.run import File, Job, files_of, jobs_of, run
from quarterdeck.collectors.scope import Account, Place, Scope
from quarterdeck.commands.collect import collect
from tests.repos import TAKEN_AT, Repo
from tests.sample_repositories import make, names

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

OF_REPOSITORIES = sorted(name for name, one in COLLECTORS.items() if one.kind == "repos")


def _scopes(folder: Path) -> list[Scope]:
    return [
        Scope(
            taken_at=TAKEN_AT,
            entities=("jada",),
            repository=Place(name, "jada", path=str(make(name, folder))),
            fingerprint_key="key-of-a-test",
        )
        for name in names()
    ]


def _files(jobs: list[Job], executor: Executor) -> list[File]:
    with executor as workers:
        return files_of(run(jobs, workers), (), {})


def test_each_collector_is_a_job_for_each_repository_and_no_other() -> None:
    here = Scope(taken_at=TAKEN_AT, entities=("jada",), repository=Place("site", "jada"))
    account = Scope(taken_at=TAKEN_AT, entities=(), account=Account("main", "1" * 12), region="us-east-1")
    jobs = list(jobs_of([account, here], ["aws", "repos"]))
    assert [job.collector for job in jobs if job.scope == here] == OF_REPOSITORIES
    assert not [job for job in jobs if job.scope == account and job.collector in OF_REPOSITORIES]
    assert {job.path for job in jobs if job.scope == here} == {
        f"evidence/repos/jada/site/{name.removeprefix('repos-')}.json" for name in OF_REPOSITORIES
    }


@pytest.mark.parametrize(
    ("name", "folder"),
    [("site", "site"), ("..", "-"), ("a/b", "a-b-"), ("site ", "site-"), (".git", "git-")],
)
def test_a_name_never_leads_out_of_the_folder(name: str, folder: str) -> None:
    job = Job("repos-habits", Scope(taken_at=TAKEN_AT, entities=(), repository=Place(name, "jada")))
    found = job.path.removeprefix("evidence/repos/jada/").removesuffix("/habits.json")
    assert found.startswith(folder.lstrip("-")), job.path
    assert ".." not in job.path
    assert "/" not in found


def test_threads_processes_and_order_bring_the_same_bytes(tmp_path: Path) -> None:
    jobs = list(jobs_of(_scopes(tmp_path)[:4], ["repos"]))
    alone = _files(jobs, ThreadPoolExecutor(1))
    assert len(alone) == 4 * len(OF_REPOSITORIES)
    assert _files(jobs[::-1], ThreadPoolExecutor(3)) == alone
    assert _files(jobs, ProcessPoolExecutor(2, mp_context=get_context("spawn"))) == alone


SETTINGS = """
entities:
  jada:
    repos:
      - {name: site, path: repos/site}
      - {name: gone, path: repos/gone}
      - nowhere
"""


def test_F093_one_that_is_not_there_costs_itself_alone(tmp_path: Path) -> None:
    (tmp_path / "portfolio.yml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "handoffs").mkdir()
    Repo(tmp_path / "repos" / "site").commit({"app.py": "x = 1\n"})
    environ = {"HOME": str(tmp_path / "home")}
    collected = collect(tmp_path, environ, now=TAKEN_AT, kinds=["repos"])
    assert collected.exit_code() == 4
    assert {file.path.split("/")[3] for file in collected.files if file.records} == {"site"}
    said = "\n".join(collected.sentences())
    assert "there is no folder at its path" in said
    assert "portfolio.yml names it and does not say where it is" in said
    assert (tmp_path / "evidence" / "repos" / "jada" / "site" / "habits.json").is_file()


def test_a_second_run_looks_at_nothing_that_it_knows(tmp_path: Path) -> None:
    (tmp_path / "portfolio.yml").write_text("entities: {jada: {repos: [repos/site]}}\n", encoding="utf-8")
    Repo(tmp_path / "repos" / "site").commit({"app.py": "import flask\n", "requirements.txt": "flask\n"})
    environ = {"HOME": str(tmp_path / "home")}
    first, again = (collect(tmp_path, environ, now=TAKEN_AT, kinds=["repos"]) for _ in range(2))
    assert first.files == again.files
    assert list((tmp_path / "home" / ".cache" / "quarterdeck" / "repositories" / "seen").iterdir())
