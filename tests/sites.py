"""What tests of whole builds share: portfolios on disk, the command as its user runs it, and finished pages."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

from quarterdeck.commands import build as stages
from quarterdeck.commands.inputs import INPUTS
from quarterdeck.site.beside import twin_path
from quarterdeck.site.builder import BuildLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    import pytest

    from quarterdeck.site.builder import Builder

ROOT = Path(__file__).parents[1]
"""The repository, which is the sample portfolio."""

AS_OF = "2026-11-23"

BOAT = """---
entity: boat
name: Sunset Boat
kind: charter
status: active
updated: 2026-11-01
billing_model: per-booking
sample: true
---

# Sunset Boat

## Summary
Sails at sunset.

## Offers
| Offer | Price | Unit | Variable cost |
|---|---|---|---|
| Sunset sail | $720 | sailing | $180 |

## Tasks
- [ ] Renew the slip lease #B-1 @sam due:2026-12-05
"""

SETTINGS = "schema: 1\nname: Fleet\n"


def write(root: Path, name: str, text: str | bytes) -> Path:
    """Write one file below a folder, with the folders that it needs."""
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def a_portfolio(root: Path, settings: str = SETTINGS, **handoffs: str) -> Path:
    """A portfolio of these handoffs, by file name; one boat where none is given."""
    write(root, "portfolio.yml", settings)
    for name, text in (handoffs or {"boat": BOAT}).items():
        write(root, f"handoffs/{name}.md", text)
    return root


def a_sample(root: Path, *entities: str) -> Path:
    """A portfolio of some of the sample's businesses, with their data."""
    for entity in entities:
        write(root, f"handoffs/{entity}.md", (ROOT / "handoffs" / f"{entity}.md").read_bytes())
        for file in sorted((ROOT / "data" / entity).glob("*.csv")):
            write(root, f"data/{entity}/{file.name}", file.read_bytes())
    write(root, "portfolio.yml", f"{SETTINGS}as_of: {AS_OF}\n")
    return root


def the_sample(root: Path) -> Path:
    """All of the sample that a build depends on, in a folder of its own."""
    root.mkdir(exist_ok=True)
    for name in INPUTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name)
        elif source.is_file():
            shutil.copy(source, root / name)
    return root


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that all workers of a run share: made by the one that needs it first, and only read by all.

    Args:
        factory: Knows the folder of the run.
        name: Of the folder.
        make: Fills it; it is there, and empty.
    """
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder, made = shared / name / "p", shared / name / "made"
    folder.parent.mkdir(exist_ok=True)
    with (shared / name / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


def environ_of(root: Path, **more: str) -> dict[str, str]:
    """Little more than a path, a home and the worker's cache: what a command needs of its environment."""
    home = root.parent / "home"
    home.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    cache = f"{os.environ['HOME']}/.cache"
    return {**kept, "HOME": str(home), "XDG_CACHE_HOME": cache, "PYTHONWARNINGS": "error", **more}


def command(*words: str) -> list[str]:
    """The program with these words."""
    return [sys.executable, "-m", "quarterdeck", *words]


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a portfolio's folder, as its user would."""
    return subprocess.run(
        command(*words), cwd=root, env=environ_of(root), capture_output=True, text=True, check=False
    )


ABROAD = {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C", "COLUMNS": "40"}
"""Where the one build of the sample is made that tests look at: another one elsewhere has to give the same bytes."""


def sample_by(factory: pytest.TempPathFactory, builder: str) -> Path:
    """The sample in git with its site by a builder, built once for all tests of a run."""

    def make(root: Path) -> None:
        process = building(the_sample(root), builder, umask=0o022, **ABROAD)
        _, said = process.communicate(timeout=600)
        assert (process.returncode, said) == (0, "")

    return once(factory, f"a-folder-with-a-name-{builder}", make)


def boat_by(factory: pytest.TempPathFactory, builder: str) -> Path:
    """A portfolio of one boat with its site by a builder, built once for all tests of a run."""
    return once(factory, f"boat-{builder}", lambda root: built(a_portfolio(root), "--builder", builder))


def building(root: Path, builder: str, *, umask: int, **environ: str) -> subprocess.Popen[str]:
    """Commit a portfolio and start to build it, with a cache of its own."""
    write(root, ".gitignore", "build/\n")
    commit(root)
    cache = str(root.parent / f"cache-{root.name}")
    return subprocess.Popen(
        command("build", "--builder", builder),
        cwd=root,
        env=environ_of(root, XDG_CACHE_HOME=cache, **environ),
        umask=umask,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def build(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Build a portfolio that is a sample, with the real site builder."""
    return run(root, "build", "--as-of", AS_OF, *words)


def built(root: Path, *words: str) -> Path:
    """Build a portfolio and give the folder of its build, or fail with what the program said."""
    done = build(root, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "build"


def stub_builder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put pages into the site as they stand, in place of a site builder."""

    def wrap(builder: Builder, tree: Path, as_of: date) -> BuildLog:
        del as_of
        site = tree / "site"
        shutil.copytree(tree / "docs", site)
        for page in sorted(site.rglob("*.md")):
            path = page.relative_to(site).as_posix()
            write(site, twin_path(path).replace(".md", ".html"), page.read_bytes())
        return BuildLog(builder, site, "")

    monkeypatch.setattr(stages, "run_builder", wrap)


def commit(root: Path, day: str = "2026-11-20") -> str:
    """Commit everything below a folder as of a day, and give the hash."""
    moment = f"{day}T12:00:00Z"
    environ = os.environ | {"GIT_COMMITTER_DATE": moment, "GIT_AUTHOR_DATE": moment}
    if not (root / ".git").exists():
        subprocess.run(["git", "init", "-q", "-b", "main"], cwd=root, check=True)
    for words in (["add", "-A"], ["commit", "-qm", "state"]):
        subprocess.run(["git", *words], cwd=root, check=True, env=environ)
    found = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True, text=True)
    return found.stdout.strip()


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder: its path from there, and its bytes."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def digests(folder: Path) -> dict[str, str]:
    """Hash of every file below a folder, by path."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in files_of(folder)}


def holding(folder: Path, word: str) -> list[str]:
    """Files below a folder whose path or text holds a word, in any case."""
    wanted = word.casefold()
    return [
        name
        for name, data in files_of(folder)
        if wanted in name.casefold() or wanted in data.decode("utf-8", "replace").casefold()
    ]


class Element:
    """A start tag of a page."""

    def __init__(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        """Keep its name and attributes; one without a value has none."""
        self.tag = tag
        self.attributes = {name: value or "" for name, value in attributes.items()}

    def __repr__(self) -> str:
        """As it may have been written."""
        return f"<{self.tag} {self.attributes}>"


class Dom(HTMLParser):
    """The tags of a page as a browser would read them, and its text."""

    def __init__(self, html: str) -> None:
        """Read the whole page at once."""
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.scripts: list[str] = []
        self.words: list[str] = []
        self.titles: list[str] = []
        self._inside: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag."""
        self.elements.append(Element(tag, dict(attrs)))
        if tag in {"script", "style", "title"}:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave scripts, styles and titles."""
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        """Keep what can be read apart from what can run."""
        inside = self._inside[-1] if self._inside else ""
        {"script": self.scripts, "style": self.scripts, "title": self.titles}.get(inside, self.words).append(
            data
        )

    @property
    def text(self) -> str:
        """What stands between the tags, in one line."""
        return re.sub(r"\s+", " ", " ".join(self.words))

    def of(self, *tags: str) -> Iterable[Element]:
        """The elements of these names."""
        return [one for one in self.elements if one.tag in tags]


def pages_of(site: Path) -> dict[str, Dom]:
    """Every HTML page of a site, by path."""
    return {name: Dom(data.decode()) for name, data in files_of(site) if name.endswith(".html")}
