"""Commands that make a portfolio and keep it in order: init, add, key, doctor, upgrade, completion."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quarterdeck.cli.clock import today
from quarterdeck.cli.options import WRITES_OR_NOT, format_option, portfolio_option, refuse, root_of
from quarterdeck.cli.terminal import agreed, finish, progress_shown
from quarterdeck.model.errors import QuarterdeckError

if TYPE_CHECKING:
    from collections.abc import Callable

    from quarterdeck.commands.add import Addition

_KINDS = ("charter", "concert", "hauling", "agency", "rental", "delivery", "saas", "generic")
_COLOURS = {"ok": "green", "wrong": "red", "not looked at": "yellow"}
_DIFF = {"+": "green", "-": "red", "@": "cyan"}


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--name", help="Call the portfolio NAME (the folder's name).", metavar="NAME")
@click.option("--business", help="Start with a handoff for BUSINESS (First business).", metavar="BUSINESS")
@click.option(
    "--kind",
    type=click.Choice(_KINDS),
    help="KIND is charter, concert, hauling, agency, rental, delivery, saas or generic (generic).",
    metavar="KIND",
)
@click.option(
    "--person",
    "people",
    multiple=True,
    help='Let somebody read: "Pat Lindqvist <pat@harbor.example> cfo,cmo". May be repeated.',
    metavar="PERSON",
)
@click.option("--timezone", help="Begin days in ZONE (that of this computer).", metavar="ZONE")
@click.option("--currency", help="Count in CURRENCY (USD).", metavar="CURRENCY")
@click.option("--bucket", help="Publish to S3 BUCKET (the folder published).", metavar="BUCKET")
@click.option("--account", help="BUCKET is in AWS ACCOUNT, 12 digits.", metavar="ACCOUNT")
@click.option("--region", help="BUCKET is in REGION (us-east-1).", metavar="REGION")
@click.option(
    "--owner", default="", help="OWNER on GitHub agrees to changes of readers and roles.", metavar="@OWNER"
)
@click.option(
    "--from",
    "folder",
    type=click.Path(path_type=Path),
    help="Bring in the handoffs of FOLDER, as they are.",
    metavar="FOLDER",
)
@click.option("--yes", is_flag=True, help="Ask nothing; take what stands in parentheses.")
@click.option("--dry-run", is_flag=True, help="Show what would be made, and make nothing.")
@format_option
def init(
    directory: Path,
    people: Sequence[str],
    folder: Path | None,
    how: str,
    *,
    yes: bool,
    dry_run: bool,
    **said: Any,  # noqa: ANN401 - options of `Given`, by name
) -> int:
    """Make a new portfolio in DIRECTORY that builds at once.

    Asks five questions where somebody sits at a terminal, except what an option answers. Nothing is ever written over.
    """
    from quarterdeck.commands import init as command
    from quarterdeck.commands.answers import Given
    from quarterdeck.start.readers import reader_of

    given = Given(**said, people=tuple(reader_of(one) for one in people), folder=folder)
    ask = _default if yes or not sys.stdin.isatty() else _ask
    made = command.plan(directory, given, os.environ, today=today, ask=ask)
    if dry_run:
        click.echo("Nothing was written: --dry-run only shows.", err=True)
    return finish(how, made.sentences() if dry_run else command.apply(made, os.environ, today=today), 0)


def _default(question: str, default: str, read: "Callable[[str], str]") -> str:
    """Answer a question when nobody is there."""
    del question
    return read(default)


def _ask(question: str, default: str, read: "Callable[[str], str]") -> str:
    """Ask a question until the answer fits."""

    def value(text: str) -> str:
        try:
            return read(text)
        except QuarterdeckError as error:
            raise click.BadParameter(str(error)) from None

    told, _, question = question.rpartition("\n")
    if told:
        click.echo(told, err=True)
    return str(
        click.prompt(question, default=default, value_proc=value, show_default=bool(default), err=True)
    )


@click.group()
def add() -> None:
    """Add a business or a person to a portfolio."""


@add.command("entity")
@click.argument("name")
@click.option(
    "--kind", type=click.Choice(_KINDS), required=True, help="It is a business of KIND.", metavar="KIND"
)
@click.option("--id", "own_id", default="", help="Call it ID in files (made of NAME).", metavar="ID")
@portfolio_option
@click.option("--dry-run", is_flag=True, help="Show the file, and write nothing.")
@format_option
def add_entity(name: str, kind: str, own_id: str, portfolio: Path | None, how: str, *, dry_run: bool) -> int:
    """Begin the handoff of another business, NAME.

    The file holds the tables that businesses of KIND begin with. KIND is charter, concert, hauling, agency, rental,
    delivery, saas or generic.
    """
    from quarterdeck.commands import add as command

    addition = command.entity(root_of(portfolio), os.environ, name, kind, own_id=own_id, today=today)
    return _added(addition, how, dry_run=dry_run)


@add.command("person")
@click.argument("name")
@click.option("--address", default="", help="Mail goes to ADDRESS (none).", metavar="ADDRESS")
@click.option(
    "--role",
    "roles",
    multiple=True,
    help="They get the report of ROLE: ceo, cto, cfo, cmo, accounting. May be repeated.",
    metavar="ROLE",
)
@click.option("--audience", default="", help="They belong to AUDIENCE (the only one).", metavar="AUDIENCE")
@click.option("--id", "own_id", default="", help="Tasks name them ID (made of NAME).", metavar="ID")
@portfolio_option
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@format_option
def add_person(
    name: str,
    address: str,
    roles: Sequence[str],
    audience: str,
    own_id: str,
    portfolio: Path | None,
    how: str,
    *,
    dry_run: bool,
) -> int:
    """Write NAME into portfolio.yml, as somebody who reads or does tasks.

    NAME may hold all of it: "Pat Lindqvist <pat@harbor.example> ceo,cfo". Every other line of the file stays as it is.
    """
    from quarterdeck.commands import add as command
    from quarterdeck.start.readers import NewReader, reader_of, roles_of

    said = reader_of(name) if "<" in name else NewReader(name)
    reader = NewReader(said.name, address or said.address, roles_of(",".join(roles)) or said.roles, audience)
    return _added(command.person(root_of(portfolio), os.environ, reader, own_id=own_id), how, dry_run=dry_run)


def _added(addition: "Addition", how: str, *, dry_run: bool) -> int:
    if dry_run:
        click.echo("Nothing was written: --dry-run only shows.", err=True)
    return finish(how, addition.diff().splitlines() if dry_run else addition.write(), 0)


@click.command()
@portfolio_option
@format_option
def key(portfolio: Path | None, how: str) -> int:
    """Make the private key that fingerprints of secrets need.

    One that is there stays.
    """
    from quarterdeck.commands.key import key as run

    return finish(how, [run(root_of(portfolio))], 0)


@click.command()
@portfolio_option
@click.option("--offline", is_flag=True, help="Ask no network.")
@format_option
def doctor(portfolio: Path | None, how: str, *, offline: bool) -> int:
    """Look at all that is needed, and say what to do next.

    Looks at git, Python, versions, settings, files, key, programs and workflows, then at credentials, mail, store and
    roles. Only reads. Anything to mend is code 1.
    """
    from quarterdeck.commands.doctor import examine
    from quarterdeck.secrets.sinks import guard_logs

    guard_logs()
    with progress_shown():
        found = examine(root_of(portfolio), os.environ, is_offline=offline)
    code = found.exit_code()
    if how == "json":
        click.echo(found.as_json(code), nl=False)
    else:
        for sign in found.signs:
            state = click.style(f"{sign.state:<13}", fg=_COLOURS[sign.state])
            click.echo(f"{state}  {sign}")
    click.echo(found.summary(), err=True)
    return code


@click.command()
@portfolio_option
@click.option("--force", is_flag=True, help="Also take the place of files that you changed or removed.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@format_option
def upgrade(portfolio: Path | None, how: str, *, force: bool, yes: bool, dry_run: bool) -> int:
    """Bring a portfolio's workflows and scripts along.

    They become those of the installed version, and requirements ask for it. Shows what would change, then asks. What
    you changed yourself is named, and left alone.
    """
    from quarterdeck.commands.upgrade import upgrade as run

    refuse(yes and dry_run, WRITES_OR_NOT)
    planned = run(root_of(portfolio), is_forced=force)
    if how == "text":
        for line in planned.diff():
            click.echo(click.style(line, fg=_DIFF.get(line[:1])))
    for line in planned.sentences():
        click.echo(line, err=True)
    is_written = planned.is_needed and agreed("Write this?", yes=yes, dry_run=dry_run)
    if is_written:
        planned.apply()
        click.echo("Written. Look at it with git status and git diff, then commit it.", err=True)
    if how == "json":
        click.echo(planned.as_json(0, is_written=is_written), nl=False)
    return 0


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print what lets SHELL complete commands and options.

    Add it to ~/.bashrc or ~/.zshrc, or for fish to ~/.config/fish/completions/quarterdeck.fish.
    """
    from click.shell_completion import get_completion_class

    if made := get_completion_class(shell):
        click.echo(
            made(
                click.get_current_context().find_root().command, {}, "quarterdeck", "_QUARTERDECK_COMPLETE"
            ).source()
        )
    return 0
