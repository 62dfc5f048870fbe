"""`quarterdeck send`: a whole report, or the board pack, to one person who may see it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Final, Literal, NamedTuple

import msgspec

from quarterdeck.changes.pages import LastChanges
from quarterdeck.commands.drawings import draw, with_drawings
from quarterdeck.commands.means import envelope_of, means_of, preview_of
from quarterdeck.commands.versions import Opened, opened
from quarterdeck.mail.asked import send_asked
from quarterdeck.mail.attachment import Imprint, attachment
from quarterdeck.mail.pdf import pdf
from quarterdeck.mail.recipients import masked
from quarterdeck.mail.report import Brought, Enclosed, lines_of, report_message
from quarterdeck.mail.sending import Result
from quarterdeck.mail.sides import briefing_for, changes_for
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.errors import UsageError
from quarterdeck.model.finding import ROLE_TITLES, Role
from quarterdeck.model.mail import Reader
from quarterdeck.model.page import Page
from quarterdeck.reports import board
from quarterdeck.reports.pages import role_pages, site_of
from quarterdeck.reports.sources import href
from quarterdeck.settings import Settings

What = Role | Literal["board"]
"""A report, or all of them in short."""
Attach = Literal["html", "pdf"]

_FAILED: Final = 3
_PARTLY: Final = 4
_WORDS: Final[Mapping[str, str]] = {
    "sent": "sent to",
    "quiet": "not sent again to",
    "open": "not sent to",
    "failed": "not sent to",
    "skipped": "not sent to",
    "unknown": "perhaps sent to",
}


class Sent(msgspec.Struct, frozen=True):
    """What became of it; the address stands in it masked (F-178)."""

    title: str
    to: str
    version: str
    place: str
    files: tuple[str, ...]
    """Names and sizes."""
    result: Result
    is_dry_run: bool = False

    def exit_code(self) -> int:
        """0 where it was sent now or before, 4 where nobody can tell, else 3."""
        outcome = self.result.outcome
        return 0 if outcome in {"sent", "quiet"} else _PARTLY if outcome in {"open", "unknown"} else _FAILED

    def sentences(self) -> Iterator[str]:
        """The result in words."""
        if self.is_dry_run:
            yield f"{self.title} of version {self.version} for {self.to} written to {self.place}. Nothing was sent."
        else:
            why = f": {self.result.reason}" if self.result.reason else f", through {self.place}"
            yield f"{self.title} of version {self.version} {_WORDS[self.result.outcome]} {self.to}{why}."
        yield f"Attached: {', '.join(self.files)}."


class _Asked(NamedTuple):
    """What is to be sent to whom."""

    what: What
    title: str
    reader: Reader
    briefing: Briefing
    imprint: Imprint


def send(
    root: Path,
    environ: Mapping[str, str],
    what: What,
    to: str,
    *,
    now: datetime,
    attach: Attach = "html",
    dry_run: bool = False,
    again: bool = False,
) -> Sent:
    """Send a report of the version that readers are given.

    Args:
        root: The portfolio.
        environ: For variables that the settings name, and where programs and the cache are.
        what: A role, or `board`.
        to: Address or id of a person of the settings.
        now: With its zone.
        attach: What the report is sent as.
        dry_run: Write the very mail to a folder instead, and nothing else; no mail service is asked.
        again: Send it although the same mail was sent before, or nobody knows whether it was.

    Raises:
        UsageError: Nothing is published, nobody has that address, they may not see the report, or there is no Chromium.
        OutsideError: Store or mail service refuse; nothing was sent.
    """
    store = opened(root, environ)
    if not store.state.latest:
        raise UsageError(f"Nothing is published in {store.store.place} yet. Run: quarterdeck publish")
    asked = _asked(store, what, to)
    pages = _pages(asked, changes_for(store.store, store.state.latest, asked.reader.audience))
    files = _files(asked, pages, root, environ, attach)
    message = report_message(_brought(asked, pages), asked.reader, envelope_of(store.settings), files)
    if dry_run:
        outbox = preview_of(store.settings, root)
        place, result = outbox.place, Result(message.person, outbox.send(message, ()).outcome)
    else:
        means = means_of(store, root, environ, 1, now)
        place, result = means.post.place, send_asked(message, store.state.latest, means, now, again=again)
    names = tuple(one.words for one in files)
    return Sent(asked.title, masked(asked.reader.address), store.state.latest, place, names, result, dry_run)


def _asked(store: Opened, what: What, to: str) -> _Asked:
    """What is asked for, as far as its reader may see it (F-162)."""
    reader = _reader(store.settings, to)
    if what != "board" and what not in reader.roles:
        can = ", ".join((*reader.roles, "board"))
        raise UsageError(f"{reader.name} may not see the {ROLE_TITLES[what]} report, but: {can}.")
    audience, version = store.settings.audiences[reader.audience], store.state.latest
    briefing = briefing_for(store.store, version, reader.audience, audience)
    if briefing is None:
        raise UsageError(
            f"Version {version} is not made for what {reader.name} may see today. Build and publish again."
        )
    address = (store.settings.publishing.site_url or "").rstrip("/")
    site = f"{address}/{version}/" if address else ""
    title = "Board pack" if what == "board" else f"{ROLE_TITLES[what]} report"
    return _Asked(what, title, reader, briefing, Imprint(briefing.name, version, site, briefing.is_sample))


def _reader(settings: Settings, to: str) -> Reader:
    """The one person with an address, by it or by their id, and every report that their audience may see."""
    found = [
        Reader(person, known.name, known.address, settings.audiences[known.audience].roles, known.audience)
        for person, known in sorted(settings.people.items())
        if known.address is not None and to.strip().lower() in (person, known.address.lower())
    ]
    if not found:
        raise UsageError(
            f"{masked(to)} is nobody's address. Reports are sent to people of portfolio.yml alone: add it there "
            "as the address: of one, with an audience: that may see the report."
        )
    if len(found) > 1:
        names = " and ".join(one.person for one in found)
        raise UsageError(
            f"people: {names} share one address, so nobody knows whose reports to send. "
            "Give each an address of their own in portfolio.yml."
        )
    return found[0]


def _pages(asked: _Asked, last: LastChanges) -> tuple[Page, ...]:
    """The pages of the report, its first one in front."""
    site = site_of(asked.briefing, last)
    if asked.what != "board":
        return tuple(role_pages(site, asked.what))
    each = chain.from_iterable(role_pages(site, role) for role in asked.briefing.roles)
    return (board.page(site, each),)


def _files(
    asked: _Asked, pages: tuple[Page, ...], root: Path, environ: Mapping[str, str], attach: Attach
) -> tuple[Enclosed, ...]:
    drawn = draw(pages, root, environ)
    files = []
    for page in pages:
        name = Path(page.path).stem
        whole = attachment(page, with_drawings(page, drawn), asked.imprint)
        files.append(
            Enclosed(f"{name}.html", whole, "text/html")
            if attach == "html"
            else Enclosed(f"{name}.pdf", pdf(whole, environ), "application/pdf")
        )
    return tuple(files)


def _brought(asked: _Asked, pages: tuple[Page, ...]) -> Brought:
    return Brought(
        title=asked.title,
        as_of=asked.briefing.as_of,
        lines=lines_of(pages[0]),
        imprint=asked.imprint,
        place=href("index.md", pages[0].path),
    )
