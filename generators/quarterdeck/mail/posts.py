"""Chooses the post that a portfolio names."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from quarterdeck.collectors.scope import HERE, Scope
from quarterdeck.mail.outbox import Outbox
from quarterdeck.publish.aws import reach_of
from quarterdeck.settings import Settings

if TYPE_CHECKING:
    from quarterdeck.collectors.resolver import Asks
    from quarterdeck.mail.post import Post


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

        return Ses(settings.mail, reach_of(environ), _names(settings, environ))
    from quarterdeck.mail.smtp import Smtp  # noqa: PLC0415 - likewise a server

    return Smtp(settings.mail, environ)


def _names(settings: Settings, environ: Mapping[str, str]) -> "Asks":
    """Name servers; where AWS is played nobody outside is asked."""
    from quarterdeck.collectors.resolver import Resolver  # noqa: PLC0415 - needs a library of its own

    servers = (HERE,) if reach_of(environ).endpoint else settings.dns.resolvers
    return Resolver(Scope(datetime.min.replace(tzinfo=UTC), (), resolvers=servers))


def outbox_of(settings: Settings, root: Path, below: str = "") -> Outbox:
    """The folder for mail that leaves this machine by nobody's hand.

    Args:
        settings: Of the portfolio.
        root: The portfolio's folder.
        below: A folder in it, for mails that are only shown.
    """
    name = "/".join(filter(None, (settings.build, "outbox", below)))
    return Outbox(root / name, f"the folder {name}")
