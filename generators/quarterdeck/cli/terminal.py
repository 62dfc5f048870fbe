"""What every command prints in the same way, and how it asks before it writes."""

import os
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

    from quarterdeck.commands.versions import Told


def tell(sentences: "Iterable[str]") -> None:
    """Print a line for each."""
    for line in sentences:
        click.echo(line)


def finish(how: str, sentences: "Iterable[str]", code: int) -> int:
    """Print a result, line by line or as JSON, and give its exit code."""
    if how == "json":
        from quarterdeck.commands.formats import said_as_json

        click.echo(said_as_json(sentences, code), nl=False)
    else:
        tell(sentences)
    return code


def finish_told(how: str, done: "Told", shown: "Sequence[str]" = ()) -> int:
    """Print what was done, after the plan that is still to be printed, and give its exit code."""
    return finish(how, (*shown, *done.sentences), done.exit_code)


def show_plan(how: str, sentences: "Iterable[str]") -> "Sequence[str]":
    """Show a plan before anybody is asked; gives what is still to be printed: all of it, where that is JSON."""
    if how == "json":
        return tuple(sentences)
    tell(sentences)
    return ()


def agreed(question: str, *, yes: bool, dry_run: bool) -> bool:
    """Whether what was shown is to be done; says why where it is not."""
    if dry_run:
        click.echo("Nothing was written: --dry-run only shows.", err=True)
    elif not yes and not sys.stdin.isatty():
        click.echo("Nothing was written: nobody is here to ask. Add --yes to write this.", err=True)
    elif yes or click.confirm(question, err=True):
        return True
    else:
        click.echo("Nothing was written.", err=True)
    return False


def progress_shown() -> "AbstractContextManager[None]":
    """Shows on a terminal what is being done."""
    from quarterdeck.commands.progress import shown

    return shown(sys.stderr, os.environ)
