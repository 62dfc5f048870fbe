"""What one mail says and what becomes of it; all of it values, chosen for one reader before anything is rendered."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from quarterdeck.model.change import Tone
from quarterdeck.model.finding import Role
from quarterdeck.model.page import Drawing


class Reader(msgspec.Struct, frozen=True):
    """Somebody who gets mail."""

    person: str
    """Id in the settings."""
    name: str
    address: str
    roles: tuple[Role, ...]
    audience: str
    mails: Literal["commit", "daily", "weekly", "never"] = "commit"


class Link(msgspec.Struct, frozen=True):
    """A place in a version: `reports/cfo/#burn`; no session stands in it."""

    path: str
    words: str = ""


class MovedFigure(msgspec.Struct, frozen=True):
    """One row of the table of figures that moved."""

    title: str
    whose: str
    """Name of the business; empty for the portfolio."""
    before: str
    after: str
    tone: Tone
    link: Link


class News(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that changed, as a reader is told."""

    badge: str
    """`New`, `Worse`, `Better`, `Resolved`, `With time` …"""
    tone: Tone
    sentence: str
    why: str = ""
    money: str = ""
    """At stake or moved, with its unit; empty where nothing is known."""
    link: Link


class ReportNews(msgspec.Struct, frozen=True):
    """What changed in one report."""

    title: str
    news: tuple[News, ...]
    """At most three, money first."""
    more: int
    """How many besides."""
    link: Link


class Picture(msgspec.Struct, frozen=True):
    """The one chart of a mail."""

    drawing: Drawing
    sentence: str
    alt: str
    """Holds the numbers."""
    rows: tuple[tuple[str, ...], ...]
    """The same as a table for the plain part, at most eight rows, heads first."""
    about: str = ""
    """What is shown in which unit, and which line or colour is what."""


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """One mail to one reader about one range of versions."""

    reader: Reader
    portfolio: str
    version: str
    since_version: str
    """Empty for the first mail."""
    as_of: date
    since: date | None
    """None where there is nothing to compare with; the mail then says what stands worst."""
    site: str
    """Address of the version, with a slash at its end: links are below it."""
    subject: str
    preheader: str
    headline: str
    count: int
    """Changes in all."""
    moved: tuple[MovedFigure, ...]
    """At most five."""
    reports: tuple[ReportNews, ...]
    unchanged: tuple[str, ...]
    """Titles of the reader's reports in which nothing changed."""
    coverage: str = ""
    """How much is known of what each report asks for, in words."""
    not_fresh: tuple[str, ...]
    """Sources that are old, or that could not be read, in words."""
    withdrawn: tuple[str, ...] = ()
    """What the last mail said and is no longer so after a revert or a rollback."""
    picture: Picture | None = None
    is_sample: bool = False


class Message(msgspec.Struct, frozen=True):
    """One finished mail."""

    person: str
    to: str
    message_id: str
    """Made of version, person and content, with its angle brackets; equal for equal mail."""
    data: bytes
    """As it goes over the line; no blind copy stands in it."""


Outcome = Literal["sent", "failed", "unknown", "skipped"]
"""`failed` surely was not sent, `unknown` may have been; `skipped` never was to be, such as a suppressed address."""


class Delivery(msgspec.Struct, frozen=True, omit_defaults=True):
    """One mail that was begun."""

    message_id: str
    version: str
    since_version: str
    digest: str
    """Hash of the message."""
    begun_at: str
    """ISO moment."""
    outcome: Outcome | Literal["begun"]
    """`begun` until its result is written; found so later, it is unknown."""
    reason: str = ""
    """Why it failed or was skipped, without an address."""
    provider_id: str = ""
    """What the service calls it."""


class Mailing(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What was mailed to one person; one file of the store, changed by conditional writes alone."""

    schema: int = 1
    person: str
    mailed: str = ""
    """The version that they were last told about; where the next mail's range begins."""
    deliveries: tuple[Delivery, ...] = ()
    """Newest last; at most fifty are kept."""
    stop: str = ""
    """Token of their link to stop mails; private."""
    facts: Mapping[str, int] = {}
    """Counts of what came back: delivered, bounced, complained."""
