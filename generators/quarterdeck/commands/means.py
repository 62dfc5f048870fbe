"""From whom mails come and what they leave with, once it is seen that they may."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from quarterdeck.commands.build import claim
from quarterdeck.commands.versions import Opened
from quarterdeck.mail.feedback import is_suppressed, read_feedback, stops
from quarterdeck.mail.outbox import Outbox
from quarterdeck.mail.posts import outbox_of, post_of
from quarterdeck.mail.recipients import copies
from quarterdeck.mail.sending import Means
from quarterdeck.mail.sides import is_sample
from quarterdeck.model.errors import OutsideError
from quarterdeck.reports.words import counted
from quarterdeck.settings import Settings

if TYPE_CHECKING:
    from quarterdeck.mail.headers import Envelope

PREVIEW: Final = "dry-run"
"""Folder of the outbox for mails that are only shown."""
NOBODY: Final = "reports@example.com"
"""From whom mail in the outbox comes, where the settings name no sender."""


def means_of(found: Opened, root: Path, environ: Mapping[str, str], mails: int, now: datetime) -> Means:
    """What some mails are sent with (F-163, F-165 to F-168, F-174).

    Args:
        found: The store with the version that they tell of.
        root: The portfolio.
        environ: Holds the password of a mail server, and says where AWS is played, if it is.
        mails: How many there are, each to one reader.
        now: The moment, with its zone.

    Raises:
        UsageError: The settings of mail are wrong.
        OutsideError: They may not be sent now; it says why. Nothing was.
    """
    settings, store = found.settings, found.store
    blind = copies(settings)
    post = post_of(settings, root, environ, is_sample=is_sample(store, found.state.latest))
    feedback = read_feedback(store)
    refused = post.refusals(mails * (1 + len(blind)))
    if not isinstance(post, Outbox):
        today = now.astimezone(ZoneInfo(settings.timezone)).date()
        refused += stops(feedback, settings.assumed().send_stop, today)
    if refused:
        words = [f"Nothing was sent: {counted(len(refused), 'thing')} to mend.", *refused]
        raise OutsideError("\n".join(words))
    claim(root / settings.build)
    return Means(store, post, blind, partial(is_suppressed, feedback))


def preview_of(settings: Settings, root: Path) -> Outbox:
    """The folder for the very mails that would be sent, emptied of those of the run before (F-169)."""
    claim(root / settings.build)
    outbox = outbox_of(settings, root, PREVIEW)
    outbox.clear()
    return outbox


def envelope_of(settings: Settings, stop_url: str = "", stop_mailto: str = "") -> "Envelope":
    """From whom mails come, and how their reader stops them; nobody is subscribed to what is asked for."""
    from quarterdeck.mail.headers import Envelope  # noqa: PLC0415 - heavy, and only where a mail is made

    mail = settings.mail
    sender = mail.sender or NOBODY
    return Envelope(
        sender=sender,
        sender_name=mail.sender_name,
        reply_to=mail.reply_to or "",
        stop_url=stop_url,
        stop_mailto=stop_mailto,
        domain=sender.rpartition("@")[2],
        prefix=mail.subject_prefix or "",
    )
