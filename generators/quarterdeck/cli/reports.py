"""Commands that make and explain reports: check, build, serve, explain, changes, formula, rules."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterdeck.cli.clock import today
from quarterdeck.cli.options import (
    as_of_option,
    builder_option,
    fail_on_option,
    format_option,
    portfolio_option,
    refuse,
    root_of,
)
from quarterdeck.cli.terminal import finish, progress_shown
from quarterdeck.model.severity import Severity

if TYPE_CHECKING:
    from datetime import date

    from quarterdeck.commands.build import Built


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "how",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    help="Print as FORMAT (text).",
)
@fail_on_option
def check(paths: Sequence[Path], how: str, fail_on: str | None) -> int:
    """Check handoffs, or any Markdown files, and say what to mend.

    Without PATHS it checks the portfolio that holds the current folder.
    """
    from quarterdeck.commands import formats
    from quarterdeck.commands.check import check as run

    result = run(paths, Path.cwd(), os.environ)
    code = formats.exit_code(result.problems, Severity(fail_on) if fail_on else None)
    click.echo(formats.problems_as(formats.as_format(how), result.problems, result.files, code), nl=False)
    click.echo(formats.summary(result.problems, result.files), err=True)
    return code


@click.command()
@portfolio_option
@as_of_option
@builder_option
@fail_on_option
@format_option
def build(
    portfolio: Path | None, as_of: "date | None", builder: str | None, fail_on: str | None, how: str
) -> int:
    """Build the report site of a portfolio into its build folder."""
    from quarterdeck.commands import formats
    from quarterdeck.commands.build import build as run

    with progress_shown():
        built = run(root_of(portfolio), os.environ, as_of=as_of, today=today, builder=builder)
    code = built.exit_code(Severity(fail_on) if fail_on else None)
    if how == "json":
        click.echo(built.as_json(code), nl=False)
    else:
        click.echo(formats.problems_as("text", built.refused, 0, code), nl=False, err=True)
        _say(built, Severity(fail_on) if fail_on else None)
    if built.hint:
        click.echo(built.hint, err=True)
    return code


def _say(built: "Built", fail_on: Severity | None) -> None:
    for line in built.sentences():
        click.echo(line)
    for finding in built.at_or_above(fail_on) if fail_on else ():
        click.echo(f"{finding.severity}: {finding.id}: {finding.message}", err=True)


@click.command()
@portfolio_option
@as_of_option
@builder_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    help="Listen on PORT of this machine (8000; 0 for any).",
)
@click.option("--audience", default="", help="Show the site of AUDIENCE (the first one).")
@click.option("--published", is_flag=True, help="Show what was published, and build nothing.")
@click.option("--sign-in", is_flag=True, help="With --published: ask readers to sign in, as in the cloud.")
def serve(
    portfolio: Path | None,
    as_of: "date | None",
    builder: str | None,
    port: int,
    audience: str,
    *,
    published: bool,
    sign_in: bool,
) -> int:
    """Build, show the site, and build again on each change."""
    if published:
        refuse(as_of or builder, "--as-of and --builder belong to a build, and --published builds nothing.")
        refuse(sign_in and audience, "--sign-in shows readers their own audience: leave --audience out.")
        from quarterdeck.commands.published import serve as show

        show(root_of(portfolio), os.environ, port=port, audience=audience, sign_in=sign_in, say=click.echo)
        return 0
    refuse(sign_in, "--sign-in stands before what was published: add --published.")
    from quarterdeck.commands.serve import serve as run

    run(
        root_of(portfolio),
        os.environ,
        as_of=as_of,
        today=today,
        builder=builder,
        port=port,
        audience=audience,
    )
    return 0


@click.command()
@click.argument("name", metavar="[ENTITY.]FIGURE")
@portfolio_option
@as_of_option
@format_option
def explain(name: str, portfolio: Path | None, as_of: "date | None", how: str) -> int:
    """Show how a figure was made, down to the lines of the files.

    Without ENTITY it is the figure of the whole portfolio.
    """
    from quarterdeck.commands import explain as command

    tree = command.explain(root_of(portfolio), os.environ, name, as_of=as_of, today=today)
    click.echo(command.as_json(tree) if how == "json" else command.as_text(tree), nl=False)
    return 0


@click.command("changes")
@click.argument("base", metavar="[BASE]", default="")
@click.argument("head", metavar="[HEAD]", default="")
@click.option(
    "--role",
    type=click.Choice(["ceo", "cto", "cfo", "cmo", "accounting"]),
    help="Show only what stands on the page of ROLE (all).",
    metavar="ROLE",
)
@portfolio_option
@as_of_option
@click.option(
    "--format",
    "how",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="Print as FORMAT (text).",
)
def changes(
    base: str, head: str, role: str | None, portfolio: Path | None, as_of: "date | None", how: str
) -> int:
    """Show what changed between BASE and HEAD.

    Each is a commit, a published version or a briefing.json. Without BASE it is the newest published version,
    else the commit before; without HEAD what is checked out. Markdown is for a pull request.
    """
    from quarterdeck.commands import changes as command
    from quarterdeck.model.finding import ROLES
    from quarterdeck.reports.changed_lists import as_markdown, as_text

    told = command.changes(
        root_of(portfolio),
        os.environ,
        base,
        head,
        today=today,
        as_of=as_of,
        role=ROLES[ROLES.index(role)] if role else None,
    )
    printed = {"text": as_text, "markdown": as_markdown, "json": command.as_json}[how]
    click.echo(printed(told), nl=False)
    return 0


@click.command()
@click.argument("code", metavar="[ID]", default="")
@click.argument("inputs", metavar="[JSON]", default="")
@format_option
def formula(code: str, inputs: str, how: str) -> int:
    """Compute formula ID from JSON, or list all formulas.

    JSON is one object with the names of the inputs, or - to read it from the standard input; with ID alone the
    formula is explained. What is computed is JSON in any FORMAT.
    """
    from quarterdeck.commands import formula as command

    if not inputs:
        return finish(how, (command.explained(code) if code else command.listed()).splitlines(), 0)
    given = sys.stdin.read() if inputs == "-" else inputs
    click.echo(command.compute(code, given), nl=False)
    return 0


@click.command()
@click.argument("code", metavar="[CODE]", default="")
@format_option
def rules(code: str, how: str) -> int:
    """Explain rule or audit check CODE, or list them all."""
    from quarterdeck.commands import rules as command

    if how == "json":
        click.echo(command.as_json(code), nl=False)
    else:
        click.echo(command.explained(code) if code else command.listed(), nl=False)
    return 0
