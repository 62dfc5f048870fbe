"""`quarterdeck notify`: tells each person, once and in one mail, what changed since they were last told."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from quarterdeck.brief import EverythingRead
from quarterdeck.commands.changes import State, between
from quarterdeck.commands.formats import json_text
from quarterdeck.commands.inputs import read
from quarterdeck.commands.means import NOBODY, envelope_of, means_of, preview_of
from quarterdeck.commands.past import Portfolio
from quarterdeck.commands.progress import doing
from quarterdeck.commands.versions import Opened, opened
from quarterdeck.git.history import descends
from quarterdeck.mail.due import is_due
from quarterdeck.mail.mailing import open_delivery, read_mailing, stop_token
from quarterdeck.mail.recipients import copies, masked, readers, sees_all
from quarterdeck.mail.sending import OPEN, Letter, Result, send_each
from quarterdeck.mail.sides import briefing_for
from quarterdeck.mail.stopping import stops_of
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.change import Changes
from quarterdeck.model.errors import InputError, UsageError
from quarterdeck.model.mail import Mailing, Message, Reader
from quarterdeck.publish.prepared import refuse_past
from quarterdeck.reports.words import counted

if TYPE_CHECKING:
    from quarterdeck.mail.headers import Envelope

_PARTLY: Final = 4
_FAILED: Final = 3
_WORDS: Final[Mapping[str, str]] = {
    "sent": "mailed",
    "skipped": "skipped",
    "failed": "not mailed",
    "unknown": "perhaps mailed",
    "open": "waiting",
    "held": "not tried",
    "quiet": "nothing to send",
}
_WRONG: Final = frozenset({"failed", "unknown", "open", "held"})


class Notified(msgspec.Struct, frozen=True):
    """What one run did, for people and programs; addresses stand in it masked (F-178)."""

    place: str
    version: str
    results: tuple[Result, ...]
    """By person."""
    addresses: Mapping[str, str]
    """Person -> address as logs may show it."""
    is_dry_run: bool = False

    def exit_code(self) -> int:
        """0 where everybody who was due got their mail, 3 where nobody did, 4 where some did not (F-155)."""
        wrong = [one for one in self.results if one.outcome in _WRONG]
        if not wrong:
            return 0
        fared = {one.outcome for one in self.results} - {"quiet"}
        return _FAILED if fared <= {"failed", "held"} else _PARTLY

    def sentences(self) -> Iterator[str]:
        """The result in words."""
        for one in self.results:
            why = f": {one.reason}" if one.reason else ""
            became = "to be mailed" if self.is_dry_run and one.outcome == "sent" else _WORDS[one.outcome]
            yield f"{one.person} ({self.addresses[one.person]}): {became}{why}"
        sent = sum(one.outcome == "sent" for one in self.results)
        if not self.place:
            yield f"No mail was due about version {self.version}."
        elif self.is_dry_run:
            yield f"{counted(sent, 'mail')} about version {self.version} written to {self.place}. Nothing was sent."
        else:
            yield f"{counted(sent, 'mail')} about version {self.version} went to {self.place}."

    def as_json(self, code: int) -> str:
        """The result for programs."""
        content = {"schema": 1, "exit_code": code, **msgspec.to_builtins(self)}
        return json_text(content)


class Told(NamedTuple):
    """What one reader is told, and how it came about."""

    before: Briefing | None
    after: Briefing
    changes: Changes
    earlier: Changes | None
    """What the last mail was made of."""


def run(root: Path, environ: Mapping[str, str], *, now: datetime, dry_run: bool = False) -> Notified:
    """Mail everybody who is due what changed between the version they were last told about and that of today.

    Args:
        root: The portfolio.
        environ: For variables that the settings name.
        now: The moment, with its zone.
        dry_run: Write the very mails to a folder instead; nothing else is written, and no mail service is asked.

    Raises:
        InputError: A file is refused; nobody is mailed while one is (F-176).
        UsageError: Files are not committed (F-150) or are past (F-225), nothing was published, or a setting of mail is
            wrong.
        OutsideError: Store or mail service refuse; nobody was mailed.
    """
    here = read(root, environ, today=lambda zone: now.astimezone(ZoneInfo(zone)).date())
    _refuse_unsound(here)
    store = opened(root, environ)
    if not store.state.latest:
        raise UsageError(f"Nothing is published in {store.store.place} yet. Run: quarterdeck publish")
    refuse_past(root, store.state)
    everybody = readers(here.settings)
    copies(here.settings)  # refused before anybody's mail is written
    work = Round(Portfolio(root, environ, here), store, now.astimezone(ZoneInfo(here.settings.timezone)))
    doing("Comparing versions and writing mails")
    planned = [work.planned(one, dry_run=dry_run) for one in everybody]
    letters = [one for one in planned if isinstance(one, Letter)]
    quiet = [one for one in planned if isinstance(one, Result)]
    place = ""
    done: list[Result] = []
    if dry_run:
        place, done = _shown(work, letters)
    elif letters:
        means = means_of(store, root, environ, len(letters), now)
        doing(f"Sending {counted(len(letters), 'mail')}")
        place, done = means.post.place, list(send_each(letters, means, now))
    return Notified(
        place,
        store.state.latest,
        tuple(sorted([*quiet, *done], key=lambda one: one.person)),
        {one.person: masked(one.address) for one in everybody},
        dry_run,
    )


class Round:
    """One run over all readers: each range is compared once for each audience."""

    def __init__(self, portfolio: Portfolio, store: Opened, now: datetime) -> None:
        """Ask nothing yet."""
        self.portfolio, self.store, self.now = portfolio, store, now
        self.settings = portfolio.here.settings
        self._stops = stops_of(self.settings.publishing, portfolio.environ)
        self._briefings: dict[tuple[str, str], Briefing | None] = {}
        self._compared: dict[tuple[str, str, str], Changes] = {}

    @property
    def version(self) -> str:
        """What readers are given."""
        return self.store.state.latest

    def planned(self, reader: Reader, *, dry_run: bool) -> Letter | Result:
        """The mail to one person, or why there is none."""
        mailing = read_mailing(self.store.store, reader.person)
        if reason := self._quiet(reader, mailing):
            return Result(reader.person, "quiet", reason)
        if open_delivery(mailing) is not None:
            return Result(reader.person, "open", OPEN)
        told = self._told(reader, mailing)
        if told is None:
            why = f"version {self.version} is not made for what they may see today: build and publish again"
            return Result(reader.person, "held", why)
        message = self._message(reader, mailing, told, dry_run=dry_run)
        if message is None:
            return Result(reader.person, "quiet", "nothing changed for them")
        return Letter(message, self.version, mailing.mailed)

    def _quiet(self, reader: Reader, mailing: Mailing) -> str:
        """Why somebody is not to be told anything now; empty where they are."""
        if reader.mails == "never":
            return "they want no mail"
        if mailing.mailed == self.version and open_delivery(mailing) is None:
            return "they know this version"
        if not is_due(reader, mailing, self.now):
            return f"they want mail {reader.mails}, and had theirs"
        if self._stops and self._stops.is_quiet(reader.person):
            return "they stopped their mails"
        return ""

    def _told(self, reader: Reader, mailing: Mailing) -> Told | None:
        """What changed for one reader; None where the version holds nothing that is theirs."""
        after = self._briefing(self.version, reader.audience)
        if after is None:
            return None
        before = self._briefing(mailing.mailed, reader.audience) if mailing.mailed else None
        last = next((one for one in reversed(mailing.deliveries) if one.outcome == "sent"), None)
        earlier = None
        if before is not None and last is not None and last.version == mailing.mailed and last.since_version:
            earlier = self._changes(last.since_version, last.version, reader.audience)
        changes = self._changes(mailing.mailed if before else "", self.version, reader.audience)
        return None if changes is None else Told(before, after, changes, earlier)

    def _briefing(self, version: str, audience: str) -> Briefing | None:
        key = (version, audience)
        if key not in self._briefings:
            allowed = self.settings.audiences[audience]
            self._briefings[key] = briefing_for(self.store.store, version, audience, allowed)
        return self._briefings[key]

    def _changes(self, since: str, version: str, audience: str) -> Changes | None:
        """What is otherwise in a version; None where one of both is not there for this audience."""
        key = (since, version, audience)
        if key not in self._compared:
            before = self._briefing(since, audience) if since else None
            after = self._briefing(version, audience)
            if after is None or (since and before is None):
                return None
            self._compared[key] = self._between(before, after, audience)
        return self._compared[key]

    def _between(self, before: Briefing | None, after: Briefing, audience: str) -> Changes:
        state = State(after, after.commit, is_made=False)
        here = msgspec.structs.replace(self.portfolio.here, as_of=after.as_of)
        portfolio = msgspec.structs.replace(self.portfolio, here=here)
        allowed = self.settings.audiences[audience]
        past = None if before is None else State(before, before.commit, is_made=False)
        return between(portfolio, past, state, None if sees_all(allowed) else allowed)

    def _message(self, reader: Reader, mailing: Mailing, told: Told, *, dry_run: bool) -> Message | None:
        from quarterdeck.charts.render import png  # noqa: PLC0415 - heavy, and only where a mail is made
        from quarterdeck.mail.desk import Edition  # noqa: PLC0415 - likewise
        from quarterdeck.mail.digest import digest  # noqa: PLC0415 - likewise
        from quarterdeck.mail.message import message  # noqa: PLC0415 - likewise

        edition = Edition(
            version=self.version,
            since_version=mailing.mailed if told.before else "",
            site=f"{self._site}/{self.version}/" if self._site else "",
            told=told.earlier,
            is_back=told.before is not None and self._is_back(told.before, told.after),
        )
        made = digest(told.before, told.after, told.changes, reader, edition)
        if made is None:
            return None
        picture = png(made.picture.drawing) if made.picture else None
        return message(made, self._envelope(mailing, dry_run=dry_run), picture)

    @property
    def _site(self) -> str:
        return (self.settings.publishing.site_url or "").rstrip("/")

    def _is_back(self, before: Briefing, after: Briefing) -> bool:
        """Whether readers were led back to an older version."""
        return after.as_of < before.as_of or descends(self.portfolio.root, before.commit, after.commit)

    def _envelope(self, mailing: Mailing, *, dry_run: bool) -> "Envelope":
        token = mailing.stop or new_token()
        if not mailing.stop and not dry_run:
            token = stop_token(self.store.store, mailing.person, new_token)
        page = self._stops if self._site else None
        if page and not dry_run:
            page.know(token, mailing.person)
        mail = self.settings.mail
        return envelope_of(
            self.settings,
            stop_url=f"{self._site}/auth/stop?t={token}" if page else "",
            stop_mailto=mail.reply_to or mail.sender or NOBODY,
        )


def new_token() -> str:
    """A word that nobody can guess."""
    return secrets.token_urlsafe(32)


def _refuse_unsound(here: EverythingRead) -> None:
    """Refuse to tell anybody of a state that nobody committed, or that holds an error (F-150, F-176)."""
    if refused := [one for one in here.reading.problems if one.refused]:
        raise InputError(refused)
    if here.history.is_dirty:
        raise UsageError(
            "Files differ from the last commit, or git is told to ignore some. Commit them, build and publish, "
            "then notify."
        )


def _shown(work: Round, letters: Iterable[Letter]) -> tuple[str, list[Result]]:
    """Write the very mails that would be sent, and no others, to a folder (F-169)."""
    outbox = preview_of(work.settings, work.portfolio.root)
    return outbox.place, [Result(one.message.person, outbox.send(one.message, ()).outcome) for one in letters]
