"""Repositories of one's own: real git histories with several authors, made in a folder of the test."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.repos.checkout import Checkout
from quarterdeck.collectors.run import MODULES
from quarterdeck.collectors.scope import Place, Scope
from quarterdeck.model.observed import NotCollected, Observed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_ = MODULES  # importing them is what fills the list

TAKEN_AT = datetime(2026, 11, 20, 6, tzinfo=UTC)


class Repo:
    """One repository with a working tree."""

    def __init__(self, folder: Path, name: str = "jada-site", entity: str = "jada") -> None:
        """An empty one, on a branch called main."""
        self.folder = folder
        self.name = name
        self.entity = entity
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, **environ: str) -> str:
        """What git prints; nobody's own settings are used."""
        own = {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_AUTHOR_NAME": "Lee Nakamura",
            "GIT_AUTHOR_EMAIL": "lee@example.com",
            "GIT_COMMITTER_NAME": "Lee Nakamura",
            "GIT_COMMITTER_EMAIL": "lee@example.com",
        }
        run = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={**os.environ, **own, **environ},
            check=True,
            capture_output=True,
        )
        return run.stdout.decode(errors="replace").strip()

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write files into the working tree; None takes one away."""
        for path, content in files.items():
            file = self.folder / path
            if content is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(
        self,
        files: Mapping[str, str | bytes | None],
        message: str = "Change",
        *,
        days_ago: float = 1,
        author: str = "Lee Nakamura",
    ) -> str:
        """Write files and commit everything; the hash."""
        self.write(files)
        at = (TAKEN_AT - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%S+00:00")
        self.git("add", "--all", "--force")
        self.git(
            "commit",
            "--quiet",
            "--allow-empty",
            f"--message={message}",
            GIT_AUTHOR_NAME=author,
            GIT_COMMITTER_NAME=author,
            GIT_AUTHOR_EMAIL=f"{author.split(maxsplit=1)[0].lower()}@example.com",
            GIT_AUTHOR_DATE=at,
            GIT_COMMITTER_DATE=at,
        )
        return self.git("rev-parse", "HEAD")

    def scope(self, **fields: Any) -> Scope:  # noqa: ANN401 - any field of a scope
        """One job that looks at it."""
        place = Place(self.name, self.entity, path=str(self.folder))
        known: dict[str, Any] = {
            "taken_at": TAKEN_AT,
            "entities": (self.entity,),
            "repository": place,
            "cache": str(self.folder.parent / "cache"),
            "fingerprint_key": "key-of-a-test",
        }
        return Scope(**(known | fields))

    def collect(self, name: str, **fields: Any) -> tuple[list[Observed], list[NotCollected]]:  # noqa: ANN401
        """What a collector sees here, and what it could not read."""
        scope = self.scope(collector=name, **fields)
        everything = list(COLLECTORS[name].collect(scope, Checkout(scope)))
        return (
            [found for found in everything if isinstance(found, Observed)],
            [found for found in everything if isinstance(found, NotCollected)],
        )


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """An empty repository."""
    return Repo(tmp_path / "jada-site")
