"""The command line: parses, reads clock and environment once, prints, and turns failures into exit codes."""

import codecs
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quarterdeck import __version__
from quarterdeck.model.errors import QuarterdeckError
from quarterdeck.model.severity import Severity
from quarterdeck.text.plain import look_alike

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from datetime import date, datetime
    from types import TracebackType

    from quarterdeck.collectors.run import Done
    from quarterdeck.commands.add import Addition
    from quarterdeck.commands.build import Built
    from quarterdeck.commands.versions import Told

SEVERITIES = tuple(severity.value for severity in Severity)
INTERRUPTED = 130
_WRITES_OR_NOT = "--yes writes and --dry-run does not; leave one of them out."
USAGE = 2
_COLOURS = {"ok": "green", "wrong": "red", "not looked at": "yellow"}
_DIFF = {"+": "green", "-": "red", "@": "cyan"}


class _Date(click.ParamType["date"]):
    """An ISO date such as 2026-11-23."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "date":  # noqa: ANN401 - click's own signature
        """Read the date, or say what one looks like."""
        from datetime import date  # noqa: PLC0415 - only where a date is given

        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; write one as 2026-11-23", param, ctx)


_as_of = click.option(
    "--as-of", type=_Date(), help="Make the reports for DATE (today in the portfolio's zone)."
)
_fail_on = click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help="Exit with 1 when something at or above SEVERITY stands (off).",
)
_portfolio = click.option(
    "--portfolio",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Use the portfolio in DIR (the one that holds the current folder).",
)
_builder = click.option(
    "--builder", type=click.Choice(["mkdocs", "zensical"]), help="Make the site with BUILDER (mkdocs)."
)
_format = click.option(
    "--format", "how", type=click.Choice(["text", "json"]), default="text", help="Print as FORMAT (text)."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="quarterdeck")
def cli() -> None:
    """Make one private report site from handoffs, with a page for each role and business."""


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "how",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    help="Print as FORMAT (text).",
)
@_fail_on
def check(paths: Sequence[Path], how: str, fail_on: str | None) -> int:
    """Check handoffs, or any Markdown files, and say what to mend.

    Without PATHS it checks the portfolio that holds the current folder.
    """
    from quarterdeck.commands import formats  # noqa: PLC0415 - each command loads what it needs
    from quarterdeck.commands.check import check as run  # noqa: PLC0415

    result = run(paths, Path.cwd(), os.environ)
    code = formats.exit_code(result.problems, Severity(fail_on) if fail_on else None)
    click.echo(formats.problems_as(formats.as_format(how), result.problems, result.files, code), nl=False)
    click.echo(formats.summary(result.problems, result.files), err=True)
    return code


@cli.command()
@_portfolio
@_as_of
@_builder
@_fail_on
@_format
def build(
    portfolio: Path | None, as_of: "date | None", builder: str | None, fail_on: str | None, how: str
) -> int:
    """Build the report site of a portfolio into its build folder."""
    from quarterdeck.commands import formats  # noqa: PLC0415
    from quarterdeck.commands.build import build as run  # noqa: PLC0415

    with _shown():
        built = run(_root(portfolio), os.environ, as_of=as_of, today=_today, builder=builder)
    code = built.exit_code(Severity(fail_on) if fail_on else None)
    if how == "json":
        click.echo(built.as_json(code), nl=False)
    else:
        click.echo(formats.problems_as("text", built.refused, 0, code), nl=False, err=True)
        _say(built, Severity(fail_on) if fail_on else None)
    return code


def _say(built: "Built", fail_on: Severity | None) -> None:
    for line in built.sentences():
        click.echo(line)
    for finding in built.at_or_above(fail_on) if fail_on else ():
        click.echo(f"{finding.severity}: {finding.id}: {finding.message}", err=True)


@cli.command()
@_portfolio
@click.option("--begin", is_flag=True, help="Make an empty bucket this portfolio's store.")
@click.option("--dry-run", is_flag=True, help="Show what would be published, and write nothing.")
@_format
def publish(portfolio: Path | None, how: str, *, begin: bool, dry_run: bool) -> int:
    """Give readers what was built, as a version of its own.

    Where nothing is new no version is made.
    """
    from quarterdeck.commands.publish import run  # noqa: PLC0415

    with _shown():
        outcome = run(_root(portfolio), os.environ, now=_now(), is_first=begin, dry_run=dry_run)
    code = outcome.exit_code()
    if how == "json":
        click.echo(outcome.as_json(code), nl=False)
    else:
        for line in outcome.sentences():
            click.echo(line)
    return code


@cli.command()
@_portfolio
@_as_of
@_builder
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
        _refuse(as_of or builder, "--as-of and --builder belong to a build, and --published builds nothing.")
        _refuse(sign_in and audience, "--sign-in shows readers their own audience: leave --audience out.")
        from quarterdeck.commands.published import serve as show  # noqa: PLC0415

        show(_root(portfolio), os.environ, port=port, audience=audience, sign_in=sign_in, say=click.echo)
        return 0
    _refuse(sign_in, "--sign-in stands before what was published: add --published.")
    from quarterdeck.commands.serve import serve as run  # noqa: PLC0415

    run(
        _root(portfolio), os.environ, as_of=as_of, today=_today, builder=builder, port=port, audience=audience
    )
    return 0


_KINDS = ("charter", "concert", "hauling", "agency", "rental", "delivery", "saas", "generic")


@cli.command()
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
@_format
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
    from quarterdeck.commands import init as command  # noqa: PLC0415
    from quarterdeck.commands.answers import Given  # noqa: PLC0415
    from quarterdeck.start.readers import reader_of  # noqa: PLC0415

    given = Given(**said, people=tuple(reader_of(one) for one in people), folder=folder)
    ask = _default if yes or not sys.stdin.isatty() else _ask
    made = command.plan(directory, given, os.environ, today=_today, ask=ask)
    if dry_run:
        click.echo("Nothing was written: --dry-run only shows.", err=True)
    return _ended(how, made.sentences() if dry_run else command.apply(made, os.environ, today=_today), 0)


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


@cli.group()
def add() -> None:
    """Add a business or a person to a portfolio."""


@add.command("entity")
@click.argument("name")
@click.option(
    "--kind", type=click.Choice(_KINDS), required=True, help="It is a business of KIND.", metavar="KIND"
)
@click.option("--id", "own_id", default="", help="Call it ID in files (made of NAME).", metavar="ID")
@_portfolio
@click.option("--dry-run", is_flag=True, help="Show the file, and write nothing.")
@_format
def add_entity(name: str, kind: str, own_id: str, portfolio: Path | None, how: str, *, dry_run: bool) -> int:
    """Begin the handoff of another business, NAME.

    The file holds the tables that businesses of KIND begin with. KIND is charter, concert, hauling, agency, rental,
    delivery, saas or generic.
    """
    from quarterdeck.commands import add as command  # noqa: PLC0415

    addition = command.entity(_root(portfolio), os.environ, name, kind, own_id=own_id, today=_today)
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
@_portfolio
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@_format
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

    Every other line of the file stays as it is.
    """
    from quarterdeck.commands import add as command  # noqa: PLC0415
    from quarterdeck.start.readers import NewReader, roles_of  # noqa: PLC0415

    reader = NewReader(name, address, roles_of(",".join(roles)), audience)
    return _added(command.person(_root(portfolio), os.environ, reader, own_id=own_id), how, dry_run=dry_run)


def _added(addition: "Addition", how: str, *, dry_run: bool) -> int:
    if dry_run:
        click.echo("Nothing was written: --dry-run only shows.", err=True)
    return _ended(how, addition.diff().splitlines() if dry_run else addition.write(), 0)


@cli.command()
@click.argument("code", metavar="[ID]", default="")
@click.argument("inputs", metavar="[JSON]", default="")
@_format
def formula(code: str, inputs: str, how: str) -> int:
    """Compute formula ID from JSON, or list all formulas.

    JSON is one object with the names of the inputs, or - to read it from the standard input; with ID alone the
    formula is explained. What is computed is JSON in any FORMAT.
    """
    from quarterdeck.commands import formula as command  # noqa: PLC0415

    if not inputs:
        return _ended(how, (command.explained(code) if code else command.listed()).splitlines(), 0)
    given = sys.stdin.read() if inputs == "-" else inputs
    click.echo(command.compute(code, given), nl=False)
    return 0


@cli.command()
@click.argument("code", metavar="[CODE]", default="")
@_format
def rules(code: str, how: str) -> int:
    """Explain rule or audit check CODE, or list them all."""
    from quarterdeck.commands import rules as command  # noqa: PLC0415

    if how == "json":
        click.echo(command.as_json(code), nl=False)
    else:
        click.echo(command.explained(code) if code else command.listed(), nl=False)
    return 0


@cli.command()
@click.argument("name", metavar="[ENTITY.]FIGURE")
@_portfolio
@_as_of
@_format
def explain(name: str, portfolio: Path | None, as_of: "date | None", how: str) -> int:
    """Show how a figure was made, down to the lines of the files.

    Without ENTITY it is the figure of the whole portfolio.
    """
    from quarterdeck.commands import explain as command  # noqa: PLC0415

    tree = command.explain(_root(portfolio), os.environ, name, as_of=as_of, today=_today)
    click.echo(command.as_json(tree) if how == "json" else command.as_text(tree), nl=False)
    return 0


@cli.command()
@_portfolio
@_format
def key(portfolio: Path | None, how: str) -> int:
    """Make the private key that fingerprints of secrets need.

    One that is there stays.
    """
    from quarterdeck.commands.key import key as run  # noqa: PLC0415

    return _ended(how, [run(_root(portfolio))], 0)


@cli.command()
@_portfolio
@click.option("--offline", is_flag=True, help="Ask no network.")
@_format
def doctor(portfolio: Path | None, how: str, *, offline: bool) -> int:
    """Look at all that is needed, and say what to do next.

    Looks at git, Python, versions, settings, files, key, programs and workflows, then at credentials, mail, store and
    roles. Only reads. Anything to mend is code 1.
    """
    from quarterdeck.commands.doctor import examine  # noqa: PLC0415
    from quarterdeck.secrets.sinks import guard_logs  # noqa: PLC0415

    guard_logs()
    with _shown():
        found = examine(_root(portfolio), os.environ, is_offline=offline)
    code = found.exit_code()
    if how == "json":
        click.echo(found.as_json(code), nl=False)
    else:
        for sign in found.signs:
            state = click.style(f"{sign.state:<13}", fg=_COLOURS[sign.state])
            click.echo(f"{state}  {sign}")
    click.echo(found.summary(), err=True)
    return code


@cli.command()
@_portfolio
@click.option("--force", is_flag=True, help="Also take the place of files that you changed or removed.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@_format
def upgrade(portfolio: Path | None, how: str, *, force: bool, yes: bool, dry_run: bool) -> int:
    """Bring a portfolio's workflows and scripts along.

    They become those of the installed version, and requirements ask for it. Shows what would change, then asks. What
    you changed yourself is named, and left alone.
    """
    from quarterdeck.commands.upgrade import upgrade as run  # noqa: PLC0415

    _refuse(yes and dry_run, _WRITES_OR_NOT)
    planned = run(_root(portfolio), is_forced=force)
    if how == "text":
        for line in planned.diff():
            click.echo(click.style(line, fg=_DIFF.get(line[:1])))
    for line in planned.sentences():
        click.echo(line, err=True)
    is_written = planned.is_needed and _agreed("Write this?", yes=yes, dry_run=dry_run)
    if is_written:
        planned.apply()
        click.echo("Written. Look at it with git status and git diff, then commit it.", err=True)
    if how == "json":
        click.echo(planned.as_json(0, is_written=is_written), nl=False)
    return 0


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print what lets SHELL complete commands and options.

    Add it to ~/.bashrc or ~/.zshrc, or for fish to ~/.config/fish/completions/quarterdeck.fish.
    """
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    if made := get_completion_class(shell):
        click.echo(made(cli, {}, "quarterdeck", "_QUARTERDECK_COMPLETE").source())
    return 0


@cli.group("import")
def import_() -> None:
    """Bring in what others recorded: a bank's statement, another tool's findings."""


_entity = click.option("--entity", default="", help="All of it belongs to ENTITY (told one by one).")


@import_.command("prowler")
@click.argument("file", type=click.Path(path_type=Path))
@_entity
@_portfolio
@_format
def import_prowler(file: Path, entity: str, portfolio: Path | None, how: str) -> int:
    """Bring in the open findings of Prowler's FILE (OCSF JSON)."""
    return _import_findings("prowler", file, entity, portfolio, how)


@import_.command("sarif")
@click.argument("file", type=click.Path(path_type=Path))
@_entity
@_portfolio
@_format
def import_sarif(file: Path, entity: str, portfolio: Path | None, how: str) -> int:
    """Bring in the open results of a SARIF FILE."""
    return _import_findings("sarif", file, entity, portfolio, how)


_repo = click.option("--repo", default="", help="It is about repository NAME (the only one of the settings).")


@import_.command("gitleaks")
@click.argument("file", type=click.Path(path_type=Path))
@_repo
@_portfolio
@_format
def import_gitleaks(file: Path, repo: str, portfolio: Path | None, how: str) -> int:
    """Bring in secrets of Gitleaks' FILE (JSON), not values."""
    return _import_secrets("gitleaks", file, repo, portfolio, how)


@import_.command("trufflehog")
@click.argument("file", type=click.Path(path_type=Path))
@_repo
@_portfolio
@_format
def import_trufflehog(file: Path, repo: str, portfolio: Path | None, how: str) -> int:
    """Bring in secrets of TruffleHog's FILE, not values."""
    return _import_secrets("trufflehog", file, repo, portfolio, how)


@import_.command("pip-audit")
@click.argument("file", type=click.Path(path_type=Path))
@_repo
@_portfolio
@_format
def import_pip_audit(file: Path, repo: str, portfolio: Path | None, how: str) -> int:
    """Bring in known vulnerabilities of pip-audit's FILE."""
    return _import_scan("pip-audit", file, repo, portfolio, how)


@import_.command("osv")
@click.argument("file", type=click.Path(path_type=Path))
@_repo
@_portfolio
@_format
def import_osv(file: Path, repo: str, portfolio: Path | None, how: str) -> int:
    """Bring in those of OSV-Scanner's FILE (JSON)."""
    return _import_scan("osv", file, repo, portfolio, how)


@import_.command("npm-audit")
@click.argument("file", type=click.Path(path_type=Path))
@_repo
@_portfolio
@_format
def import_npm_audit(file: Path, repo: str, portfolio: Path | None, how: str) -> int:
    """Bring in those of npm audit's FILE (npm 7 or later)."""
    return _import_scan("npm-audit", file, repo, portfolio, how)


def _import_scan(kind: str, file: Path, repo: str, portfolio: Path | None, how: str) -> int:
    from quarterdeck.commands.import_scan import import_scan  # noqa: PLC0415

    said = import_scan(_root(portfolio), os.environ, kind, file, now=_now(), repo=repo)
    return _ended(how, [said], 0)


def _import_secrets(kind: str, file: Path, repo: str, portfolio: Path | None, how: str) -> int:
    from quarterdeck.commands.import_secrets import import_secrets  # noqa: PLC0415

    said = import_secrets(_root(portfolio), os.environ, kind, file, now=_now(), repo=repo)
    return _ended(how, [said], 0)


def _import_findings(kind: str, file: Path, entity: str, portfolio: Path | None, how: str) -> int:
    from quarterdeck.commands.import_findings import import_findings  # noqa: PLC0415

    said = import_findings(_root(portfolio), os.environ, kind, file, now=_now(), entity=entity)
    return _ended(how, [said], 0)


@import_.command("bank")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--account", required=True, help="Put it into ACCOUNT, such as Assets:JADA:Bank:Checking.")
@click.option("--bank", default="", help="Read the columns as NAME below banks: says (that of the account).")
@_portfolio
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@_format
def import_bank(
    file: Path, account: str, bank: str, portfolio: Path | None, how: str, *, yes: bool, dry_run: bool
) -> int:
    """Turn a bank's FILE (CSV, OFX or QFX) into entries of the books.

    Shows what would change, then asks. A line that the books hold already is not added again.
    """
    from quarterdeck.commands.import_bank import import_bank as run  # noqa: PLC0415

    _refuse(yes and dry_run, _WRITES_OR_NOT)
    found = run(file, account, _root(portfolio), os.environ, bank=bank)
    shown = _planned(how, found.diff().splitlines())
    for line in found.sentences():
        click.echo(line, err=True)
    if not found.files:
        click.echo("Nothing is left to write.", err=True)
    elif _agreed("Write this?", yes=yes, dry_run=dry_run):
        found.write()
        click.echo(f"Written: {', '.join(found.files)}.", err=True)
    return _ended(how, shown, 0)


@cli.command()
@click.argument("kinds", nargs=-1, type=click.Choice(["history", "aws", "ses", "dns", "web", "repos"]))
@_portfolio
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
@_format
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
    from quarterdeck.commands import collect as command  # noqa: PLC0415
    from quarterdeck.secrets.sinks import guard_logs  # noqa: PLC0415

    guard_logs()
    _refuse(account and most, "--account names one, and --accounts counts them; leave one of them out.")
    root, now = _root(portfolio), _now()
    if dry_run:
        planned = command.plan(
            root, os.environ, now=now, kinds=kinds, account=account, most=most, region=region
        )
        return _ended(how, planned, 0)
    collected = command.collect(
        root,
        os.environ,
        now=now,
        kinds=kinds,
        account=account,
        most=most,
        region=region,
        executor=executor,
        told=_progress(),
    )
    return _ended(how, collected.sentences(), collected.exit_code())


def _shown() -> "AbstractContextManager[None]":
    """Shows on a terminal what is being done."""
    from quarterdeck.commands.progress import shown  # noqa: PLC0415

    return shown(sys.stderr, os.environ)


def _progress() -> "Callable[[Done, int], None]":
    """Counts jobs on a terminal as they end; silent where nobody watches."""
    done: list[str] = []

    def told(one: "Done", everything: int) -> None:
        done.append(one.job.words)
        if sys.stderr.isatty():
            seen = len(one.brought.facts)
            click.echo(f"{len(done)}/{everything} {one.job.words}: {seen} records", err=True)

    return told


@cli.command()
@_portfolio
@click.option("--dry-run", is_flag=True, help="Say how many wait, and take in none.")
@_format
def feedback(portfolio: Path | None, how: str, *, dry_run: bool) -> int:
    """Take in what became of mail that was sent.

    Addresses that bounced for good or called it spam are never mailed again; counts alone go to evidence/feedback/. Too
    many of them stop the next mails and are code 1; records that are not ours stay in the queue and are code 4.
    """
    from quarterdeck.commands import feedback as command  # noqa: PLC0415
    from quarterdeck.secrets.sinks import guard_logs  # noqa: PLC0415

    guard_logs()
    if dry_run:
        return _ended(how, [command.waiting(_root(portfolio), os.environ)], 0)
    taken = command.feedback(_root(portfolio), os.environ, now=_now())
    return _ended(how, taken.sentences(), taken.exit_code())


@cli.command()
@_portfolio
@_format
def versions(portfolio: Path | None, how: str) -> int:
    """List what was published, newest first.

    Says which one readers are given, which are pinned, and what runs left that were cut short.
    """
    from quarterdeck.commands.versions import versions as run  # noqa: PLC0415

    found = run(_root(portfolio), os.environ)
    click.echo(found.as_json(), nl=False) if how == "json" else _tell(found.sentences())
    return 0


@cli.command()
@click.argument("version")
@_portfolio
@_format
def rollback(version: str, portfolio: Path | None, how: str) -> int:
    """Give readers an older VERSION again.

    It has to be whole, and in the list of everybody. Nothing is built, sent or mailed.
    """
    from quarterdeck.commands.versions import rollback as run  # noqa: PLC0415

    return _told(how, run(_root(portfolio), os.environ, version))


@cli.command()
@click.argument("version")
@_portfolio
@click.option("--off", is_flag=True, help="Leave it to prune again.")
@_format
def pin(version: str, portfolio: Path | None, how: str, *, off: bool) -> int:
    """Keep VERSION whatever prune would remove."""
    from quarterdeck.commands.versions import pin as run  # noqa: PLC0415

    return _told(how, run(_root(portfolio), os.environ, version, is_pinned=not off))


@cli.command()
@_portfolio
@click.option(
    "--keep", type=click.IntRange(min=1), help="Keep the newest N (as portfolio.yml says: 30).", metavar="N"
)
@click.option("--yes", is_flag=True, help="Remove without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would go, and remove nothing.")
@_format
def prune(portfolio: Path | None, keep: int | None, how: str, *, yes: bool, dry_run: bool) -> int:
    """Remove old versions, and what runs left that were cut short.

    The newest stay, the last one of each month, pinned ones, and always what readers are given. Lists what would go,
    then asks. Records for trends stay.
    """
    from quarterdeck.commands.versions import prune as run  # noqa: PLC0415

    _refuse(yes and dry_run, _WRITES_OR_NOT)
    planned = run(_root(portfolio), os.environ, keep=keep, now=_now())
    shown = _planned(how, planned.sentences())
    if not planned.plan.removed:
        click.echo("Nothing is to be removed.", err=True)
    elif _agreed("Remove these?", yes=yes, dry_run=dry_run):
        return _told(how, planned.apply(), shown)
    return _ended(how, shown, 0)


@cli.command()
@click.argument("version")
@_portfolio
@_format
def verify(version: str, portfolio: Path | None, how: str) -> int:
    """Read all of VERSION again, and compare it with its manifest.

    Names what was changed, what is missing, and what does not belong there; any of it is code 1.
    """
    from quarterdeck.commands.versions import verify as run  # noqa: PLC0415

    with _shown():
        done = run(_root(portfolio), os.environ, version)
    return _told(how, done)


@cli.command()
@click.argument("term", default="")
@click.option("--entity", default="", help="Take out business ENTITY, by its id and names.", metavar="ENTITY")
@click.option("--word", is_flag=True, help="Leave longer words that only hold it.")
@_portfolio
@click.option("--yes", is_flag=True, help="Take it out without asking.")
@click.option("--dry-run", is_flag=True, help="Show where it stands, and change nothing.")
@_format
def purge(
    term: str, entity: str, portfolio: Path | None, how: str, *, word: bool, yes: bool, dry_run: bool
) -> int:
    """Take TERM out of every version for good, and prove that it is gone.

    TERM is found in every written form; - reads it from the standard input. Shows where it stands, then asks. Of a
    business its pages, downloads and private files go, too. What still holds it afterwards is code 1.
    """
    from quarterdeck.commands.purge import purge as run  # noqa: PLC0415

    _refuse(bool(term) == bool(entity), "Name one thing to take out: TERM, or --entity ENTITY.")
    _refuse(yes and dry_run, _WRITES_OR_NOT)
    wanted = sys.stdin.read().strip() if term == "-" else term
    with _shown():
        planned = run(_root(portfolio), os.environ, term=wanted, entity=entity, whole_words=word)
    shown = _planned(how, planned.sentences())
    is_agreed = _agreed("Take it out for good?", yes=yes, dry_run=dry_run)
    return _told(how, planned.apply(), shown) if is_agreed else _ended(how, shown, 0)


def _tell(sentences: "Iterable[str]") -> None:
    for line in sentences:
        click.echo(line)


def _planned(how: str, sentences: "Iterable[str]") -> "Sequence[str]":
    """Show a plan before anybody is asked; gives what is still to be printed: all of it, where that is JSON."""
    if how == "json":
        return tuple(sentences)
    _tell(sentences)
    return ()


def _told(how: str, done: "Told", shown: "Sequence[str]" = ()) -> int:
    return _ended(how, (*shown, *done.sentences), done.exit_code)


def _ended(how: str, sentences: "Iterable[str]", code: int) -> int:
    """Print a result, line by line or as JSON, and give its exit code."""
    if how == "json":
        from quarterdeck.commands.formats import said_as_json  # noqa: PLC0415

        click.echo(said_as_json(sentences, code), nl=False)
    else:
        _tell(sentences)
    return code


@cli.command()
@click.argument("version")
@_portfolio
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
@_format
def rebuild(version: str, portfolio: Path | None, to: Path | None, evidence: Path | None, how: str) -> int:
    """Make the site of VERSION again, and compare it with what was published.

    Takes the files of its commit from git, aside: nothing here is touched. With --evidence no bucket is asked.
    """
    from quarterdeck.commands.rebuild import rebuild as run  # noqa: PLC0415

    with _shown():
        rebuilt = run(_root(portfolio), os.environ, version, to=to, evidence=evidence)
    return _ended(how, rebuilt.sentences(), rebuilt.exit_code())


@cli.command("changes")
@click.argument("base", metavar="[BASE]", default="")
@click.argument("head", metavar="[HEAD]", default="")
@click.option(
    "--role",
    type=click.Choice(["ceo", "cto", "cfo", "cmo", "accounting"]),
    help="Show only what stands on the page of ROLE (all).",
    metavar="ROLE",
)
@_portfolio
@_as_of
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
    from quarterdeck.commands import changes as command  # noqa: PLC0415
    from quarterdeck.model.finding import ROLES  # noqa: PLC0415
    from quarterdeck.reports.changed_lists import as_markdown, as_text  # noqa: PLC0415

    told = command.changes(
        _root(portfolio),
        os.environ,
        base,
        head,
        today=_today,
        as_of=as_of,
        role=ROLES[ROLES.index(role)] if role else None,
    )
    printed = {"text": as_text, "markdown": as_markdown, "json": command.as_json}[how]
    click.echo(printed(told), nl=False)
    return 0


@cli.command()
@_portfolio
@click.option(
    "--dry-run", is_flag=True, help="Write the very mails into build/outbox/dry-run, and send none."
)
@_format
def notify(portfolio: Path | None, how: str, *, dry_run: bool) -> int:
    """Mail each person what changed since they were last told.

    Everybody gets one mail about their own reports, or none where nothing changed. Who want mail daily or weekly get
    the net change of that time.
    """
    from quarterdeck.commands.notify import run  # noqa: PLC0415
    from quarterdeck.secrets.sinks import guard_logs  # noqa: PLC0415

    guard_logs()
    with _shown():
        notified = run(_root(portfolio), os.environ, now=_now(), dry_run=dry_run)
    code = notified.exit_code()
    click.echo(notified.as_json(code), nl=False) if how == "json" else _tell(notified.sentences())
    return code


@cli.group()
def mail() -> None:
    """Show what was mailed to whom, and settle what is not known."""


@mail.command("status")
@_portfolio
@_format
def mail_status(portfolio: Path | None, how: str) -> int:
    """List what everybody was last told, and what became of the mail."""
    from quarterdeck.commands.mail import status as run  # noqa: PLC0415

    found = run(_root(portfolio), os.environ)
    click.echo(found.as_json(), nl=False) if how == "json" else _tell(found.sentences())
    return 0


@mail.command("resolve")
@click.argument("person")
@click.argument("outcome", type=click.Choice(["sent", "unsent"]))
@_portfolio
@_format
def mail_resolve(person: str, outcome: str, portfolio: Path | None, how: str) -> int:
    """Say whether the last mail to PERSON went out.

    Until then they get no other. After unsent the next notify mails them.
    """
    from quarterdeck.commands.mail import resolve as run  # noqa: PLC0415

    said = run(_root(portfolio), os.environ, person, "sent" if outcome == "sent" else "unsent")
    return _ended(how, [said], 0)


@cli.command()
@click.argument("report", type=click.Choice(["board", "ceo", "cto", "cfo", "cmo", "accounting"]))
@_portfolio
@click.option(
    "--to", required=True, help="Send it to ADDRESS, that of a person of portfolio.yml.", metavar="ADDRESS"
)
@click.option(
    "--attach", type=click.Choice(["html", "pdf"]), default="html", help="Attach it as FORMAT (html)."
)
@click.option("--again", is_flag=True, help="Send it although the same mail was sent, or may have been.")
@click.option("--dry-run", is_flag=True, help="Write the very mail into build/outbox/dry-run, and send none.")
@_format
def send(
    report: str, portfolio: Path | None, to: str, attach: str, how: str, *, again: bool, dry_run: bool
) -> int:
    """Mail a whole REPORT of the newest version to one person.

    REPORT is a role, or board for all reports in short. Nobody gets what their audience may not see. The attached file
    works offline and loads nothing; a PDF is printed by the Chromium of this machine.
    """
    from quarterdeck.commands.send import send as run  # noqa: PLC0415
    from quarterdeck.secrets.sinks import guard_logs  # noqa: PLC0415

    guard_logs()
    done = run(
        _root(portfolio),
        os.environ,
        report,  # type: ignore[arg-type]  # click has checked both
        to,
        now=_now(),
        attach=attach,  # type: ignore[arg-type]
        dry_run=dry_run,
        again=again,
    )
    return _ended(how, done.sentences(), done.exit_code())


@cli.group()
def infra() -> None:
    """Look after what a private site needs in AWS."""


@infra.command("check")
@_portfolio
@_format
def infra_check(portfolio: Path | None, how: str) -> int:
    """Compare what stands in AWS with the template; change nothing.

    Publishing does the same first, and refuses while something is open. Exit code 4 says that the settings name a part
    alone, so that the rest was not looked at.
    """
    from quarterdeck.commands import infra as command  # noqa: PLC0415

    found = command.check(_root(portfolio), os.environ)
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
    from quarterdeck.commands import infra as command  # noqa: PLC0415

    click.echo(command.mail_template() if is_mail else command.template(), nl=False)
    return 0


@cli.group("history")
def history_() -> None:
    """Look after the records of earlier versions."""


@history_.command("backfill")
@_portfolio
@_as_of
@click.option(
    "--weeks", type=click.IntRange(min=1), help="Go back N weeks (as far as git goes).", metavar="N"
)
@click.option("--dry-run", is_flag=True, help="Show which weeks would be worked out, and write nothing.")
@_format
def history_backfill(
    portfolio: Path | None, as_of: "date | None", weeks: int | None, how: str, *, dry_run: bool
) -> int:
    """Work out from git what earlier weeks would have reported.

    Takes the last commit of each week, and writes one record for it into evidence/history/. A week of which a
    version was published keeps the record of that.
    """
    from quarterdeck.commands.history import backfill as run  # noqa: PLC0415

    lines = run(_root(portfolio), os.environ, as_of=as_of, today=_today, weeks=weeks, is_dry_run=dry_run)
    return _ended(how, lines, 0)


def _root(portfolio: Path | None) -> Path:
    from quarterdeck.commands.check import portfolio_of  # noqa: PLC0415
    from quarterdeck.model.errors import UsageError  # noqa: PLC0415

    root = portfolio.absolute() if portfolio else portfolio_of(Path.cwd())
    if root is None:
        raise UsageError(
            "This folder is in no portfolio. Go to one, name one with --portfolio, or make one: init."
        )
    return root


def _refuse(is_wrong: object, why: str) -> None:
    """Refuse options that do not go together."""
    if is_wrong:
        raise click.UsageError(why)


def _agreed(question: str, *, yes: bool, dry_run: bool) -> bool:
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


def _now(zone: str = "UTC") -> "datetime":
    """The one place that reads the clock."""
    from datetime import datetime  # noqa: PLC0415
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    return datetime.now(ZoneInfo(zone)).replace(microsecond=0)


def _today(zone: str) -> "date":
    return _now(zone).date()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; nothing but a defect of ours leaves a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    sys.excepthook = _defect
    codecs.register_error(look_alike.__name__, look_alike)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors=look_alike.__name__)  # type: ignore[union-attr]  # F-232: any code page
    try:
        color = False if os.environ.get("NO_COLOR") else None
        code = cli.main(args=words, prog_name="quarterdeck", standalone_mode=False, color=color) or 0
        sys.stdout.flush()
    except QuarterdeckError as error:
        return _failed(words, str(error), error.exit_code)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.ctx.get_help())
        return USAGE
    except click.ClickException as error:
        said = " ".join(error.format_message().split())  # lists of choices have a line for each
        return _failed(words, f"{said} See quarterdeck --help.", USAGE)
    except (KeyboardInterrupt, click.exceptions.Abort):
        return _failed(words, "interrupted; nothing half done is left behind", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # who reads us has left: nothing to say
        return 0
    except Exception as error:  # noqa: BLE001 - raised again, but for a part that is not installed
        return _broken(words, error)
    return int(code)


def _broken(words: Sequence[str], error: Exception) -> int:
    """Say which part of the package is missing (F-235); any other defect is JSON where a program reads it, and raised.

    Raises:
        Exception: That defect.
    """
    from quarterdeck.start.parts import install, parts_with  # noqa: PLC0415 - only where something broke

    module = error.name or "" if isinstance(error, ModuleNotFoundError) else ""
    if parts := parts_with(module):
        return _failed(words, f"This takes {module}, which is not installed. Run: {install(parts[0])}", USAGE)
    if _asks_for_json(words):
        from quarterdeck.commands.formats import error_as_json  # noqa: PLC0415 - likewise

        what = f"This is a fault in Quarterdeck ({type(error).__name__}); the error stream says where."
        click.echo(error_as_json(what, 1), nl=False)
    raise error


def _defect(kind: type[BaseException], error: BaseException, trace: "TracebackType | None") -> None:
    """Print a traceback without secrets (F-106)."""
    from quarterdeck.secrets.sinks import print_defect  # noqa: PLC0415 - only where something broke

    print_defect(kind, error, trace)


def _asks_for_json(words: Sequence[str]) -> bool:
    pairs = [*pairwise(words), *(word.split("=", 1) for word in words if "=" in word)]
    return any(option == "--format" and how in {"json", "sarif"} for option, how in pairs)


def _failed(words: Sequence[str], message: str, code: int) -> int:
    """Say what failed on stderr, and as JSON on stdout where a program reads it (F-233); never a secret (F-106)."""
    from quarterdeck.secrets.redact import redact  # noqa: PLC0415 - only where something failed

    message = redact(message)
    if _asks_for_json(words):
        from quarterdeck.commands.formats import error_as_json  # noqa: PLC0415

        click.echo(error_as_json(message, code), nl=False)
    click.echo(message, err=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
