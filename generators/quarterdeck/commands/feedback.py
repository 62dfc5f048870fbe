"""`quarterdeck feedback`: takes in what became of mail, so that dead addresses are left out and others arrive."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from quarterdeck.commands.replace import replace
from quarterdeck.commands.versions import opened
from quarterdeck.mail.events import Certificates, Ours, StrangeError, read_event
from quarterdeck.mail.feedback import ASIDE, our_mails, read_feedback, remember, stops, totals
from quarterdeck.mail.queue import Queue, Record, fetched
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.feedback import DayCounts, Event, Feedback
from quarterdeck.model.mail_account import MailFeedback
from quarterdeck.model.source import Source
from quarterdeck.parse.evidence import Header, write_evidence
from quarterdeck.publish import kinds
from quarterdeck.publish.aws import reach_of
from quarterdeck.publish.lists import small
from quarterdeck.publish.store import Store
from quarterdeck.reports.words import counted

EVIDENCE: Final = "evidence/feedback/mail.json"

_STOPPED: Final = 1
_PARTLY: Final = 4


class Taken(NamedTuple):
    """What one run took in."""

    events: int
    """Of our own mails."""
    strange: Mapping[str, int]
    """Why records were not believed -> how many; they stay in the queue, and end aside, where an alarm hears of it."""
    sums: DayCounts
    """Of the last 30 days."""
    suppressed: int
    stops: tuple[str, ...]

    def exit_code(self) -> int:
        """1 where sending has to stop, 4 where records were left, else 0."""
        return _STOPPED if self.stops else _PARTLY if self.strange else 0

    def sentences(self) -> Iterator[str]:
        """The result in words, without an address (F-178)."""
        one = self.sums
        yield (
            f"{counted(self.events, 'event')} taken in. Last 30 days: {one.sent} sent, {one.delivered} delivered, "
            f"{one.bounced} bounced for good, {one.delayed} delayed, {one.complained} called spam."
        )
        yield f"{counted(self.suppressed, 'address', 'addresses')} will not be mailed again. Counts are in {EVIDENCE}."
        for why, times in sorted(self.strange.items()):
            yield f"{counted(times, 'record')} left in the queue: {why}."
        yield from self.stops


def waiting(root: Path, environ: Mapping[str, str]) -> str:
    """About how many records wait, as a sentence; none of them is touched."""
    found = Queue(opened(root, environ).settings.mail, reach_of(environ)).waiting()
    return f"About {counted(found, 'record')} in the queue. Nothing was taken in."


def feedback(
    root: Path, environ: Mapping[str, str], *, now: datetime, certificates: Certificates = fetched
) -> Taken:
    """Empty the queue, remember what it says, and write the counts into the evidence.

    A record is taken off only once it is remembered; told again, it counts no second time.

    Args:
        root: The portfolio.
        environ: For variables that the settings name.
        now: The moment, with its zone.
        certificates: Fetches what records are signed with.

    Raises:
        InputError: The settings are wrong.
        UsageError: They name no queue, or nothing was published.
        OutsideError: A service refuses or does not answer; what was remembered so far stays so.
    """
    found = opened(root, environ)
    mail, store = found.settings.mail, found.store
    queue = Queue(mail, reach_of(environ))
    ours, mails = queue.ours(), our_mails(store)
    today = now.astimezone(UTC).date()
    strange: Counter[str] = Counter()
    events = 0
    for records in queue.batches():
        read = dict(_read(records, ours, mails, certificates, strange))
        _put_aside(store, read)
        remember(store, read.values(), today)
        queue.take_off(read)
        events += len(read)
    state = read_feedback(store)
    _write_counts(root, state, queue.region, now)
    here = now.astimezone(ZoneInfo(found.settings.timezone)).date()
    limits = found.settings.assumed().send_stop
    return Taken(events, strange, totals(state, here), len(state.suppressed), stops(state, limits, here))


def _read(
    records: tuple[Record, ...],
    ours: Ours,
    mails: frozenset[str],
    certificates: Certificates,
    strange: Counter[str],
) -> Iterator[tuple[Record, Event]]:
    """Those records that are ours; one that is not costs no other (F-172, F-173)."""
    for record in records:
        try:
            event = read_event(record.body, ours, certificates)
        except StrangeError as error:
            strange[str(error)] += 1
            continue
        if event.provider_id in mails:
            yield record, event
        else:
            strange["it is of no mail that was sent from here"] += 1


def _put_aside(store: Store, read: Mapping[Record, Event]) -> None:
    """Keep what this program does not know, for one that does."""
    for record, event in read.items():
        if not event.kind:
            name = sha256(record.body.encode()).hexdigest()[:32]
            store.put(small(f"{ASIDE}{name}.json", record.body.encode(), kinds.PRIVATE))


def _write_counts(root: Path, state: Feedback, region: str, now: datetime) -> None:
    """Counts by day, and nothing of anybody, for reports and checks."""
    source = Source("", kind="evidence", what="SES events")
    facts = [
        MailFeedback(
            entity="",
            source=source,
            region=region,
            day=date.fromisoformat(day),
            sent=one.sent,
            delivered=one.delivered,
            bounced=one.bounced,
            delayed=one.delayed,
            complained=one.complained,
            rejected=one.rejected,
        )
        for day, one in sorted(state.days.items())
    ]
    header = Header("feedback", now, (), (kind_of(MailFeedback),))
    path = root / EVIDENCE
    before = path.read_bytes() if path.is_file() else None
    replace(root, {EVIDENCE: (before, write_evidence(header, facts))})
