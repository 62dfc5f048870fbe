"""What the doctor looks at on this machine: git, Python, versions, settings, key, programs and files."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from quarterdeck import __version__
from quarterdeck.commands.check import check
from quarterdeck.commands.inputs import INPUTS
from quarterdeck.commands.upgrade import is_own_checkout, upgrade
from quarterdeck.git.history import history, is_shallow
from quarterdeck.git.program import Git
from quarterdeck.mail.pdf import PROGRAMS
from quarterdeck.reports.words import counted
from quarterdeck.secrets.fingerprint import FILE, VARIABLE, fingerprint_key
from quarterdeck.settings import Settings
from quarterdeck.start.parts import PARTS, install
from quarterdeck.start.pin import is_newer, pinned
from quarterdeck.start.sign import Patient, Sign, ok, wrong

_LEAST: Final = (3, 11)
_SEE: Final = "To see it: quarterdeck upgrade --force --dry-run"
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def git(patient: Patient) -> Iterator[Sign]:
    """Whether git is there, and keeps this portfolio whole."""
    root = patient.root
    asked = Git(root)
    version = asked.word("version").removeprefix("git version ")
    if not version:
        yield wrong("git", "it is not installed", "Install it: https://git-scm.com/downloads")
        return
    if asked.word("rev-parse", "--is-inside-work-tree") != "true":
        mend = "Run: git init --initial-branch=main && git add . && git commit -m 'Begin'"
        yield wrong("git", "this folder is in no repository, so nothing can be published", mend)
        return
    found = history(root, INPUTS)
    if not found.commit:
        mend = "Run: git add . && git commit -m 'Begin'"
        yield wrong("git", "nothing is committed yet, so nothing can be published", mend)
        return
    if is_shallow(root):
        mend = "Run: git fetch --unshallow (in a workflow: fetch-depth: 0)"
        yield wrong("git", "older commits were never fetched, so days of changes are wrong", mend)
    if found.is_dirty:
        mend = "Look with git status, then: git add . && git commit -m 'What changed'"
        yield wrong("git", "files differ from the last commit, so publish and notify refuse", mend)
    yield from _remote(asked, version)


def _remote(asked: Git, version: str) -> Iterator[Sign]:
    """Whether a copy is kept elsewhere; asks git alone, and no network."""
    kept = f"git {version}, this portfolio in a repository"
    names = asked.word("remote").split()
    if not names:
        mend = "For a second copy: git remote add origin ADDRESS && git push -u origin HEAD"
        yield ok("git", f"{kept}; no remote, so this machine holds the only copy", mend)
        return
    ahead = asked.word("rev-list", "--count", "@{upstream}..HEAD")
    if ahead in {"", "0"}:
        yield ok("git", f"{kept}, with remote {names[0]}")
    else:
        yield ok("git", f"{kept}; {counted(int(ahead), 'commit')} not pushed yet", "To share: git push")


def python(patient: Patient) -> Iterator[Sign]:
    """Whether Python is new enough, and brings what the settings ask for."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _LEAST:
        yield wrong("Python", f"{version} is too old", "Install 3.11 or newer, then run scripts/setup.")
    missing = [extra for extra in _extras(patient.settings) if not _has(extra)]
    if missing:
        words = ",".join(missing)
        mend = f"Run: {sys.executable} -m {install(words)}"
        yield wrong("Python", f"parts that the settings ask for are missing: {', '.join(missing)}", mend)
    else:
        yield ok("Python", f"{version}, with all that the settings ask for")


def _extras(settings: Settings) -> Iterator[str]:
    """The extras without which some of the settings cannot be followed."""
    if settings.aws.accounts or settings.aws.endpoint:
        yield "collect"
    if settings.aws.endpoint:
        yield "embedded"
    if settings.people:
        yield "mail"
    if settings.publishing.bucket:
        yield "publish"
    if settings.builder == "zensical":
        yield "zensical"


def _has(extra: str) -> bool:
    return all(find_spec(module) is not None for module in PARTS[extra])


def lock(patient: Patient) -> Iterator[Sign]:
    """Whether the version that runs is the one that the portfolio asks for."""
    if is_own_checkout(patient.root):
        yield ok("version", f"{__version__}, from its own checkout")
        return
    pin = pinned(patient.root)
    if pin is None:
        mend = f"Write quarterdeck=={__version__} into requirements.txt."
        yield wrong("version", f"{__version__} runs, and no requirements file says which one should", mend)
    elif pin.version == __version__:
        yield ok("version", f"{__version__}, as {pin.path} asks for")
    else:
        is_behind = is_newer(pin.version, __version__)
        mend = "Run: scripts/setup" if is_behind else "Run: quarterdeck upgrade"
        yield wrong("version", f"{__version__} runs, and {pin.path} asks for {pin.version}", mend)


def files(patient: Patient) -> Iterator[Sign]:
    """Whether anything that people wrote is refused."""
    found = check([patient.root], patient.root, patient.environ)
    refused = {problem.path for problem in found.problems if problem.refused}
    if refused:
        what = f"{counted(len(refused), 'file')} refused, so publish and notify wait"
        yield wrong("files", what, "Run: quarterdeck check")
    else:
        yield ok("files", f"{counted(found.files, 'file')} read, none refused")


def key(patient: Patient) -> Iterator[Sign]:
    """Whether fingerprints of secrets can be made, and nobody else has their key."""
    root = patient.root
    file = root / FILE
    if Git(root).word("ls-files", "--", FILE):
        mend = f"Run: git rm --cached {FILE} && rm {FILE} && quarterdeck key, and add .quarterdeck/ to .gitignore."
        yield wrong("fingerprint key", f"{FILE} is in git, where others can read it", mend)
    elif not fingerprint_key(root, patient.environ):
        what = "there is none, so that one secret in two places is not known for the same"
        yield wrong("fingerprint key", what, f"Run: quarterdeck key, or set {VARIABLE}.")
    elif not patient.environ.get(VARIABLE, "").strip() and os.name == "posix" and _is_open(file):
        yield wrong("fingerprint key", f"others on this machine can read {FILE}", f"Run: chmod 600 {FILE}")
    else:
        yield ok("fingerprint key", "there, and out of git")


def _is_open(file: Path) -> bool:
    return bool(file.stat().st_mode & _OTHERS)


def programs(patient: Patient) -> Iterator[Sign]:
    """Whether the programs are there that some commands start; each can be done without."""
    path = patient.environ.get("PATH", os.defpath)
    for subject, names, use, how in (
        ("Node.js", ("node",), "quarterdeck serve --published --sign-in", "https://nodejs.org"),
        ("Chromium", PROGRAMS, "quarterdeck send --attach pdf", "it, or Chrome"),
    ):
        if any(shutil.which(name, path=path) for name in names):
            yield ok(subject, f"there, for {use}")
        else:
            yield ok(subject, f"not here; only {use} needs it", f"To have it, install {how}.")


def drift(patient: Patient) -> Iterator[Sign]:
    """Whether workflows, scripts and editor settings are those of the installed version."""
    if is_own_checkout(patient.root):
        yield ok("workflows", "this checkout is where they come from")
        return
    found = upgrade(patient.root)
    pin = pinned(patient.root)
    if paths := [one.path for one in found.plan.written if pin is None or one.path != pin.path]:
        what = f"{counted(len(paths), 'file')} missing or of another version: {', '.join(paths)}"
        yield wrong("workflows", what, "Run: quarterdeck upgrade")
    for one in found.plan.left:
        did = "changed" if one.what == "yours" else "removed"
        what = f"{one.path} was {did} by you, and Quarterdeck {__version__} has a newer one"
        yield ok("workflows", what, _SEE)
    if own := [one.path for one in found.plan.kept]:
        yield ok("workflows", f"you changed or removed {', '.join(own)}, and nothing newer is there", _SEE)
    if not (paths or found.plan.left or own):
        yield ok("workflows", f"those of Quarterdeck {__version__}")
