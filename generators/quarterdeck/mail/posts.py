"""Chooses the post that a portfolio names."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from quarterdeck.collectors.scope import Scope
from quarterdeck.mail.outbox import Outbox
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.web import DomainCheck
from quarterdeck.parse.evidence import parse_evidence
from quarterdeck.portfolio import EVIDENCE, json_files
from quarterdeck.publish.aws import reach_of
from quarterdeck.settings import Settings

if TYPE_CHECKING:
    from quarterdeck.collectors.resolver import Answer, Asks
    from quarterdeck.mail.post import Post

_DOMAINS: Final = f"{EVIDENCE}/dns"
"""Where the newest audit keeps what it saw of domains."""


def post_of(settings: Settings, root: Path, environ: Mapping[str, str], *, is_sample: bool) -> "Post":
    """The post of the settings; for a portfolio of samples the outbox, whatever they say.

    Args:
        settings: Of the portfolio.
        root: The portfolio's folder.
        environ: Holds the password of a mail server, and says where AWS is played, if it is.
        is_sample: Whether every business is one.

    Raises:
        UsageError: The settings of the post are not complete.
        OutsideError: There are no credentials.
    """
    if is_sample or settings.mail.through == "outbox":
        return outbox_of(settings, root)
    if settings.mail.through == "ses":
        from quarterdeck.mail.ses import Ses  # noqa: PLC0415 - asks AWS

        seen, _ = parse_evidence(json_files(root, [_DOMAINS])[0])
        return Ses(settings.mail, reach_of(environ), _names(settings, environ), seen.of(DomainCheck))
    from quarterdeck.mail.smtp import Smtp  # noqa: PLC0415 - likewise a server

    return Smtp(settings.mail, environ)


def _names(settings: Settings, environ: Mapping[str, str]) -> "Asks":
    """Name servers; where AWS is played nobody outside is asked, and the newest audit speaks."""
    from quarterdeck.collectors.resolver import Resolver  # noqa: PLC0415 - needs a library of its own

    if reach_of(environ).endpoint:
        return _Nobody()
    return Resolver(Scope(datetime.min.replace(tzinfo=UTC), (), resolvers=settings.dns.resolvers))


class _Nobody:
    """Stands where name servers do, and knows nothing."""

    def ask(self, name: str, kind: str, *, at: str = "", unchecked: bool = False) -> "Answer":
        """That nobody can tell."""
        del at, unchecked
        return NotCollected("dns", name, f"{kind}: names are not asked where AWS is played")


def outbox_of(settings: Settings, root: Path, below: str = "") -> Outbox:
    """The folder for mail that leaves this machine by nobody's hand.

    Args:
        settings: Of the portfolio.
        root: The portfolio's folder.
        below: A folder in it, for mails that are only shown.
    """
    name = "/".join(filter(None, (settings.build, "outbox", below)))
    return Outbox(root / name, f"the folder {name}")
