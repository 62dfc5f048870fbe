"""Reads checkboxes and their tags."""

import re
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from quarterdeck.model.columns import Column, Field
from quarterdeck.model.handoff import EFFORT_HOURS, Task, TaskState
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Blank, Money
from quarterdeck.parse.amounts import Paced, per, read_money, read_paced
from quarterdeck.parse.dates import read_date
from quarterdeck.parse.markdown import Document, Item
from quarterdeck.parse.refusal import Refusal, quoted
from quarterdeck.parse.tables import Reading
from quarterdeck.text.nearest import nearest

HOURS_A_DAY = 8

_STATES: dict[str, TaskState] = {" ": "open", "/": "started", "x": "done", "-": "dropped", ">": "waiting"}
_ID = re.compile(r"#([A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+|[A-Za-z]+\d+)")
_OWNER = re.compile(r"@([A-Za-z0-9][\w.-]{0,62})")
_TAG = re.compile(r"([a-z]{2,9}):(\S*)")
_EFFORT = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)([hd])", re.IGNORECASE)
_BARE_DAY = re.compile(r"(?<![:\w-])(\d{4}-\d\d-\d\d)(?![\w-])[.,;]?")
"""A day without a word before it, which in a ticked line is the day on which it was done."""
_DONE = re.compile(r"\bdone:?\s+(\d{4}-\d\d-\d\d)\b[.,;]?")
_WAITING = re.compile(r"\bwaiting (?:on|for) (.+)", re.IGNORECASE)
_REFERENCE = re.compile(r"#?[A-Za-z0-9][\w.:/-]{0,80}")
_FLAGS = frozenset(("decide", "someday"))
_LISTS = frozenset(("needs", "fixes", "affects"))
_MONEY = Field("money", Column(""), "money")
_DATE = Field("date", Column(""), "date")
_TRAILING = ".,;"
_NAMELESS = 8
"""Hexadecimal digits of the text's hash in an id that was made."""

_NOT_SHARED = frozenset(("id", "cost", "needs", "done_on"))
"""Tags that stay with the parent: its name, its cash (which counts once), its order and its end."""

_TOGETHER = (("impact", "impact_is_monthly", "impact_word"), ("due", "is_hard"))


class Checklist:
    """Reads the tasks of one handoff, and keeps their ids apart."""

    def __init__(self, document: Document, reading: Reading, owner: str) -> None:
        """Start without tasks; `owner` is the entity's, for tasks that name none."""
        self.document = document
        self.reading = reading
        self.owner = owner
        self.tasks: list[Task] = []
        self._lines: dict[str, int] = {}

    def add(self, items: Iterable[Item], heading: str) -> None:
        """Read the checkboxes among the items, at any depth, into `tasks`."""
        for item in items:
            if item.checkbox:
                self._add(item, heading, None, {})
            else:
                self.add(item.items, heading)

    def _add(self, item: Item, heading: str, parent: str | None, shared: dict[str, Any]) -> None:
        place = self.document.place(item.start)
        tags = _Tags(item.text, place, self.reading, is_done=_STATES[item.checkbox] == "done")
        values = _overridden(shared, tags.values)
        written = values.pop("id", None)
        name = self._name(written, tags.text, place)
        notes = tuple(_notes(item.items))
        source = Source(self.reading.path, place[0], what=heading)
        self.tasks.append(
            Task(
                id=name,
                entity=self.reading.entity,
                source=source,
                state=_STATES[item.checkbox],
                has_own_id=name == written,
                parent=parent or "",
                notes=notes,
                **{"text": tags.text, "owner": self.owner, **values},
            )
        )
        inherited = {key: value for key, value in values.items() if key not in _NOT_SHARED}
        inherited.pop("waiting_on", None)
        inherited.pop("until", None)
        for child in _boxes(item.items):
            self._add(child, heading, name, inherited)

    def _name(self, written: str | None, text: str, place: tuple[int, int]) -> str:
        """The id as written, else one made from entity and text; a second owner of an id gets a made one."""
        if written:
            earlier = self._lines.setdefault(written.lower(), place[0])
            if earlier == place[0]:
                return self.reading.spell(written)
            what = f"task #{written} stands twice, in lines {earlier} and {place[0]}; the first keeps the id"
            mend = "Give one of them another id."
            self.reading.problem(
                place, "duplicate-id", what, mend, rule="R-DAT-07", table="tasks", field="id"
            )
        import hashlib  # noqa: PLC0415 - only for a task without an id, and it costs a check its start

        digest = hashlib.sha256(" ".join(text.lower().split()).encode()).hexdigest()[:_NAMELESS]
        name, count = f"{self.reading.entity}-{digest}", 1
        while self._lines.setdefault(name, place[0]) != place[0]:
            count += 1
            name = f"{self.reading.entity}-{digest}-{count}"
        return name


def _overridden(shared: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The parent's tags with the task's own over them; a tag of several attributes goes as a whole."""
    kept = dict(shared)
    for together in _TOGETHER:
        if any(name in own for name in together):
            for name in together:
                kept.pop(name, None)
    return kept | own


def _boxes(items: Iterable[Item]) -> Iterator[Item]:
    """The nearest checkboxes below; those under a plain bullet too."""
    for item in items:
        if item.checkbox:
            yield item
        else:
            yield from _boxes(item.items)


def _notes(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        if not item.checkbox:
            yield item.text
            yield from _notes(item.items)


class _Tags:
    """The tags of one line, as attributes of `Task`, and the text without them."""

    def __init__(self, line: str, place: tuple[int, int], reading: Reading, *, is_done: bool = False) -> None:
        self.place = place
        self.reading = reading
        self.values: dict[str, Any] = {}
        if done := _DONE.search(line) or (_BARE_DAY.search(line) if is_done else None):
            day = self._read(read_date(done[1], _DATE, ""), "done")
            if day is not None:
                self.values["done_on"] = day
            line = (
                line[: done.start()]
                + ("done" if not line[: done.start()].strip() else "")
                + line[done.end() :]
            )
        words = self._take(line.split())
        text = " ".join(words)
        if match := _WAITING.search(text):
            self.values["waiting_on"] = match[1].rstrip(_TRAILING)
            text = text[: match.start()].rstrip(" ,;:\u2013\u2014-") or text
        self.text = text

    def _take(self, words: list[str]) -> list[str]:
        """Read the tags; return the words that are none."""
        kept: list[str] = []
        before_tag = False
        index = 0
        while index < len(words):
            word = words[index]
            index += 1
            if word in _FLAGS and (before_tag or index == len(words) or self._is_tag(words[index])):
                self.values["is_decision" if word == "decide" else "is_someday"] = True
                continue
            before_tag = self._is_tag(word)
            if not before_tag:
                kept.append(word)
                continue
            tag = _TAG.fullmatch(word)
            if tag and not tag[2] and index < len(words):  # a blank after the colon
                word += words[index]
                index += 1
            self._tag(word.rstrip(_TRAILING))
        return kept

    def _is_tag(self, word: str) -> bool:
        if word[0] == "#":
            return _ID.fullmatch(word.rstrip(_TRAILING)) is not None
        if word[0] == "@":
            return _OWNER.fullmatch(word.rstrip(_TRAILING)) is not None
        tag = _TAG.fullmatch(word) if ":" in word else None
        if tag is None:
            return False
        if tag[1] in _READS or tag[1] in _LISTS:
            return True
        near = nearest(tag[1], [*_READS, *_LISTS]) if tag[2] and not tag[2].startswith("//") else None
        if near:
            what = f"{tag[1]}: is no tag; it is kept as text"
            mend = f"Did you mean {near}: ?"
            self.reading.problem(self.place, "unknown-tag", what, mend, severity=Severity.LOW, table="tasks")
        return False

    def _tag(self, word: str) -> None:
        if word[0] in "#@":
            self._set("id" if word[0] == "#" else "owner", word[1:])
            return
        name, _, text = word.partition(":")
        if name in _LISTS:
            self._list(name, text)
            return
        value = self._read(_READS[name](text), name)
        for key, part in (value or {}).items() if isinstance(value, dict) else ():
            self._set(key, part)

    def _list(self, name: str, text: str) -> None:
        parts = [part.removeprefix("#") for part in text.split(",") if part]
        wrong = next((part for part in parts if not _REFERENCE.fullmatch(part)), None)
        if wrong is not None:
            self._read(
                Refusal(f"{quoted(wrong)} is no id", "Write ids with commas between them.", "bad-id"), name
            )
            parts.remove(wrong)
        spelled = tuple(self.reading.spell(part) for part in parts) if name == "needs" else tuple(parts)
        if name == "affects":
            spelled = tuple(part.lower() for part in parts)
        self.values[name] = tuple(dict.fromkeys((*self.values.get(name, ()), *spelled)))

    def _set(self, key: str, value: object) -> None:
        if self.values.setdefault(key, value) != value:
            what = f"{key.replace('_', ' ')} is written twice; the first is used"
            self.reading.problem(
                self.place, "double-tag", what, "Keep one.", severity=Severity.LOW, table="tasks"
            )

    def _read(self, value: object, name: str) -> Any:  # noqa: ANN401  # the value of any tag
        if not isinstance(value, Refusal):
            return value
        rule = "R-DAT-06" if value.is_impossible else "R-DAT-02"
        what = f"{name}: {value.what}"
        self.reading.problem(self.place, value.code, what, value.mend, rule=rule, table="tasks", field=name)
        return None


def _due(text: str) -> dict[str, object] | Refusal:
    day = read_date(text.rstrip("!"), _DATE, "")
    if isinstance(day, date):
        return {"due": day, **({"is_hard": True} if text.endswith("!") else {})}
    return {} if isinstance(day, Blank) else day


def _until(text: str) -> dict[str, object] | Refusal:
    day = read_date(text, _DATE, "")
    if isinstance(day, date):
        return {"until": day}
    return {} if isinstance(day, Blank) else day


def _done(text: str) -> dict[str, object] | Refusal:
    day = read_date(text, _DATE, "")
    if isinstance(day, date):
        return {"done_on": day}
    return {} if isinstance(day, Blank) else day


def _impact(text: str) -> dict[str, object] | Refusal:
    if text.lower() in {"high", "medium", "low"}:
        return {"impact_word": text.lower()}
    value = read_paced(text.removeprefix("~"), _MONEY, "USD")
    if isinstance(value, Paced) and isinstance(value.money, Money):
        return {"impact": per(value.money, value.cadence, "monthly"), "impact_is_monthly": True}
    if isinstance(value, Money):
        return {"impact": value}
    if isinstance(value, Blank):
        return {}
    if isinstance(value, Refusal) and value.is_impossible:
        return value
    return Refusal(f"{quoted(text)} is no impact", "Write $2400/mo, $6000, high, medium or low.", "bad-money")


def _cost(text: str) -> dict[str, object] | Refusal:
    value = read_money(text.removeprefix("~"), _MONEY, "USD")
    if isinstance(value, Money):
        return {"cost": value}
    return {} if isinstance(value, Blank) else value


def _effort(text: str) -> dict[str, object] | Refusal:
    for word, hours in EFFORT_HOURS.items():
        if text.upper() == word:
            return {"effort": word, "effort_hours": Decimal(hours)}
    if match := _EFFORT.fullmatch(text):
        times = HOURS_A_DAY if match[2].lower() == "d" else 1
        return {"effort": text.lower(), "effort_hours": Decimal(match[1]) * times}
    mend = f"Write hours (3h), days (2d), or one of {', '.join(EFFORT_HOURS)}."
    return Refusal(f"{quoted(text)} is no effort", mend, "bad-effort")


def _severity(text: str) -> dict[str, object] | Refusal:
    if text.lower() in set(Severity):
        return {"severity": Severity(text.lower())}
    return Refusal(f"{quoted(text)} is no severity", f"Write one of {', '.join(Severity)}.", "bad-word")


def _confidence(text: str) -> dict[str, object] | Refusal:
    if text.lower() in {"measured", "stated", "guess"}:
        return {"confidence": sys.intern(text.lower())}  # so that the usual word is left out of the briefing
    return Refusal(f"{quoted(text)} is no confidence", "Write measured, stated or guess.", "bad-word")


_READS = {
    "due": _due,
    "until": _until,
    "done": _done,
    "impact": _impact,
    "cost": _cost,
    "effort": _effort,
    "sev": _severity,
    "conf": _confidence,
}
"""Tags with one value, each to the attributes of `Task` that it sets."""
