"""Puts a new portfolio under git, and commits it once."""

from collections.abc import Mapping
from pathlib import Path
from shlex import quote

from quarterdeck.git.program import Git

_MESSAGE = "A new portfolio"
_COMMIT = f'git add --all && git commit -m "{_MESSAGE}"'


def first_commit(root: Path, environ: Mapping[str, str]) -> str:
    """Begin a repository where the folder is in none, and commit what stands there.

    Args:
        root: The new portfolio.
        environ: May say who commits, in `GIT_AUTHOR_NAME` and the like; else git's own settings do.

    Returns:
        What was done in a line, or why not and what to type.
    """
    git = Git(root)
    top = git.word("rev-parse", "--show-toplevel")
    if top and Path(top).resolve() != root.resolve():
        alone = quote(str(root.resolve().relative_to(Path(top).resolve())))
        steps = f'cd {quote(top)} && git add -- {alone} && git commit -m "{_MESSAGE}" -- {alone}'
        return f"Not committed: it stands in the repository {top}. Commit it there, alone: {steps}"
    if not top and git.run("init", "--quiet", "--initial-branch=main") is None:
        why = "git is not installed, or refused"
        return f"Not under git: {why}. Install it; then, inside {root}: git init --initial-branch=main && {_COMMIT}"
    who = {name: word for name, word in environ.items() if name.startswith(("GIT_AUTHOR_", "GIT_COMMITTER_"))}
    asked = ("-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT")
    if git.run(*asked, more=who) is None:
        return (
            "Not committed: git does not know who you are. Type these, with your own name and address:\n"
            '  git config --global user.name "Your Name"\n'
            "  git config --global user.email you@example.com\n"
            f"Then, inside {root}: {_COMMIT}"
        )
    done = git.run("add", "--all") is not None
    if not done or git.run("commit", "--quiet", f"--message={_MESSAGE}", more=who) is None:
        return f"Not committed: git refused. See why with: {_COMMIT}"
    return (
        f"committed as {git.word('rev-parse', '--short', 'HEAD')} on {git.word('branch', '--show-current')}"
    )
