"""Commands that look at what is outside, and keep records of it: collect, history."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterdeck.cli.clock import now, today
from quarterdeck.cli.options import as_of_option, format_option, portfolio_option, refuse, root_of
from quarterdeck.cli.terminal import finish

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from quarterdeck.collectors.run import Done


@click.command()
@click.argument("kinds", nargs=-1, type=click.Choice(["history", "aws", "ses", "dns", "web", "repos"]))
@portfolio_option
@click.option("--account", default="", help="Look only at ACCOUNT of portfolio.yml.", metavar="ACCOUNT")
@click.option(
    "--accounts",
    "most",
    type=click.IntRange(min=1),
    help="Look only at N accounts, those seen longest ago (all).",
    metavar="N",
)
@click.option("--region", default="", help="Look only at REGION.", metavar="REGION")
@click.option("--dry-run", is_flag=True, help="Show what would be asked, and ask nothing.")
@click.option(
    "--executor", default="", help="Use processes, or a running cluster: dask://HOST:PORT.", metavar="WHERE"
)
@format_option
def collect(
    kinds: Sequence[str],
    portfolio: Path | None,
    account: str,
    most: int | None,
    region: str,
    executor: str,
    how: str,
    *,
    dry_run: bool,
) -> int:
    """Look at AWS, mail, domains, sites and repositories; keep what is seen in evidence/.

    Only reads. Looks at all KINDS where none is named: aws, ses, dns, web, repos. First of all, history brings back
    what the versions that were published keep.
    """
    from quarterdeck.commands import collect as command
    from quarterdeck.secrets.sinks import guard_logs

    guard_logs()
    refuse(account and most, "--account names one, and --accounts counts them; leave one of them out.")
    root, at = root_of(portfolio), now()
    if dry_run:
        planned = command.plan(
            root, os.environ, now=at, kinds=kinds, account=account, most=most, region=region
        )
        return finish(how, planned, 0)
    collected = command.collect(
        root,
        os.environ,
        now=at,
        kinds=kinds,
        account=account,
        most=most,
        region=region,
        executor=executor,
        told=_progress(),
    )
    return finish(how, collected.sentences(), collected.exit_code())


def _progress() -> "Callable[[Done, int], None]":
    """Counts jobs on a terminal as they end; silent where nobody watches."""
    done: list[str] = []

    def told(one: "Done", everything: int) -> None:
        done.append(one.job.words)
        if sys.stderr.isatty():
            seen = len(one.brought.facts)
            click.echo(f"{len(done)}/{everything} {one.job.words}: {seen} records", err=True)

    return told


@click.group("history")
def history_() -> None:
    """Look after the records of earlier versions."""


@history_.command("backfill")
@portfolio_option
@as_of_option
@click.option(
    "--weeks", type=click.IntRange(min=1), help="Go back N weeks (as far as git goes).", metavar="N"
)
@click.option("--dry-run", is_flag=True, help="Show which weeks would be worked out, and write nothing.")
@format_option
def history_backfill(
    portfolio: Path | None, as_of: "date | None", weeks: int | None, how: str, *, dry_run: bool
) -> int:
    """Work out from git what earlier weeks would have reported.

    Takes the last commit of each week, and writes one record for it into evidence/history/. A week of which a
    version was published keeps the record of that.
    """
    from quarterdeck.commands.history import backfill as run

    lines = run(root_of(portfolio), os.environ, as_of=as_of, today=today, weeks=weeks, is_dry_run=dry_run)
    return finish(how, lines, 0)
