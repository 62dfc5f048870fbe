"""A small portfolio whose versions are published and mailed again and again."""

from __future__ import annotations

import gzip
import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from quarterdeck.brief import brief
from quarterdeck.commands import notify
from quarterdeck.commands.inputs import read
from quarterdeck.git.history import descends
from quarterdeck.mail.mailing import read_mailing
from quarterdeck.model.briefing import Briefing, encode
from quarterdeck.model.versions import Moment
from quarterdeck.model.web import DomainCheck
from quarterdeck.parse.evidence import Header, write_evidence
from quarterdeck.publish.aws import ENDPOINT
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.lists import read_state
from quarterdeck.publish.plan import Contents, hashed
from quarterdeck.publish.prepared import BRIEFING, briefing_of
from quarterdeck.publish.publisher import begin, publish
from tests.audits import seen
from tests.cloud import NUMBER
from tests.infra.played_signin import TABLE, make_table
from tests.mail.played_ses import may_send
from tests.mail.posts import InOutbox, InSes, Post
from tests.publish.clouds import NAME, bucket, upload
from tests.sites import BOAT, commit, environ_of, write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pytest

    from quarterdeck.commands.notify import Notified
    from quarterdeck.publish.plan import Content
    from quarterdeck.publish.store import Store
    from tests.cloud import Cloud
from tests.mail.posts import Arrivals, Mail

CANARY: Final = "Zanzibar"
"""Stands in everything that the crew may not see."""

SETTINGS: Final = """schema: 1
name: Fleet
timezone: America/Los_Angeles
audiences:
  crew: {title: Crew, roles: [cfo, ceo], entities: [boat]}
  owners: {title: Owners}
people:
  kim: {name: Kim, address: kim@harbor.example, roles: [cfo], audience: crew}
  pat: {name: Pat, address: pat@harbor.example, roles: [ceo, cfo], audience: owners}
  sam: {name: Sam, address: Sam@harbor.example, roles: [cfo], audience: owners}
mail: {sender: reports@harbor.example}
publishing: {site_url: "https://reports.harbor.example"}
"""
OWN: Final = BOAT.replace("sample: true\n", "")
HIDDEN: Final = OWN.replace("boat", "undertow").replace("Sunset Boat", f"{CANARY} Boat").replace("B-1", "U-1")

MONDAY: Final = date(2026, 11, 23)

AUDITED_AT: Final = datetime(2026, 11, 20, 6, tzinfo=UTC)
SENDER_CHECK: Final = seen(
    DomainCheck,
    entity="",
    domain="harbor.example",
    registrable="harbor.example",
    dmarc="reject",
    dmarc_strict=(),
)
"""What an audit saw of the sender's domain: it may send."""


THROUGH_SES: Final = {
    "mail: {": f'through: ses, account: "{NUMBER}", region: us-east-1, configuration_set: reports, ',
}
IN_BUCKET: Final = {
    "publishing: {": f'bucket: {NAME}, account: "{NUMBER}", region: us-east-1, table: {TABLE}, ',
}
"""What settings say besides of a portfolio that mails, and publishes, through AWS."""


def priced(cost: int, handoff: str = OWN) -> str:
    """A handoff with another variable cost."""
    return handoff.replace("$180", f"${cost}")


class Fleet:
    """The portfolio, its store and its post."""

    def __init__(self, root: Path, environ: Mapping[str, str]) -> None:
        self.root, self.environ = root, environ
        self.store: Store = Folder(root / "published")
        """Where versions and mailings stand."""
        self.post = Post()
        """Takes mail where it is played; see `play`."""
        self.place: Arrivals = self.post
        """Where mail arrives."""
        self.day = MONDAY
        self._commits = 0

    @classmethod
    def new(cls, root: Path) -> Fleet:
        """One whose first state is committed, and nothing published."""
        made = cls(root, environ_of(root, XDG_CACHE_HOME=str(root.parent / "cache")))
        write(root, "portfolio.yml", SETTINGS)
        write(root, "handoffs/boat.md", OWN)
        write(root, "handoffs/undertow.md", HIDDEN)
        write(root, ".gitignore", "/build/\n/evidence/\n/published/\n")
        write(root, "evidence/dns/dns.json", write_evidence(Header("dns", AUDITED_AT), [SENDER_CHECK]))
        made.commit()
        return made

    def copied(self, root: Path) -> Fleet:
        """The same elsewhere, for one test to change."""
        shutil.copytree(self.root, root)
        other = Fleet(root, environ_of(root, XDG_CACHE_HOME=str(root.parent / "cache")))
        other.place = other.post = Post(self.arrived)
        other._commits = self._commits
        return other

    @property
    def arrived(self) -> Sequence[Mail]:
        """All mail, in order."""
        return self.place.arrived

    def people(self) -> list[str]:
        """Who got mail, in order."""
        return [one.person for one in self.arrived]

    @property
    def latest(self) -> str:
        """What readers are given."""
        state = read_state(self.store)
        return state.latest if state else ""

    def commit(self, **handoffs: str) -> str:
        """Write handoffs, and commit everything, a day after the commit before."""
        for name, text in handoffs.items():
            write(self.root, f"handoffs/{name}.md", text)
        self._commits += 1
        return commit(self.root, str(date(2026, 10, 1) + timedelta(self._commits)))

    def settings(self, old: str, new: str) -> None:
        """Change the settings, and commit them."""
        assert old in SETTINGS
        write(self.root, "portfolio.yml", (self.root / "portfolio.yml").read_text().replace(old, new))
        self.commit()

    def publish(self) -> str:
        """Publish what is committed, as of the day; gives the version."""
        inputs = read(self.root, self.environ, today=lambda _: self.day)
        whole = brief(inputs)
        files: dict[tuple[str, str], Content] = {("", BRIEFING): packed(whole)}
        for name, audience in inputs.settings.audiences.items():
            files[name, "index.html"] = b"page"
            part = brief(inputs, audience)
            if encode(part) != encode(whole):
                files["", briefing_of(name)] = packed(part)
        made = Contents(
            moment=Moment(inputs.history.commit, inputs.history.committed_at, self.day),
            content=f"{inputs.history.commit} {self.day}",
            builder="mkdocs",
            quarterdeck="0.1.0",
            files=files,
            hashes={key: hashed(data) for key, data in files.items()},
            records={},
            naming=lambda _version: {},
        )
        state = read_state(self.store) or begin(self.store, "Fleet", lambda: "")
        return publish(made, state, self.store, descends=partial(descends, self.root)).version

    def notify(self, *, hour: int = 20, dry_run: bool = False) -> Notified:
        """Mail everybody who is due, at an hour of the day in UTC."""
        now = datetime(self.day.year, self.day.month, self.day.day, hour, tzinfo=UTC)
        return notify.run(self.root, self.environ, now=now, dry_run=dry_run)

    def push(self, **handoffs: str) -> Notified:
        """Commit, publish and mail."""
        self.commit(**handoffs)
        self.publish()
        return self.notify()

    def ranges(self, person: str) -> list[tuple[str, str]]:
        """The ranges that somebody was told of, by the mails that arrived, in order."""
        known = {
            one.message_id: (one.since_version, one.version)
            for one in read_mailing(self.store, person).deliveries
        }
        return [known[one.message_id] for one in self.arrived if one.person == person]

    def assert_fair(self) -> None:
        """Nobody got a mail twice, has a gap or an overlap, or saw what is not theirs."""
        assert max(Counter((one.person, one.message_id) for one in self.arrived).values(), default=0) <= 1
        for person in {*self.people()}:
            ranges = self.ranges(person)
            assert [since for since, _ in ranges] == ["", *(until for _, until in ranges[:-1])], person
        for one in self.arrived:
            if one.person == "kim":
                assert CANARY.lower() not in one.text.lower()
                assert "undertow" not in one.text.lower()


def packed(briefing: Briefing) -> bytes:
    """A briefing as it stands in a store."""
    return gzip.compress(encode(briefing), mtime=0)


def outcomes(notified: Notified) -> dict[str, str]:
    """Person -> what became of their mail."""
    return {one.person: one.outcome for one in notified.results}


def play(monkeypatch: pytest.MonkeyPatch, fleet: Fleet) -> None:
    """Let mails go to the played post, with a picture that costs nothing to draw."""
    monkeypatch.setattr("quarterdeck.commands.means.post_of", lambda *_args, **_options: fleet.post)
    without_pictures(monkeypatch)


def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pictures cost nothing to draw."""
    monkeypatch.setattr("quarterdeck.charts.render.png", lambda _drawing: b"\x89PNG\r\n\x1a\n")


def in_outbox(fleet: Fleet) -> Fleet:
    """Let mails go to the portfolio's own outbox, as they do where nothing else is said."""
    fleet.place = InOutbox(fleet.root / "build/outbox", fleet.arrived)
    return fleet


def in_ses(fleet: Fleet, cloud: Cloud, settings: Mapping[str, str] = THROUGH_SES) -> Fleet:
    """Let mails go through SES as moto plays it."""
    text = (fleet.root / "portfolio.yml").read_text()
    for old, new in settings.items():
        assert old in text
        text = text.replace(old, f"{old}{new}")
    write(fleet.root, "portfolio.yml", text)
    fleet.commit()
    may_send(cloud)
    fleet.environ = {**fleet.environ, ENDPOINT: cloud.endpoint}
    fleet.place = InSes(fleet.arrived)
    return fleet


def in_cloud(fleet: Fleet, cloud: Cloud) -> Fleet:
    """The same, with versions and mailings in a bucket, and a page on which readers stop their mails."""
    kept, fleet.store = fleet.store, bucket(cloud, has_edge=False)
    for one in kept.listed(""):
        content = kept.get(one.key)
        assert content
        fleet.store.put(upload(one.key, content.data))
    make_table(cloud.client("dynamodb"), TABLE)
    return in_ses(fleet, cloud, THROUGH_SES | IN_BUCKET)


def over(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    """Let a run use another store, such as one that dies."""
    monkeypatch.setattr("quarterdeck.commands.versions.store_of", lambda *_args: store)
