"""Commands that bring in what others recorded."""

import os
from pathlib import Path

import click

from quarterdeck.cli.clock import now
from quarterdeck.cli.options import WRITES_OR_NOT, format_option, portfolio_option, refuse, root_of
from quarterdeck.cli.terminal import agreed, finish, show_plan

_entity = click.option("--entity", default="", help="All of it belongs to ENTITY (told one by one).")
_repo = click.option("--repo", default="", help="It is about repository NAME (the only one of the settings).")


@click.group("import")
def import_() -> None:
    """Bring in what others recorded: a bank's statement, another tool's findings."""


@import_.command("prowler")
@click.argument("file", type=click.Path(path_type=Path))
@_entity
@portfolio_option
@format_option
def import_prowler(file: Path, entity: str, portfolio: Path | None, how: str) -> int:
    """Bring in the open findings of Prowler's FILE (OCSF JSON)."""
    return _import_findings("prowler", file, entity, portfolio, how)


@import_.command("sarif")
@click.argument("file", type=click.Path(path_type=Path))
@_entity
@portfolio_option
@format_option
def import_sarif(file: Path, entity: str, portfolio: Path | None, how: str) -> int:
    """Bring in the open results of a SARIF FILE."""
    return _import_findings("sarif", file, entity, portfolio, how)


@import_.command("gitleaks")
@click.argument("file", type=click.Path(path_type=Path))
@_repo
@portfolio_option
@format_option
def import_gitleaks(file: Path, repo: str, portfolio: Path | None, how: str) -> int:
    """Bring in secrets of Gitleaks' FILE (JSON), not values."""
    return _import_secrets("gitleaks", file, repo, portfolio, how)


@import_.command("trufflehog")
@click.argument("file", type=click.Path(path_type=Path))
@_repo
@portfolio_option
@format_option
def import_trufflehog(file: Path, repo: str, portfolio: Path | None, how: str) -> int:
    """Bring in secrets of TruffleHog's FILE, not values."""
    return _import_secrets("trufflehog", file, repo, portfolio, how)


@import_.command("pip-audit")
@click.argument("file", type=click.Path(path_type=Path))
@_repo
@portfolio_option
@format_option
def import_pip_audit(file: Path, repo: str, portfolio: Path | None, how: str) -> int:
    """Bring in known vulnerabilities of pip-audit's FILE."""
    return _import_scan("pip-audit", file, repo, portfolio, how)


@import_.command("osv")
@click.argument("file", type=click.Path(path_type=Path))
@_repo
@portfolio_option
@format_option
def import_osv(file: Path, repo: str, portfolio: Path | None, how: str) -> int:
    """Bring in those of OSV-Scanner's FILE (JSON)."""
    return _import_scan("osv", file, repo, portfolio, how)


@import_.command("npm-audit")
@click.argument("file", type=click.Path(path_type=Path))
@_repo
@portfolio_option
@format_option
def import_npm_audit(file: Path, repo: str, portfolio: Path | None, how: str) -> int:
    """Bring in those of npm audit's FILE (npm 7 or later)."""
    return _import_scan("npm-audit", file, repo, portfolio, how)


def _import_scan(kind: str, file: Path, repo: str, portfolio: Path | None, how: str) -> int:
    from quarterdeck.commands.import_scan import import_scan

    said = import_scan(root_of(portfolio), os.environ, kind, file, now=now(), repo=repo)
    return finish(how, [said], 0)


def _import_secrets(kind: str, file: Path, repo: str, portfolio: Path | None, how: str) -> int:
    from quarterdeck.commands.import_secrets import import_secrets

    said = import_secrets(root_of(portfolio), os.environ, kind, file, now=now(), repo=repo)
    return finish(how, [said], 0)


def _import_findings(kind: str, file: Path, entity: str, portfolio: Path | None, how: str) -> int:
    from quarterdeck.commands.import_findings import import_findings

    said = import_findings(root_of(portfolio), os.environ, kind, file, now=now(), entity=entity)
    return finish(how, [said], 0)


@import_.command("bank")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--account", required=True, help="Put it into ACCOUNT, such as Assets:JADA:Bank:Checking.")
@click.option("--bank", default="", help="Read the columns as NAME below banks: says (that of the account).")
@portfolio_option
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@format_option
def import_bank(
    file: Path, account: str, bank: str, portfolio: Path | None, how: str, *, yes: bool, dry_run: bool
) -> int:
    """Turn a bank's FILE (CSV, OFX or QFX) into entries of the books.

    Shows what would change, then asks. A line that the books hold already is not added again.
    """
    from quarterdeck.commands.import_bank import import_bank as run

    refuse(yes and dry_run, WRITES_OR_NOT)
    found = run(file, account, root_of(portfolio), os.environ, bank=bank)
    shown = show_plan(how, found.diff().splitlines())
    for line in found.sentences():
        click.echo(line, err=True)
    if not found.files:
        click.echo("Nothing is left to write.", err=True)
    elif agreed("Write this?", yes=yes, dry_run=dry_run):
        found.write()
        click.echo(f"Written: {', '.join(found.files)}.", err=True)
    return finish(how, shown, 0)
