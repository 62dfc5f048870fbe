"""Writes one audience's configuration and runs MkDocs or Zensical over it, as a program of its own."""

import html
import importlib.metadata
import importlib.util
import os
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

import msgspec
import yaml

from quarterdeck.model.errors import OutsideError
from quarterdeck.model.page import Page

Builder = Literal["mkdocs", "zensical"]

PACKAGE: Final = Path(str(files("quarterdeck.site")))
DEFAULT_CONFIG: Final = PACKAGE / "mkdocs.yml"
THEME: Final = PACKAGE / "theme"
ASSETS: Final = PACKAGE / "assets"
SIGN_OUT: Final = "/auth/out"
"""Where readers of a published site sign out; it stands beside all versions, so its address begins at the host."""

_EXTRA: Final[dict[Builder, str]] = {"mkdocs": "quarterdeck", "zensical": "quarterdeck[zensical]"}
_NEEDED: Final[dict[Builder, tuple[tuple[str, str, int], ...]]] = {
    "mkdocs": (
        ("mkdocs", "mkdocs", 1),
        ("material", "mkdocs-material", 9),
        ("mkdocs_macros", "mkdocs-macros-plugin", 1),
    ),
    "zensical": (("zensical", "zensical", 0),),
}
"""Module, distribution and major version with which the theme was tried."""

_KEPT: Final = (
    "HOME",
    "LD_LIBRARY_PATH",
    "PATH",
    "PYTHONPATH",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TMPDIR",
    "USERPROFILE",
)
"""What a builder sees of the environment; nothing else may change a page."""

_WARNING = re.compile(r"^\s*(?:\[\w+\]\s*)?(?:WARNING|ERROR|CRITICAL|Warning|Error)\b", re.MULTILINE)
_FRAMES = re.compile(r"^Traceback .*\n(?:[ \t]+.*\n)*", re.MULTILINE)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LAST_CHANGED = re.compile(rb"\s*<lastmod>[^<]*</lastmod>")
_BRACES = str.maketrans({"{": "&#123;", "}": "&#125;"})
_FENCE_OR_LINK = re.compile(
    r'''^(?P<fence>```|~~~).*?^(?P=fence)|href="(?P<link>(?![/\\]|[\w+.-]+:)[^"#?]+)(?P<rest>[^"]*)"''',
    re.MULTILINE | re.DOTALL,
)
_FOLDER_PAGES = frozenset({"index", "README"})
"""Pages that lie in their own folder already."""
_LONGEST_SECONDS = 900
_TRIES: Final[dict[Builder, int]] = {"mkdocs": 1, "zensical": 3}
_MISSED = re.compile(r"disconnected|does not exist|made no page")
"""What is said when Zensical missed something: it looks for its files while it works, and on a busy machine may look
at links before it found all pages, or lose the thread that looks. A run anew succeeds, and a true fault stays."""
_MOST_LINES = 20


class NavItem(msgspec.Struct, frozen=True):
    """A page of the navigation, or a tab with pages under it."""

    title: str
    """Plain text."""
    path: str = ""
    """Markdown file below `docs/`; empty for a tab."""
    children: tuple["NavItem", ...] = ()


class BuildLog(msgspec.Struct, frozen=True):
    """What a build made; one that warned is never returned."""

    builder: Builder
    site: Path
    output: str
    """What the builder said, without colours."""


def nav_of(pages: Iterable[Page]) -> tuple[NavItem, ...]:
    """Make the navigation: a tab for each section, in it a line for each group, where its first page stands."""
    return _items(
        pages,
        lambda page: page.section,
        lambda tab: _items(tab, lambda page: page.group, lambda group: tuple(map(_line, group))),
    )


def _items(
    pages: Iterable[Page], name: Callable[[Page], str], below: Callable[[list[Page]], tuple[NavItem, ...]]
) -> tuple[NavItem, ...]:
    """A page without such a name by itself, the others under it, in order of appearance."""
    found: dict[str, list[Page]] = {}
    for page in pages:
        found.setdefault(name(page) or page.path, []).append(page)
    return tuple(
        NavItem(title, children=below(those)) if name(those[0]) else _line(those[0])
        for title, those in found.items()
    )


def _line(page: Page) -> NavItem:
    return NavItem(page.title, page.path)


def write_config(
    tree: Path,
    root_config: Path,
    nav: Sequence[NavItem],
    site_name: str,
    qd: Mapping[str, object] | None = None,
) -> Path:
    """Write `mkdocs.yml` into an audience's tree and put our style sheet, script and font beside its pages.

    Args:
        tree: `build/<audience>`, whose pages stand in `docs/`.
        root_config: The portfolio's own `mkdocs.yml`; the one of the package where there is none.
        nav: All pages, with explicit titles.
        site_name: As printed in the header, in plain text.
        qd: What theme and macros read: `sample` (bool), `briefing` (path from the tree), `has_files` (whether each
            page has its Markdown beside it) and, where readers sign in, `sign_out` (address at which they sign out).

    Returns:
        The file written; equal arguments give equal bytes.
    """
    inherited = root_config if root_config.is_file() else DEFAULT_CONFIG
    config: dict[str, object] = {
        "INHERIT": os.path.relpath(inherited, tree),
        "site_name": _safe(site_name),
        "docs_dir": "docs",
        "site_dir": "site",
        "nav": [_nav_entry(item) for item in nav],
        "theme": {"custom_dir": str(THEME)},
        "extra": {"qd": dict(qd or {})},
    }
    _copy_assets(tree / "docs" / "assets")
    path = tree / "mkdocs.yml"
    path.write_text(
        yaml.safe_dump(config, allow_unicode=True, sort_keys=True), encoding="utf-8", newline="\n"
    )
    return path


def run_builder(builder: Builder, tree: Path, as_of: date) -> BuildLog:
    """Build `site/` of a tree that `write_config` prepared, anew and with the same bytes each time.

    Args:
        builder: Either gives the same pages.
        tree: `build/<audience>`.
        as_of: The only date that the builder sees.

    Raises:
        OutsideError: The builder or its theme is missing or of another major version, fails, or warns.
    """
    _check_installed(builder)
    site = tree / "site"
    tries = _TRIES[builder]
    while True:
        code, output = _run(builder, tree, as_of)
        complaint = _complaint(builder, code, tree, output)
        tries -= 1
        if not (tries and _MISSED.search(complaint)):
            break
    if complaint:
        raise OutsideError(complaint)
    _make_reproducible(site)
    shutil.rmtree(tree / ".cache", ignore_errors=True)  # Zensical's, of this one build
    return BuildLog(builder, site, output)


def _run(builder: Builder, tree: Path, as_of: date) -> tuple[int, str]:
    """Run the builder once over an empty `site/`; its exit code and what it said, without colours."""
    shutil.rmtree(tree / "site", ignore_errors=True)
    command = [sys.executable, "-m", builder, "build", "-f", "mkdocs.yml", "--strict", "--clean"]
    try:
        with _links_as_read_by(builder, tree / "docs"):
            done = subprocess.run(  # noqa: S603 - our own interpreter and fixed words
                command,
                cwd=tree,
                env=_environment(as_of),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_LONGEST_SECONDS,
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise OutsideError(
            f"{builder} was stopped after {_LONGEST_SECONDS} seconds without an end"
        ) from error
    return done.returncode, _COLOUR.sub("", (done.stdout + done.stderr).decode("utf-8", "replace"))


def _nav_entry(item: NavItem) -> dict[str, object]:
    return {_safe(item.title): [_nav_entry(child) for child in item.children] if item.children else item.path}


def _safe(title: str) -> str:
    """Escape a title: both builders print titles into HTML as they stand."""
    return html.escape(" ".join(title.split())).translate(_BRACES)


def _copy_assets(target: Path) -> None:
    for source in sorted(ASSETS.rglob("*")):
        if not source.is_file() or source.suffix == ".md":
            continue
        copy = target / source.relative_to(ASSETS)
        copy.parent.mkdir(parents=True, exist_ok=True)
        content = source.read_bytes()
        if not copy.is_file() or copy.read_bytes() != content:
            copy.write_bytes(content)


def _check_installed(builder: Builder) -> None:
    for module, distribution, major in _NEEDED[builder]:
        advice = f"run: pip install '{_EXTRA[builder]}'"
        if importlib.util.find_spec(module) is None:
            raise OutsideError(f"the site builder needs {distribution}, which is not installed; {advice}")
        found = importlib.metadata.version(distribution)
        if found.split(".")[0] != str(major):
            raise OutsideError(f"{distribution} {found} is installed, but {major}.x is needed; {advice}")


@contextmanager
def _links_as_read_by(builder: Builder, docs: Path) -> Iterator[None]:
    """While it works, give a builder the links of raw HTML as it reads them.

    MkDocs leaves them alone, so that they start from the page's folder; Zensical moves them into that folder,
    so that they must start from the Markdown file.
    """
    originals = {}
    if builder == "zensical":
        for file in sorted(docs.rglob("*.md")):
            path = file.relative_to(docs)
            text = file.read_bytes().decode()
            changed = text if path.stem in _FOLDER_PAGES else _links_from_the_file(text, path)
            if changed != text:
                originals[file] = text
                file.write_bytes(changed.encode())
    try:
        yield
    finally:
        for file, text in originals.items():
            file.write_bytes(text.encode())


def _links_from_the_file(text: str, path: Path) -> str:
    def changed(found: re.Match[str]) -> str:
        link = found["link"]
        if link is None:
            return found[0]
        whole = posixpath.relpath(
            posixpath.join(path.with_suffix("").as_posix(), link), path.parent.as_posix()
        )
        return f'href="{whole}{"/" if link.endswith("/") else ""}{found["rest"]}"'

    return _FENCE_OR_LINK.sub(changed, text)


def _environment(as_of: date) -> dict[str, str]:
    midnight = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | {
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "NO_MKDOCS_2_WARNING": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "SOURCE_DATE_EPOCH": str(max(0, int(midnight.timestamp()))),
        "TZ": "UTC",
    }


def _without_site_page(tree: Path) -> list[str]:
    """Markdown files of which the builder made no page, in order."""
    docs = tree / "docs"
    pages = sorted(file.relative_to(docs) for file in docs.rglob("*.md"))
    return [
        page.as_posix()
        for page in pages
        if not (
            tree
            / "site"
            / (page.parent if page.stem in _FOLDER_PAGES else page.with_suffix(""))
            / "index.html"
        ).is_file()
    ]


def _complaint(builder: Builder, code: int, tree: Path, output: str) -> str:
    """What is wrong with a run that ended so; empty if nothing is."""
    warnings = _WARNING.findall(output)
    if code:
        reason = f"ended with code {code}"
    elif warnings:
        reason = f"gave {len(warnings)} warnings"
    elif lost := _without_site_page(tree):
        reason = f"made no page of {', '.join(lost[:_MOST_LINES])}"
    else:
        return ""
    lines = [line.rstrip() for line in _FRAMES.sub("", output).splitlines() if line.strip()]
    first = next((index for index, line in enumerate(lines) if _WARNING.match(line)), -_MOST_LINES)
    return "\n".join(
        [f"{builder} {reason}; no site was made:", *(f"  {line}" for line in lines[first:][:_MOST_LINES])]
    )


def _make_reproducible(site: Path) -> None:
    """Take out what names a date: pages alone say when their content changed."""
    (site / "sitemap.xml.gz").unlink(missing_ok=True)
    sitemap = site / "sitemap.xml"
    if sitemap.is_file():
        sitemap.write_bytes(_LAST_CHANGED.sub(b"", sitemap.read_bytes()))
