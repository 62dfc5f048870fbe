"""Checks of how people are signed in: what tokens are signed with, how they are read, and links by mail."""

from collections.abc import Iterator

from quarterdeck.checks.registry import check
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import SignIn
from quarterdeck.model.severity import Severity

_LEAST_BYTES = 32
_LONGEST_MINUTES = 30


def _place(one: SignIn) -> str:
    return f"{one.subject}:{one.line}" if one.line else one.subject


@check(
    "REPO-35",
    of=SignIn,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="S",
    feeds=("R-CTO-12", "R-CTO-02"),
    reads=("SignIn.secret", "SignIn.secret_bytes", "SignIn.has_default_secret", "SignIn.has_tokens"),
)
def token_secret_weak(one: SignIn, facts: Facts) -> Verdict:
    """Tokens that are signed with a secret that others have or can guess.

    What it checks: whether the secret stands in the code, alone or where no other is set; whether it has fewer than
    32 bytes; and whether another tool signs with the same, by keyed fingerprints.
    Why it matters: whoever has the secret is signed in as anybody, everywhere it is used.
    How to mend: give each tool 32 random bytes of its own from a store, and stop where it is not set.
    Known limits: secrets that do not stand in the code are not compared; keys of two halves are not looked at.
    Source: OWASP Cheat Sheet Series, JSON Web Tokens.
    """
    if one.has_tokens is False:
        return NotApplicable("it signs no tokens")
    faults = list(_weaknesses(one, facts))
    if faults:
        return Fail(f"{_place(one)} looks like it signs tokens badly: {', '.join(faults)}.")
    gap = unread(one.has_default_secret)
    return Unknown(gap) if gap else Pass()


def _weaknesses(one: SignIn, facts: Facts) -> Iterator[str]:
    others = {each.repo for each in facts.of(SignIn) if each.secret == one.secret and each.repo != one.repo}
    if isinstance(one.secret, str) and others:
        yield f"its secret also signs in {len(others)} other {'tool' if len(others) == 1 else 'tools'}"
    if one.has_default_secret is True:
        yield "its secret has a default in the code"
    if isinstance(one.secret_bytes, int) and one.secret_bytes < _LEAST_BYTES:
        yield f"its secret has {one.secret_bytes} bytes, of at least {_LEAST_BYTES}"


@check(
    "REPO-36",
    of=SignIn,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="S",
    feeds=("R-CTO-12",),
    reads=("SignIn.token_faults", "SignIn.has_tokens"),
)
def token_checked_badly(one: SignIn, facts: Facts) -> Verdict:
    """Tokens that are believed without a look at who signed them, or for ever.

    What it checks: signature checks that are switched off, the algorithm none or one that the token names, tokens
    without an end, and reading a token where nothing beside it checks it.
    Why it matters: anyone can write such a token, or go on using one that was lost.
    How to mend: verify the signature with one fixed algorithm, and let each token end.
    Known limits: settings that are put together as the program runs are not seen.
    Source: OWASP Cheat Sheet Series, JSON Web Tokens.
    """
    if isinstance(one.has_tokens, NotCollected):
        return Unknown(one.has_tokens)
    if isinstance(one.token_faults, NotCollected):
        return Unknown(one.token_faults)
    if one.token_faults:
        return Fail(f"{one.subject} looks like it handles tokens badly: {', '.join(one.token_faults)}.")
    return Pass() if one.has_tokens else NotApplicable("it has no tokens")


@check(
    "REPO-37",
    of=SignIn,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="XS",
    feeds=("R-CTO-12",),
    reads=("SignIn.has_link", "SignIn.link_minutes"),
)
def sign_in_link_lives_long(one: SignIn, facts: Facts) -> Verdict:
    """Links and codes to sign in that live for more than half an hour, or for ever.

    What it checks: the lifetime of links and codes that are mailed, or that none is set.
    Why it matters: whoever finds an old mail is signed in.
    How to mend: let a link end after 15 minutes.
    Known limits: a lifetime that is set as the program runs is not known; the longest that is named counts.
    Source: OWASP Cheat Sheet Series, authentication.
    """
    if (other := _no_link(one)) is not None:
        return other
    if isinstance(one.link_minutes, NotCollected):
        return Unknown(one.link_minutes)
    if one.link_minutes is None:
        return Fail(f"Links of {_place(one)} look like they never end: no lifetime is set.")
    if one.link_minutes > _LONGEST_MINUTES:
        return Fail(f"Links of {_place(one)} look like they are valid for {one.link_minutes} minutes.")
    return Pass()


def _no_link(one: SignIn) -> Verdict | None:
    """The answer where nothing is mailed, or nobody knows."""
    if isinstance(one.has_link, NotCollected):
        return Unknown(one.has_link)
    return None if one.has_link else NotApplicable("it mails no links and no codes")


@check(
    "REPO-38",
    of=SignIn,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="S",
    feeds=("R-CTO-12",),
    reads=("SignIn.has_link", "SignIn.is_single_use"),
)
def sign_in_link_reusable(one: SignIn, facts: Facts) -> Verdict:
    """Links and codes to sign in that work again after they were used.

    What it checks: whether what redeems a link deletes it or marks it as used, there or one import away.
    Why it matters: whoever reads the mail later, or the address in a log, is signed in, too.
    How to mend: delete the link in the same step in which it is redeemed.
    Known limits: told by names of calls and fields; what deletes by itself after a time does not count.
    Source: OWASP Cheat Sheet Series, authentication.
    """
    if (other := _no_link(one)) is not None:
        return other
    if isinstance(one.is_single_use, NotCollected):
        return Unknown(one.is_single_use)
    return Pass() if one.is_single_use else Fail(f"Links of {_place(one)} look like they can be used twice.")


@check(
    "REPO-39",
    of=SignIn,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("SignIn.is_limited", "SignIn.has_link"),
)
def sign_in_unlimited(one: SignIn, facts: Facts) -> Verdict:
    """Ways to sign in that may be tried as often as anyone likes.

    What it checks: whether anything in or before what asks for passwords, codes or links counts tries.
    Why it matters: codes can be tried until one fits, and your mail be used to flood somebody.
    How to mend: allow a handful of tries an hour for each address and each caller.
    Known limits: limits of a firewall or an interface in front are not seen here.
    Source: OWASP Cheat Sheet Series, authentication.
    """
    if isinstance(one.is_limited, bool):
        said = f"{_place(one)} looks like it lets anyone try to sign in, or ask for links, without end."
        return Pass() if one.is_limited else Fail(said)
    if one.has_link is False:
        return NotApplicable("it takes neither passwords nor codes")
    return Unknown(one.is_limited)
