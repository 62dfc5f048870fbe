"""Checks of what answers requests: whether it asks who calls before it believes, changes or tells anything."""

import re

from quarterdeck.checks.registry import check
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import Handler
from quarterdeck.model.severity import Severity

_GRAVE = re.compile(r"(?i)admin|roster|refund")
_FORM = re.compile(r"(?i)contact|subscribe|quote")


def _place(one: Handler) -> str:
    return f"{one.repo}:{one.path}:{one.line}" if one.line else f"{one.repo}:{one.path}"


def _is_meant(one: Handler, facts: Facts) -> bool:
    """Whether the settings list a route as open on purpose, with or without its method."""
    return not {one.route, one.route.rpartition(" ")[2]}.isdisjoint(facts.evidence.declared.public_routes)


def _asked(one: Handler) -> Verdict | None:
    """The answer where it is known to ask, or nobody knows; None where it does not ask."""
    if isinstance(one.is_guarded, NotCollected):
        return Unknown(one.is_guarded)
    return Pass(", ".join(one.guarded_by)) if one.is_guarded else None


@check(
    "REPO-31",
    of=Handler,
    severity=Severity.HIGH,
    roles=("cto", "cfo"),
    mend="S",
    feeds=("R-CTO-26",),
    reads=("Handler.is_webhook", "Handler.is_guarded", "Handler.guarded_by", "Handler.reads_body"),
)
def webhook_unsigned(one: Handler, facts: Facts) -> Verdict:
    """Routes that other services call with news, and that believe whoever calls.

    What it checks: routes named like a webhook, or that tell apart what a payment service tells of: whether they
    verify a signature, hold a key against their own, or ask the sender back, there or in a helper one import away.
    Why it matters: anyone can tell it that something was paid.
    How to mend: verify the signature with the service's own library before anything is done.
    Known limits: a check two imports away, or in a library of one's own that is installed, is not seen.
    Source: Stripe documentation, verify webhook signatures.
    """
    if isinstance(one.is_webhook, NotCollected):
        return Unknown(one.is_webhook)
    if not one.is_webhook:
        return NotApplicable("it is no webhook")
    if one.reads_body is False and one.changes_data is False:
        return NotApplicable("it reads nothing of what is sent")
    said = f"{one.route} in {_place(one)} looks like it takes events without verifying who sends them."
    return _asked(one) or Fail(said)


@check(
    "REPO-32",
    of=Handler,
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    mend="M",
    feeds=("R-CTO-11",),
    over=("REPO-34",),
    reads=("Handler.changes_data", "Handler.changes", "Handler.is_guarded", "Handler.is_webhook"),
)
def route_changes_without_auth(one: Handler, facts: Facts) -> Verdict:
    """Routes in the code that change data, and that ask nobody who calls.

    What it checks: whether a route that writes to a table, bucket, queue, or sends mail or refunds, checks a session,
    token, signature or key: itself, by a decorator, by what runs before it, or in a helper one import away; critical
    where it is named after admins, rosters or refunds, medium for a form for contact, subscribing or quotes.
    Why it matters: strangers can write, delete, refund or mail in your name.
    How to mend: require a token, a signature or a sign-in, checked on the server.
    Known limits: told by names of calls; a check two imports away is not seen; one that only looks like a check counts.
    Source: OWASP API Security Top 10, broken authentication.
    """
    if isinstance(one.changes_data, NotCollected):
        return Unknown(one.changes_data)
    if not one.changes_data:
        return NotApplicable("it is not seen to change anything")
    if one.is_webhook is True:
        return NotApplicable("a webhook proves who calls by its signature")
    if one.is_sign_in:
        return NotApplicable("it is how people get in")
    if _is_meant(one, facts):
        return Pass("meant to be public, by portfolio.yml")
    what = f" ({', '.join(one.changes)})" if one.changes else ""
    said = f"{one.route} in {_place(one)} looks like it changes data{what} without asking who calls."
    return _asked(one) or Fail(said, _weight(one))


def _weight(one: Handler) -> Severity | None:
    words = f"{one.route} {one.function}"
    if _GRAVE.search(words):
        return Severity.CRITICAL
    return Severity.MEDIUM if _FORM.search(words) else None


@check(
    "REPO-34",
    of=Handler,
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    mend="M",
    feeds=("R-CTO-11",),
    reads=("Handler.returns_people", "Handler.people", "Handler.is_guarded"),
)
def personal_read_without_auth(one: Handler, facts: Facts) -> Verdict:
    """Routes in the code that hand out somebody's data to whoever guesses its number.

    What it checks: routes that read a roster, waiver, guest, booking, tenant or the like by an id that comes with the
    request, and ask nobody who calls.
    Why it matters: numbers can be counted through, and every guest's papers read.
    How to mend: require a sign-in and look whether the record belongs to whoever asks; or use an id that is random.
    Known limits: told by names; whether an id is random is told by what it is called.
    Source: OWASP API Security Top 10, broken object level authorization.
    """
    if isinstance(one.returns_people, NotCollected):
        return Unknown(one.returns_people)
    if not one.returns_people:
        return NotApplicable("it is not seen to hand out what is about one person")
    if _is_meant(one, facts):
        return Pass("meant to be public, by portfolio.yml")
    said = (
        f"{one.route} in {_place(one)} looks like it hands out {one.people} data by an id that can be guessed, "
        "without asking who calls."
    )
    return _asked(one) or Fail(said)
