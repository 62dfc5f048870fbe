"""Commands about versions that were published: list, give again, keep, remove, compare, make again."""

import os
import sys
from pathlib import Path

import click

from quarterdeck.cli.clock import now
from quarterdeck.cli.options import WRITES_OR_NOT, format_option, portfolio_option, refuse, root_of
from quarterdeck.cli.terminal import agreed, finish, finish_told, progress_shown, show_plan, tell


@click.command()
@portfolio_option
@format_option
def versions(portfolio: Path | None, how: str) -> int:
    """List what was published, newest first.

    Says which one readers are given, which are pinned, and what runs left that were cut short.
    """
    from quarterdeck.commands.versions import versions as run

    found = run(root_of(portfolio), os.environ)
    click.echo(found.as_json(), nl=False) if how == "json" else tell(found.sentences())
    return 0


@click.command()
@click.argument("version")
@portfolio_option
@format_option
def rollback(version: str, portfolio: Path | None, how: str) -> int:
    """Give readers an older VERSION again.

    It has to be whole, and in the list of everybody. Nothing is built, sent or mailed.
    """
    from quarterdeck.commands.versions import rollback as run

    return finish_told(how, run(root_of(portfolio), os.environ, version))


@click.command()
@click.argument("version")
@portfolio_option
@click.option("--off", is_flag=True, help="Leave it to prune again.")
@format_option
def pin(version: str, portfolio: Path | None, how: str, *, off: bool) -> int:
    """Keep VERSION whatever prune would remove."""
    from quarterdeck.commands.versions import pin as run

    return finish_told(how, run(root_of(portfolio), os.environ, version, is_pinned=not off))


@click.command()
@portfolio_option
@click.option(
    "--keep", type=click.IntRange(min=1), help="Keep the newest N (as portfolio.yml says: 30).", metavar="N"
)
@click.option("--yes", is_flag=True, help="Remove without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would go, and remove nothing.")
@format_option
def prune(portfolio: Path | None, keep: int | None, how: str, *, yes: bool, dry_run: bool) -> int:
    """Remove old versions, and what runs left that were cut short.

    The newest stay, the last one of each month, pinned ones, and always what readers are given. Lists what would go,
    then asks. Records for trends stay.
    """
    from quarterdeck.commands.versions import prune as run

    refuse(yes and dry_run, WRITES_OR_NOT)
    planned = run(root_of(portfolio), os.environ, keep=keep, now=now())
    shown = show_plan(how, planned.sentences())
    if not planned.plan.removed:
        click.echo("Nothing is to be removed.", err=True)
    elif agreed("Remove these?", yes=yes, dry_run=dry_run):
        return finish_told(how, planned.apply(), shown)
    return finish(how, shown, 0)


@click.command()
@click.argument("version")
@portfolio_option
@format_option
def verify(version: str, portfolio: Path | None, how: str) -> int:
    """Read all of VERSION again, and compare it with its manifest.

    Names what was changed, what is missing, and what does not belong there; any of it is code 1.
    """
    from quarterdeck.commands.versions import verify as run

    with progress_shown():
        done = run(root_of(portfolio), os.environ, version)
    return finish_told(how, done)


@click.command()
@click.argument("version")
@portfolio_option
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    help="Put the site of each audience into DIR, new or empty (thrown away).",
    metavar="DIR",
)
@click.option(
    "--evidence",
    type=click.Path(path_type=Path),
    help="Take the version's evidence from DIR (that of the store).",
    metavar="DIR",
)
@format_option
def rebuild(version: str, portfolio: Path | None, to: Path | None, evidence: Path | None, how: str) -> int:
    """Make the site of VERSION again, and compare it with what was published.

    Takes the files of its commit from git, aside: nothing here is touched. With --evidence no bucket is asked.
    """
    from quarterdeck.commands.rebuild import rebuild as run

    with progress_shown():
        rebuilt = run(root_of(portfolio), os.environ, version, to=to, evidence=evidence)
    return finish(how, rebuilt.sentences(), rebuilt.exit_code())


@click.command()
@click.argument("term", default="")
@click.option("--entity", default="", help="Take out business ENTITY, by its id and names.", metavar="ENTITY")
@click.option("--word", is_flag=True, help="Leave longer words that only hold it.")
@portfolio_option
@click.option("--yes", is_flag=True, help="Take it out without asking.")
@click.option("--dry-run", is_flag=True, help="Show where it stands, and change nothing.")
@format_option
def purge(
    term: str, entity: str, portfolio: Path | None, how: str, *, word: bool, yes: bool, dry_run: bool
) -> int:
    """Take TERM out of every version for good, and prove that it is gone.

    TERM is found in every written form; - reads it from the standard input. Shows where it stands, then asks. Of a
    business its pages, downloads and private files go, too. What still holds it afterwards is code 1.
    """
    from quarterdeck.commands.purge import purge as run

    refuse(bool(term) == bool(entity), "Name one thing to take out: TERM, or --entity ENTITY.")
    refuse(yes and dry_run, WRITES_OR_NOT)
    wanted = sys.stdin.read().strip() if term == "-" else term
    with progress_shown():
        planned = run(root_of(portfolio), os.environ, term=wanted, entity=entity, whole_words=word)
    shown = show_plan(how, planned.sentences())
    is_agreed = agreed("Take it out for good?", yes=yes, dry_run=dry_run)
    return finish_told(how, planned.apply(), shown) if is_agreed else finish(how, shown, 0)
