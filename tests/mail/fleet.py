"""A small portfolio whose versions are published and mailed again and again, and a post that notes what it takes."""

from __future__ import annotations

import gzip
import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from quarterdeck.brief import brief
from quarterdeck.commands import notify
from quarterdeck.commands.build import read
from quarterdeck.git.history import descends
from quarterdeck.mail.mailing import read_mailing
from quarterdeck.mail.post import Posted
from quarterdeck.model.briefing import Briefing, encode
from quarterdeck.model.versions import Moment
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.lists import read_state
from quarterdeck.publish.plan import Contents, hashed
from quarterdeck.publish.prepared import BRIEFING, briefing_of
from quarterdeck.publish.publisher import begin, publish
from tests.sites import BOAT, commit, environ_of, write

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    import pytest

    from quarterdeck.commands.notify import Notified
    from quarterdeck.model.mail import Message
    from quarterdeck.publish.plan import Content
    from quarterdeck.publish.store import Store

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


def priced(cost: int, handoff: str = OWN) -> str:
    """A handoff with another variable cost."""
    return handoff.replace("$180", f"${cost}")


class Mail(NamedTuple):
    """One mail that arrived."""

    person: str
    message_id: str
    text: str
    """All of it that can be read, headers too."""
    copies: tuple[str, ...]


class Post:
    """Takes mail, and answers as a test says; notes what arrived."""

    place = "a post that is played"

    def __init__(self) -> None:
        self.arrived: list[Mail] = []
        self.answers: dict[str, list[Posted]] = {}
        """Person -> what is said of their next mails; `sent` where nothing is said."""
        self.refused: tuple[str, ...] = ()
        self.asked: list[int] = []
        self.loses = False
        """Whether what it answers as unknown did not arrive."""

    def refusals(self, recipients: int) -> tuple[str, ...]:
        """As the test says."""
        self.asked.append(recipients)
        return self.refused

    def send(self, message: Message, copies: Collection[str]) -> Posted:
        """As the test says; a mail arrives unless it surely failed."""
        waiting = self.answers.get(message.person)
        answer = waiting.pop(0) if waiting else Posted("sent", provider_id=message.message_id)
        if answer.outcome == "sent" or (answer.outcome == "unknown" and not self.loses):
            self.arrived.append(
                Mail(message.person, message.message_id, readable(message.data), tuple(copies))
            )
        return answer

    def people(self) -> list[str]:
        """Who got mail, in order."""
        return [one.person for one in self.arrived]


def readable(data: bytes) -> str:
    """Everything of a mail that a person or a program can read."""
    mail = message_from_bytes(data, policy=policy.default)
    parts = [f"{name}: {value}" for name, value in mail.items()]
    texts = (part for part in mail.walk() if part.get_content_maintype() == "text")
    return "\n".join([*parts, *(part.get_content() for part in texts)])


class Fleet:
    """The portfolio, its store and its post."""

    def __init__(self, root: Path, environ: Mapping[str, str]) -> None:
        self.root, self.environ, self.post = root, environ, Post()
        self.day = MONDAY
        self._commits = 0

    @classmethod
    def new(cls, root: Path) -> Fleet:
        """One whose first state is committed, and nothing published."""
        made = cls(root, environ_of(root, XDG_CACHE_HOME=str(root.parent / "cache")))
        write(root, "portfolio.yml", SETTINGS)
        write(root, "handoffs/boat.md", OWN)
        write(root, "handoffs/undertow.md", HIDDEN)
        write(root, ".gitignore", "/build/\n/published/\n")
        made.commit()
        return made

    def copied(self, root: Path) -> Fleet:
        """The same elsewhere, for one test to change."""
        shutil.copytree(self.root, root)
        other = Fleet(root, environ_of(root, XDG_CACHE_HOME=str(root.parent / "cache")))
        other.post.arrived = [*self.post.arrived]
        other._commits = self._commits
        return other

    @property
    def store(self) -> Folder:
        """Where versions and mailings stand."""
        return Folder(self.root / "published")

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
        return [known[one.message_id] for one in self.post.arrived if one.person == person]

    def assert_fair(self) -> None:
        """Nobody got a mail twice, has a gap or an overlap, or saw what is not theirs."""
        assert (
            max(Counter((one.person, one.message_id) for one in self.post.arrived).values(), default=0) <= 1
        )
        for person in {*self.post.people()}:
            ranges = self.ranges(person)
            assert [since for since, _ in ranges] == ["", *(until for _, until in ranges[:-1])], person
        for one in self.post.arrived:
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
    monkeypatch.setattr(notify, "post_of", lambda *_args, **_options: fleet.post)
    monkeypatch.setattr("quarterdeck.charts.render.png", lambda _drawing: b"\x89PNG\r\n\x1a\n")


def over(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    """Let a run use another store, such as one that dies."""
    monkeypatch.setattr("quarterdeck.commands.versions.store_of", lambda *_args: store)
