"""Commands that mail people, and take in what became of it: notify, mail, send, feedback."""

import os
from pathlib import Path

import click

from quarterdeck.cli.clock import now
from quarterdeck.cli.options import format_option, portfolio_option, root_of
from quarterdeck.cli.terminal import finish, progress_shown, tell


@click.command()
@portfolio_option
@click.option(
    "--dry-run", is_flag=True, help="Write the very mails into build/outbox/dry-run, and send none."
)
@format_option
def notify(portfolio: Path | None, how: str, *, dry_run: bool) -> int:
    """Mail each person what changed since they were last told.

    Everybody gets one mail about their own reports, or none where nothing changed. Who want mail daily or weekly get
    the net change of that time.
    """
    from quarterdeck.commands.notify import run
    from quarterdeck.secrets.sinks import guard_logs

    guard_logs()
    with progress_shown():
        notified = run(root_of(portfolio), os.environ, now=now(), dry_run=dry_run)
    code = notified.exit_code()
    click.echo(notified.as_json(code), nl=False) if how == "json" else tell(notified.sentences())
    return code


@click.group()
def mail() -> None:
    """Show what was mailed to whom, and settle what is not known."""


@mail.command("status")
@portfolio_option
@format_option
def mail_status(portfolio: Path | None, how: str) -> int:
    """List what everybody was last told, and what became of the mail."""
    from quarterdeck.commands.mail import status as run

    found = run(root_of(portfolio), os.environ)
    click.echo(found.as_json(), nl=False) if how == "json" else tell(found.sentences())
    return 0


@mail.command("resolve")
@click.argument("person")
@click.argument("outcome", type=click.Choice(["sent", "unsent"]))
@portfolio_option
@format_option
def mail_resolve(person: str, outcome: str, portfolio: Path | None, how: str) -> int:
    """Say whether the last mail to PERSON went out.

    Until then they get no other. After unsent the next notify mails them.
    """
    from quarterdeck.commands.mail import resolve as run

    said = run(root_of(portfolio), os.environ, person, "sent" if outcome == "sent" else "unsent")
    return finish(how, [said], 0)


@click.command()
@click.argument("report", type=click.Choice(["board", "ceo", "cto", "cfo", "cmo", "accounting"]))
@portfolio_option
@click.option(
    "--to", required=True, help="Send it to PERSON of portfolio.yml: id or address.", metavar="PERSON"
)
@click.option(
    "--attach", type=click.Choice(["html", "pdf"]), default="html", help="Attach it as FORMAT (html)."
)
@click.option("--again", is_flag=True, help="Send it although the same mail was sent, or may have been.")
@click.option("--dry-run", is_flag=True, help="Write the very mail into build/outbox/dry-run, and send none.")
@format_option
def send(
    report: str, portfolio: Path | None, to: str, attach: str, how: str, *, again: bool, dry_run: bool
) -> int:
    """Mail a whole REPORT of the newest version to one person.

    REPORT is a role, or board for all reports in short. Nobody gets what their audience may not see. The attached file
    works offline and loads nothing; a PDF is printed by the Chromium of this machine.
    """
    from quarterdeck.commands.send import send as run
    from quarterdeck.secrets.sinks import guard_logs

    guard_logs()
    done = run(
        root_of(portfolio),
        os.environ,
        report,  # type: ignore[arg-type]  # click has checked both
        to,
        now=now(),
        attach=attach,  # type: ignore[arg-type]
        dry_run=dry_run,
        again=again,
    )
    return finish(how, done.sentences(), done.exit_code())


@click.command()
@portfolio_option
@click.option("--dry-run", is_flag=True, help="Say how many wait, and take in none.")
@format_option
def feedback(portfolio: Path | None, how: str, *, dry_run: bool) -> int:
    """Take in what became of mail that was sent.

    Addresses that bounced for good or called it spam are never mailed again; counts alone go to evidence/feedback/. Too
    many of them stop the next mails and are code 1; records that are not ours stay in the queue and are code 4.
    """
    from quarterdeck.commands import feedback as command
    from quarterdeck.secrets.sinks import guard_logs

    guard_logs()
    if dry_run:
        return finish(how, [command.waiting(root_of(portfolio), os.environ)], 0)
    taken = command.feedback(root_of(portfolio), os.environ, now=now())
    return finish(how, taken.sentences(), taken.exit_code())
