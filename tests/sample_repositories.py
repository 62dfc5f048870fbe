"""Makes the sample's repositories: real git histories from the texts in `data/repos/`, with invented secrets.

Run as `python -m tests.sample_repositories FOLDER`; a repository that is there already stays as it is.

A history is a text of steps. `=== DAY AUTHOR | MESSAGE` begins one; after further bars may stand `branch=NAME` (the
step goes on a branch of its own), `tag=NAME`, `remove=PATH`, and `pushed=no` (this machine alone has it). `--- PATH`
begins a file of the step. What stands in `<<FORM:NAME>>` is a secret of that form that opens nothing; the same name
gives the same one everywhere.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from string import ascii_letters, ascii_uppercase, digits

HISTORIES = Path(__file__).parent / "data" / "repos"
_FAKE = re.compile(r"<<(\w+):(\w+)>>")
_HEX = "0123456789abcdef"


def names() -> tuple[str, ...]:
    """The sample's repositories in order of name."""
    return tuple(sorted(path.stem for path in HISTORIES.glob("*.history")))


def signs(seed: str, alphabet: str, count: int) -> str:
    """Signs that look drawn by lot, always the same for one seed."""
    drawn = b"".join(sha256(f"{seed}/{block}".encode()).digest() for block in range(count // 32 + 1))
    return "".join(alphabet[one % len(alphabet)] for one in drawn[:count])


def fake(form: str, name: str) -> str:
    """A secret of a form, made from its parts here so that it stands in no file of this project.

    Raises:
        KeyError: There is no such form.
    """
    seed = f"{form}:{name}"
    word = ascii_letters + digits
    made = {
        "stripe_live": lambda: "_".join(("sk", "live", signs(seed, word, 32))),
        "stripe_test": lambda: "_".join(("sk", "test", signs(seed, word, 32))),
        "aws_key_id": lambda: "AKI" + "A" + signs(seed, ascii_uppercase + "234567", 16),
        "aws_secret": lambda: signs(seed, word, 40),
        "postmark": lambda: "-".join(signs(f"{seed}{n}", _HEX, n) for n in (8, 4, 4, 4, 12)),
        "signing": lambda: signs(seed, word, 20),
        "people": lambda: _people(int(name)),
    }
    return made[form]()


def _people(count: int) -> str:
    """A list of people who do not exist."""
    rows = [f"{n},guest{n}@mail{n % 7}.example,+1 619 555 {n:04}" for n in range(1, count + 1)]
    return "\n".join(("number,email,phone", *rows))


def make(name: str, folder: Path) -> Path:
    """Make one repository of the sample below a folder; it is the same byte for byte each time."""
    root = folder / name
    if (root / ".git").is_dir():
        return root
    root.mkdir(parents=True, exist_ok=True)
    _git(root, "init", "--quiet", "--initial-branch=main")
    for step in re.split(
        r"^=== ", (HISTORIES / f"{name}.history").read_text(encoding="utf-8"), flags=re.MULTILINE
    )[1:]:
        _step(root, step)
    return root


def _step(root: Path, text: str) -> None:
    head, *files = re.split(r"^--- ", text, flags=re.MULTILINE)
    about, message, *more = (part.strip() for part in head.splitlines()[0].split("|"))
    day, _, author = about.partition(" ")
    options = dict(part.split("=", 1) for part in more)
    if branch := options.get("branch"):
        _git(root, "switch", "--quiet", "--create", branch)
    for file in files:
        path, _, content = file.partition("\n")
        target = root / path.strip()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_FAKE.sub(lambda found: fake(*found.groups()), content), encoding="utf-8")
    if path := options.get("remove"):
        (root / path).unlink()
    _git(root, "add", "--all", "--force")
    _git(root, "commit", "--quiet", f"--message={message}", author=author, at=f"{day}T17:00:00+00:00")
    if tag := options.get("tag"):
        _git(root, "tag", "--end-of-options", tag)
    if branch:
        _git(root, "switch", "--quiet", "main")
    if options.get("pushed") != "no":
        _git(root, "config", "remote.origin.url", f"https://git.example/{root.name}.git")
        _git(root, "config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
        _git(root, "update-ref", f"refs/remotes/origin/{branch or 'main'}", branch or "HEAD")


def _git(
    root: Path, *arguments: str, author: str = "Lee Nakamura", at: str = "2025-01-01T00:00:00+00:00"
) -> None:
    address = f"{author.rsplit(maxsplit=1)[-1].lower()}@mail.example"
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for who in ("AUTHOR", "COMMITTER"):
        own |= {f"GIT_{who}_NAME": author, f"GIT_{who}_EMAIL": address, f"GIT_{who}_DATE": at}
    subprocess.run(["git", *arguments], cwd=root, env={**os.environ, **own}, check=True)


if __name__ == "__main__":
    for one in names():
        make(one, Path(sys.argv[1]))
