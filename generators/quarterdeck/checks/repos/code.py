"""Checks of lines of code that look like a mistake, file by file."""

from quarterdeck.checks.registry import check
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict
from quarterdeck.model.code import Pattern, Suspect
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity

_READS = ("Suspect.is_found", "Suspect.what", "Suspect.lines", "Suspect.detail")


def _judged(one: Suspect, what: Pattern) -> Verdict:
    """What is said of one suspect: nothing where it is of another pattern."""
    if one.what != what:
        return NotApplicable("it is about something else")
    if isinstance(one.is_found, NotCollected):
        return Unknown(one.is_found)
    if not one.is_found:
        return Pass("no file of it looks like that")
    more = f" and {len(one.lines) - 1} more in the file" if len(one.lines) > 1 else ""
    return Fail(f"{one.place}{more} looks like this: {one.detail}.")


@check(
    "REPO-33",
    of=Suspect,
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    mend="M",
    feeds=("R-CTO-11",),
    reads=_READS,
)
def admin_checked_in_browser(one: Suspect, facts: Facts) -> Verdict:
    """Passwords and roles that are checked in the page itself, and admin routes that ask nobody.

    What it checks: scripts of pages that hold a password against a text, or let in whom the page's own memory calls
    an admin; and routes named admin that are not seen to ask who calls.
    Why it matters: everyone can read and change what runs in their own browser.
    How to mend: check the sign-in and the role on the server, at each route.
    Known limits: told by names; a check two imports away is not seen; what the page merely hides is no fault.
    Source: OWASP Top 10, broken access control.
    """
    return _judged(one, "admin in the browser")


@check("REPO-40", of=Suspect, severity=Severity.MEDIUM, roles=("cto",), mend="XS", reads=_READS)
def debug_left_on(one: Suspect, facts: Facts) -> Verdict:
    """Debug servers, error pages that tell too much, and debug flags that are on.

    What it checks: debug flags and servers, and errors that are answered with how the program is made; files named
    after trying things out are left alone.
    Why it matters: such pages show paths, settings and sometimes a way in.
    How to mend: switch debug off unless a variable of the machine asks for it, and answer errors in plain words.
    Known limits: how a program is started in production is not seen, so a debug server in it counts.
    Source: OWASP Top 10, security misconfiguration.
    """
    return _judged(one, "debug")


@check("REPO-41", of=Suspect, severity=Severity.HIGH, roles=("cto",), mend="S", reads=_READS)
def input_runs(one: Suspect, facts: Facts) -> Verdict:
    """Text of requests that is run: by a shell, as code, as a sentence to a database, or as a template.

    What it checks: whether what comes with a request reaches a shell, eval, SQL that is put together, an unsafe
    reader of objects or a raw template, followed from name to name within one function.
    Why it matters: whoever writes the request decides what your machine does.
    How to mend: hand values over as parameters, never as part of a command or sentence.
    Known limits: text that is handed on to another function is not followed; PHP is read line by line.
    Source: OWASP Top 10, injection.
    """
    return _judged(one, "input")


@check("REPO-42", of=Suspect, severity=Severity.CRITICAL, roles=("cto", "cfo", "ceo"), mend="M", reads=_READS)
def card_data_touched(one: Suspect, facts: Facts) -> Verdict:
    """Card numbers or security codes that come to routes of one's own.

    What it checks: fields of forms and of requests named after the number or code of a card.
    Why it matters: whoever touches card data must prove a whole catalogue of safeguards, and is liable for a leak.
    How to mend: use the hosted fields or page of the payment service, so that card data never passes through you.
    Known limits: told by names; hosted fields are no input of yours and are not told.
    Source: PCI Security Standards Council, self-assessment questionnaires.
    """
    return _judged(one, "card data")


@check(
    "REPO-43",
    of=Suspect,
    severity=Severity.HIGH,
    roles=("cto", "cfo"),
    mend="S",
    feeds=("R-CTO-01",),
    reads=_READS,
)
def test_and_live_mixed(one: Suspect, facts: Facts) -> Verdict:
    """Live payment keys beside test keys, or in a setting for trying things out.

    What it checks: keys of payment services by their form: both sorts in one file, or a live one in a file named
    after development or tests.
    Why it matters: a test charges real cards, or a real order is never paid.
    How to mend: keep each sort in its own setting, the live one in a store alone; replace what stood in the code.
    Known limits: keys whose form does not say which sort they are are not told apart.
    Source: Stripe documentation, API keys.
    """
    return _judged(one, "mixed keys")


@check(
    "REPO-44",
    of=Suspect,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    feeds=("R-CTO-30",),
    reads=_READS,
)
def personal_data_logged(one: Suspect, facts: Facts) -> Verdict:
    """Requests, addresses or papers of people that are written to the log.

    What it checks: whole events and bodies, and fields of mail, card or passport, among what is logged or printed.
    Why it matters: logs are read by many, kept for long, and forgotten when somebody asks to be deleted.
    How to mend: log an id and what happened, never the whole request.
    Known limits: told by names; what a library logs by itself is not seen.
    Source: OWASP Cheat Sheet Series, logging.
    """
    return _judged(one, "personal log")


@check(
    "REPO-45",
    of=Suspect,
    severity=Severity.HIGH,
    roles=("cmo", "cto"),
    mend="S",
    feeds=("R-CMO-07",),
    reads=_READS,
)
def campaign_without_way_out(one: Suspect, facts: Facts) -> Verdict:
    """Code that mails a list, with no way to leave it and no postal address.

    What it checks: functions named after campaigns, newsletters or subscribers that send mail: whether they, or the
    templates that they name, set a List-Unsubscribe header or hold a postal address.
    Why it matters: whoever cannot leave marks the mail as spam; the address is asked for by law.
    How to mend: add one-click unsubscribe headers and your postal address to the template.
    Known limits: mail that a service sends from its own template is not seen.
    Source: 15 USC 7704 (CAN-SPAM); Gmail and Yahoo sender rules.
    """
    return _judged(one, "campaign")
