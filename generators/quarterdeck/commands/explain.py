"""Shows how a figure was made: its formula, what went in, and the lines of the files it began with."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec

from quarterdeck.brief import brief
from quarterdeck.commands.inputs import read
from quarterdeck.figures.cash import classed
from quarterdeck.figures.exchange import Exchange
from quarterdeck.figures.missing.registry import FIELD_BY_KEY
from quarterdeck.figures.roll_forward import amounts_of
from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.errors import UsageError
from quarterdeck.model.figure import Figure, Input, Missing
from quarterdeck.model.journal import Journals
from quarterdeck.model.ledger import Entry, Lines
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money
from quarterdeck.reports.words import NBSP, value
from quarterdeck.secrets.redact import redact
from quarterdeck.text.nearest import nearest

MOST_GUESSES = 5
_LONGEST_LINE = 100
_WHOLE = "the whole portfolio"


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of a file, and what stands there."""

    place: str
    """`handoffs/jada.md:14`"""
    text: str


class Posted(msgspec.Struct, frozen=True):
    """One entry of the books, with what it adds to a figure."""

    place: str
    date: date
    payee: str
    narration: str
    amount: Decimal


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One figure or input of a derivation, with the steps below it."""

    value: str
    """As printed; empty for an input that is a list without members."""
    name: str = ""
    """The name that the formula above has for it."""
    label: str = ""
    figure: str = ""
    """Id, with its entity in front: `jada.runway_months`."""
    formula: str = ""
    definition: tuple[str, ...] = ()
    note: str = ""
    missing: tuple[str, ...] = ()
    """What is not known, and where to add it."""
    inputs: tuple["Step", ...] = ()
    entries: tuple[Posted, ...] = ()
    entries_sum: Decimal | None = None
    """Of the entries; always the value of the figure."""
    sources: tuple[Place, ...] = ()
    is_repeated: bool = False
    """Whether it stands in full further up."""


def explain(
    root: Path,
    environ: Mapping[str, str],
    name: str,
    *,
    today: Callable[[str], date],
    as_of: date | None = None,
) -> Step:
    """The whole derivation of one figure.

    Args:
        root: The portfolio.
        environ: For variables that the settings name, and where the cache is.
        name: `jada.runway_months`, or `runway_months` for the portfolio's.
        today: The clock: time zone -> date.
        as_of: The day of the reports, before anything that the settings say.

    Raises:
        InputError: The settings are wrong.
        UsageError: There is no such figure.
    """
    inputs = read(root, environ, today=today, as_of=as_of)
    journals = Journals(inputs.reading.ledger, inputs.as_of)
    return Derivation(brief(inputs), journals, root).of(name)


class Derivation:
    """Follows figures down to what they were made of; each is shown in full once."""

    def __init__(self, briefing: Briefing, journals: Journals, root: Path) -> None:
        """Look figures up in the briefing, entries in the journals, and lines in the files below the root."""
        self._briefing = briefing
        self._journals = journals
        self._exchange = Exchange(journals.prices, briefing.as_of, briefing.assumed.fx_max_age_days)
        self._root = root
        self._shown: set[tuple[str, str]] = set()
        self._files: dict[str, list[str]] = {}

    def of(self, name: str) -> Step:
        """The derivation of the figure of that name.

        Raises:
            UsageError: There is none; it names the nearest.
        """
        entity, figure = self._split(name)
        found = self._briefing.find(figure, entity)
        if found is None:
            raise UsageError(self._unknown(entity, figure))
        self._shown.clear()
        return self._figure(found, "")

    def _split(self, name: str) -> tuple[str, str]:
        if self._briefing.find(name):
            return "", name
        entity, dot, figure = name.partition(".")
        if not dot:
            return "", name
        entities = [one.entity for one in self._briefing.entities]
        if entity in entities:
            return entity, figure
        guess = nearest(entity, entities)
        near = f" The nearest is {guess}." if guess else f" There are {', '.join(entities)}."
        raise UsageError(f"There is no entity {entity}.{near}")

    def _unknown(self, entity: str, figure: str) -> str:
        ids = [one.id for one in self._briefing.figures if one.entity == entity]
        guess = nearest(figure, ids)
        word = figure.casefold()
        alike = [one for one in ids if word and (word in one.casefold() or one.split(":")[0] in word)]
        near = list(dict.fromkeys([*([guess] if guess else []), *alike]))[:MOST_GUESSES]
        others = [one.entity for one in self._briefing.figures if one.id == figure and one.entity]
        whose = entity or _WHOLE
        if near:
            names = ", ".join(_full(entity, one) for one in near)
            return f"There is no figure {figure} of {whose}. The nearest: {names}."
        if others:
            names = ", ".join(_full(one, figure) for one in others[:MOST_GUESSES])
            return f"There is no figure {figure} of {whose}. Others have it: {names}."
        kinds = list(dict.fromkeys(one.partition(":")[0] for one in ids))
        return f"There is no figure {figure} of {whose}. There are {', '.join(kinds) or 'none'}."

    def _figure(self, figure: Figure, name: str) -> Step:
        key = (figure.entity, figure.id)
        step = Step(_printed(figure), name, figure.label, _full(figure.entity, figure.id))
        if key in self._shown:
            return msgspec.structs.replace(step, is_repeated=True)
        self._shown.add(key)
        formula = BY_ID.get(figure.formula)
        entries = tuple(
            _posted(entry, amount)
            for entry, amount in entries_of(figure, self._journals, self._exchange, self._currency(figure))
        )
        below = tuple(self._input(one, figure) for one in figure.inputs)
        return msgspec.structs.replace(
            step,
            formula=f"{formula.id} {formula.title}" if formula else "",
            definition=formula.working if formula else (),
            note=figure.note,
            missing=tuple(self._missing(figure.value, figure.entity)),
            inputs=below,
            entries=entries,
            entries_sum=sum((one.amount for one in entries), Decimal(0)) if figure.lines else None,
            sources=() if below or figure.lines else self._places(figure.sources),
        )

    def _input(self, given: Input, above: Figure) -> Step:
        if given.figure:
            found = self._briefing.find(given.figure, given.entity or above.entity) or self._briefing.find(
                given.figure, given.entity
            )
            if found is not None:
                return self._figure(found, given.name)
            return Step("", given.name, figure=_full(given.entity, given.figure))
        text = given.text if given.value is None else _plain(value(given.value, exact=True))
        return Step(text, given.name, sources=self._places(given.sources))

    def _currency(self, figure: Figure) -> str:
        return figure.value.currency if isinstance(figure.value, Money) else self._briefing.currency

    def _missing(self, content: object, entity: str) -> Iterator[str]:
        """What is missing in the words of the registry, with the file to add it to."""
        if not isinstance(content, Missing):
            return
        if content.reason:
            yield f"{content.reason[:1].upper()}{content.reason[1:]}."
        for key in content.needs:
            gaps = [one for one in self._briefing.gaps if one.key == key and entity in ("", one.entity)]
            for gap in gaps[:MOST_GUESSES]:
                under = f", under {gap.heading}" if gap.heading else ""
                yield f"{gap.what} is not known. {gap.why} Add {gap.add} to {gap.path}{under}."
            if not gaps and key in FIELD_BY_KEY:
                yield f"{FIELD_BY_KEY[key].what} is not known. {FIELD_BY_KEY[key].why}"

    def _places(self, sources: tuple[Source, ...]) -> tuple[Place, ...]:
        return tuple(Place(_place(one.path, one.line), self._stands(one)) for one in dict.fromkeys(sources))

    def _stands(self, source: Source) -> str:
        """The line itself; what it is called where it cannot be read."""
        if not source.line:
            return source.what
        if source.path not in self._files:
            try:
                text = (self._root / source.path).read_text(encoding="utf-8", errors="replace")
            except OSError:
                text = ""
            self._files[source.path] = text.split("\n")
        lines = self._files[source.path]
        text = lines[source.line - 1].strip() if source.line <= len(lines) else ""
        short = text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]}…"
        return redact(short) or source.what


def entries_of(
    figure: Figure, journals: Journals, exchange: Exchange, currency: str
) -> Iterator[tuple[Entry, Decimal]]:
    """Every entry that a figure of the books adds up, in order, with what it adds in the sign of the figure.

    Money of another currency counts as in the figure: of a balance at the price of its day, else of the entry's.
    """
    for lines in figure.lines:
        yield from _entries(lines, journals, exchange, currency)


def _entries(
    lines: Lines, journals: Journals, exchange: Exchange, currency: str
) -> Iterator[tuple[Entry, Decimal]]:
    journal = journals.of(lines.component)
    if lines.part:
        yield from amounts_of(lines, journal, exchange, currency)
        return
    if not lines.cash_class:
        for entry, posting in journal.lines(lines):
            day = lines.end if lines.end and not lines.start else entry.date
            money = exchange.converted(posting.units, day, currency)
            if money.currency == currency:
                yield entry, lines.sign * money.amount
        return
    for entry in journal.within(lines.start, lines.end):
        if lines.tag and lines.tag not in entry.tags:
            continue
        for code, amount in classed(exchange.entry(entry, currency), lines.component, currency):
            if code == lines.cash_class:
                yield entry, lines.sign * amount


def _posted(entry: Entry, amount: Decimal) -> Posted:
    return Posted(_place(entry.path, entry.line), entry.date, entry.payee, entry.narration, amount)


def _full(entity: str, figure: str) -> str:
    return f"{entity}.{figure}" if entity else figure


def _place(path: str, line: int) -> str:
    return f"{path}:{line}" if line else path


def _printed(figure: Figure) -> str:
    return _plain(value(figure, exact=True))


def _plain(text: str) -> str:
    return text.replace(NBSP, " ")


# ── printing ─────────────────────────────────────────────────────────────────────────────────────────────────


def as_json(step: Step) -> str:
    """The derivation for programs; amounts of entries are JSON numbers."""
    encoder = msgspec.json.Encoder(decimal_format="number")
    return msgspec.json.format(encoder.encode({"schema": 1, "derivation": step}), indent=2).decode() + "\n"


def as_text(step: Step) -> str:
    """The derivation as a tree: what stands further to the right is what went in."""
    return "".join(f"{line}\n" for line in _lines(step, 0))


def _lines(step: Step, depth: int) -> Iterator[str]:
    indent, within = "  " * depth, "  " * (depth + 1)
    name = f"{step.name} = " if step.name else ""
    label = f"{step.label}: " if step.label else ""
    whose = f"  [{step.figure}]" if step.figure else ""
    yield f"{indent}{name}{label}{step.value}{whose}{'  shown above' if step.is_repeated else ''}".rstrip()
    if step.formula:
        yield f"{within}{step.formula}: {'; '.join(step.definition)}".rstrip(": ")
    if step.note:
        yield f"{within}Note: {step.note}"
    for text in step.missing:
        yield f"{within}{text}"
    for below in step.inputs:
        yield from _lines(below, depth + 1)
    for place in step.sources:
        yield f"{within}{place.place}  {place.text}".rstrip()
    if step.entries_sum is not None:
        for line in _entry_lines(step):
            yield f"{within}{line}"


def _entry_lines(step: Step) -> Iterator[str]:
    """Entries in columns, and their sum below."""
    rows = [
        (one.place, one.date.isoformat(), one.payee, one.narration, f"{one.amount:,.2f}")
        for one in step.entries
    ]
    if not rows:
        yield "no entry of the books: 0.00"
        return
    total = f"{step.entries_sum:,.2f}"
    widths = [max(len(row[at]) for row in rows) for at in range(4)]
    last = max(len(total), *(len(row[4]) for row in rows))
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  ".join([*cells, row[4].rjust(last)])
    yield f"{'sum'.ljust(sum(widths) + 6)}  {total.rjust(last)}"
