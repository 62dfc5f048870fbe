"""Rules of trust between programs: how people sign in, and how a call from outside is believed."""

from collections.abc import Iterator

from quarterdeck.model.severity import Severity
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule


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
def weak_sign_in(_: Known) -> Iterator[Hit]:
    """Tokens are signed with a weak or shared secret, or a link that signs in lives too long.

    What it checks: the secret of signed tokens (shared by two repositories, a default, under 32 bytes), how tokens are
    read, and links by mail that are valid for more than 30 minutes or can be used twice, by the checks of sign-in.
    Why it matters: whoever guesses the secret, or finds an old mail, is signed in as anybody.
    How to mend: 32 random bytes for each tool, from a store; a link that works once, for 15 minutes.
    Known limits: a lifetime that is set at run time is not known, and nothing is told of it.
    Source: OWASP Cheat Sheet Series, JSON Web Tokens and session management.
    """
    yield from ()


@rule(
    "R-CTO-26",
    severity=Severity.HIGH,
    roles=("cto",),
    affects=(("cfo", "orders and payments may be false"),),
    action="Verify the sender's signature before anything is done.",
    effort_hours=2,
    reads=("Handler.is_webhook", "Handler.is_guarded"),
)
def webhook_unverified(_: Known) -> Iterator[Hit]:
    """A route that another service calls to tell of payments or events believes everybody.

    What it checks: routes that are webhooks, and whether they verify a signature or ask the sender back, by the check
    of webhooks.
    Why it matters: anyone can tell it that something was paid.
    How to mend: verify the signature with the service's own library, then act.
    Known limits: a check more than one import away may not be seen.
    Source: Stripe documentation, verify webhook signatures.
    """
    yield from ()
