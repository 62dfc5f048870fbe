"""Commands that give readers a version, and look after where it stands: publish, infra."""

import os
from pathlib import Path

import click

from quarterdeck.cli.clock import now
from quarterdeck.cli.options import format_option, portfolio_option, root_of
from quarterdeck.cli.terminal import progress_shown


@click.command()
@portfolio_option
@click.option("--begin", is_flag=True, help="Make an empty bucket this portfolio's store.")
@click.option("--dry-run", is_flag=True, help="Show what would be published, and write nothing.")
@format_option
def publish(portfolio: Path | None, how: str, *, begin: bool, dry_run: bool) -> int:
    """Give readers what was built, as a version of its own.

    Where nothing is new no version is made.
    """
    from quarterdeck.commands.publish import run

    with progress_shown():
        outcome = run(root_of(portfolio), os.environ, now=now(), is_first=begin, dry_run=dry_run)
    code = outcome.exit_code()
    if how == "json":
        click.echo(outcome.as_json(code), nl=False)
    else:
        for line in outcome.sentences():
            click.echo(line)
    return code


@click.group()
def infra() -> None:
    """Look after what a private site needs in AWS."""


@infra.command("check")
@portfolio_option
@format_option
def infra_check(portfolio: Path | None, how: str) -> int:
    """Compare what stands in AWS with the template; change nothing.

    Publishing does the same first, and refuses while something is open. Exit code 4 says that the settings name a part
    alone, so that the rest was not looked at.
    """
    from quarterdeck.commands import infra as command

    found = command.check(root_of(portfolio), os.environ)
    if how == "json":
        click.echo(found.as_json(), nl=False)
    else:
        for line in found.lines():
            click.echo(line)
    click.echo(found.summary(), err=True)
    return found.exit_code()


@infra.command("template")
@click.option("--mail", "is_mail", is_flag=True, help="Print the one for what becomes of mail instead.")
def infra_template(*, is_mail: bool) -> int:
    """Print the template for CloudFormation, with all code in it."""
    from quarterdeck.commands import infra as command

    click.echo(command.mail_template() if is_mail else command.template(), nl=False)
    return 0
