"""Rules of trust between programs: how people sign in, and how a call from outside is believed."""

from collections.abc import Iterator

from quarterdeck.model.repositories import Handler, SignIn
from quarterdeck.model.severity import Severity
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule

_LEAST_BYTES = 32
_LONGEST_MINUTES = 30


@rule(
    "R-CTO-12",
    severity=Severity.HIGH,
    roles=("cto",),
    action="Give each tool its own random secret, and let links work once, for 15 minutes.",
    effort_hours=2,
    reads=(
        "SignIn.secret",
        "SignIn.secret_bytes",
        "SignIn.has_default_secret",
        "SignIn.link_minutes",
        "SignIn.is_single_use",
    ),
)
def weak_sign_in(known: Known) -> Iterator[Hit]:
    """Tokens are signed with a weak or shared secret, or a link that signs in lives too long.

    What it checks: the secret of signed tokens (shared by two repositories, a default, under 32 bytes), and links
    by mail that are valid for more than 30 minutes or can be used twice.
    Why it matters: whoever guesses the secret, or finds an old mail, is signed in as anybody.
    How to mend: 32 random bytes for each tool, from a store; a link that works once, for 15 minutes.
    Known limits: a lifetime that is set at run time is not known, and nothing is told of it.
    Source: OWASP Cheat Sheet Series, JSON Web Tokens and session management.
    """
    places: dict[str, set[str]] = {}
    for one in known.facts.of(SignIn):
        if isinstance(one.secret, str):
            places.setdefault(one.secret, set()).add(one.repo)
    for one in known.facts.of(SignIn):
        shared = len(places[one.secret]) if isinstance(one.secret, str) else 0
        faults = list(_faults(one, shared))
        if faults:
            yield Hit(
                entity=one.entity,
                subject=f"{one.repo}:{one.path}",
                message=f"Sign-in of {one.repo}:{one.path}: {', '.join(faults)}.",
                evidence=(one.source,),
            )


def _faults(one: SignIn, shared: int) -> Iterator[str]:
    if shared > 1:
        yield f"its secret also signs in {shared - 1} other {'tool' if shared == 2 else 'tools'}"  # noqa: PLR2004
    if one.has_default_secret is True:
        yield "its secret has a default in the code"
    if isinstance(one.secret_bytes, int) and one.secret_bytes < _LEAST_BYTES:
        yield f"its secret has {one.secret_bytes} bytes, of at least {_LEAST_BYTES}"
    if one.has_link is not True:
        return
    if one.link_minutes is None:
        yield "its links never end"
    elif isinstance(one.link_minutes, int) and one.link_minutes > _LONGEST_MINUTES:
        yield f"its links are valid for {one.link_minutes} minutes"
    if one.is_single_use is False:
        yield "its links can be used twice"


@rule(
    "R-CTO-26",
    severity=Severity.HIGH,
    roles=("cto",),
    affects=(("cfo", "orders and payments may be false"),),
    action="Verify the sender's signature before anything is done.",
    effort_hours=2,
    reads=("Handler.is_webhook", "Handler.is_guarded"),
)
def webhook_unverified(known: Known) -> Iterator[Hit]:
    """A route that another service calls to tell of payments or events believes everybody.

    What it checks: routes that are webhooks, and whether they verify a signature or ask the sender back.
    Why it matters: anyone can tell it that something was paid.
    How to mend: verify the signature with the service's own library, then act.
    Known limits: a check more than one import away may not be seen.
    Source: Stripe documentation, verify webhook signatures.
    """
    for one in known.facts.of(Handler):
        if one.is_webhook is True and one.is_guarded is False:
            yield Hit(
                entity=one.entity,
                subject=f"{one.repo}:{one.path} {one.route}",
                message=f"{one.route} in {one.repo}:{one.path} takes events without verifying who sends them.",
                evidence=(one.source,),
            )
