"""Finds a name in a text in every form in which it may be written there, and takes it out."""

import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple
from urllib.parse import unquote

MARK: Final = "[removed]"
"""Stands where something was taken out; safe in HTML, JSON, CSV and addresses."""

SHORTEST: Final = 3
"""Letters of a name that can be told from chance."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]+")
_GAP = r"[\s\-_+\u2010-\u2015\u2212]"
_BETWEEN = re.compile(rf" {_GAP}+|(?! ){_GAP}+")
"""Whatever stands between two words, but for the one space that it is read as."""
_JSON = re.compile(
    r"""\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|["\\/bfnrt])"""
)
_HTML = re.compile(r"&(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")
_HEX = "%[0-9a-fA-F]{2}"
_PERCENT = re.compile(
    rf"%[0-7][0-9a-fA-F]|%[c-dC-D][0-9a-fA-F]{_HEX}|%[eE][0-9a-fA-F](?:{_HEX}){{2}}|%[fF][0-9a-fA-F](?:{_HEX}){{3}}"
)
_CAPITAL = re.compile("[A-Z]")
_COMPOSED = re.compile("[^\x00-\x7f][\u0300-\u036f]*|[\x00-\x7f][\u0300-\u036f]+")

_UNWRITTEN: Final[tuple[tuple[re.Pattern[str], Callable[[str], str]], ...]] = (
    (_JSON, cache(lambda token: str(json.loads(f'"{token}"')))),
    (_HTML, cache(html.unescape)),
    (_PERCENT, cache(unquote)),
    (_HTML, cache(html.unescape)),  # an entity inside an address
)
"""How texts hide letters, from the outside in; each is looked through after the ones before it."""

_PIECE: Final = 2_000
_PER_LETTER: Final = 16
"""Signs that one letter takes as written, at most, with what stands around it."""


class Span(NamedTuple):
    """Where something stands in a text."""

    start: int
    stop: int


class _View(NamedTuple):
    """A text as read, and where each of its characters stands in the text as written."""

    text: str
    starts: Sequence[int]
    stops: Sequence[int]


class Wanted:
    """Names to be found, without regard to case, accents' normal form, and what stands between words."""

    def __init__(self, names: Sequence[str], *, whole_words: bool = False) -> None:
        """Prepare the search.

        Args:
            names: In plain letters.
            whole_words: Leave longer words that only hold one: `Kim` does not mean Kimball.

        Raises:
            ValueError: A name has less than `SHORTEST` letters, or is a part of `MARK`; the name is what it says.
        """
        self.names = tuple(dict.fromkeys(names))
        self._folded = tuple(dict.fromkeys(_folded(name).strip() for name in names))
        self._has_gaps = any(" " in folded for folded in self._folded)
        self._whole_words = whole_words
        for name, folded in zip(names, map(_folded, names), strict=True):
            if len(folded.strip()) < SHORTEST or folded.strip() in MARK:
                raise ValueError(name)

    def is_in(self, text: str) -> bool:
        """Whether any of the names stands in a text, in whatever form."""
        readings = (_folded(one, gaps=self._has_gaps) for one in _readings(text))
        return any(next(self._found(one), None) for one in readings)

    def spans(self, text: str) -> list[Span]:
        """Where they stand, in order and apart from each other."""
        found = set[Span]()
        overlap = _PER_LETTER * max(map(len, self._folded), default=0)
        for at in range(0, max(len(text), 1), _PIECE):  # places are dear: they are kept only near a name
            piece = text[at : at + _PIECE + overlap]
            if self.is_in(piece):
                first, last = at == 0, at + len(piece) == len(text)
                found |= {
                    Span(at + start, at + stop)
                    for start, stop in self._placed(piece)
                    if (first or start > 0) and (last or stop < len(piece))  # else the piece beside tells
                }
        return list(_merged(sorted(found)))

    def _placed(self, text: str) -> Iterator[Span]:
        view = _View(text, range(len(text)), range(1, len(text) + 1))
        for read in (view, *_views(view)):
            plain = read
            for pattern, decode in _FOLDS:
                plain = _read(plain, pattern, decode)
            yield from (Span(plain.starts[s], plain.stops[e - 1]) for s, e in self._found(plain.text))

    def taken_out(self, text: str) -> tuple[str, int]:
        """The text with `MARK` in the place of each of them, and how many there were."""
        spans = self.spans(text)
        ends = [0, *(end for span in spans for end in span), len(text)]
        kept = [text[start:stop] for start, stop in list(pairwise(ends))[::2]]
        return MARK.join(kept), len(spans)

    def _found(self, plain: str) -> Iterator[Span]:
        for name in self._folded:
            at = plain.find(name)
            while at >= 0:
                stop = at + len(name)
                if not (self._whole_words and _is_inside(plain, at, stop)):
                    yield Span(at, stop)
                at = plain.find(name, at + 1)


def _is_inside(plain: str, start: int, stop: int) -> bool:
    return plain[start - 1 : start].isalnum() or plain[stop : stop + 1].isalnum()


def _readings(text: str) -> Iterator[str]:
    """A text as written, and as each further reader understands it."""
    yield text
    for pattern, decode in _UNWRITTEN:
        read = pattern.sub(lambda match: decode(match[0]), text)  # noqa: B023 - used at once
        if read != text:
            yield read
        text = read


def _views(view: _View) -> Iterator[_View]:
    """The same as `_readings`, without the first, with the places."""
    for pattern, decode in _UNWRITTEN:
        read = _read(view, pattern, decode)
        if read is not view:
            yield read
        view = read


def _folded(text: str, *, gaps: bool = True) -> str:
    """A text as it is compared; gaps need not be alike where no name has any."""
    if not text.isascii():
        text = _COMPOSED.sub(lambda match: _decomposed(match[0]), _INVISIBLE.sub("", text))
    text = text.lower()
    return _BETWEEN.sub(" ", text) if gaps else text


@cache
def _decomposed(letter: str) -> str:
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold()).lower()


_FOLDS: Final[tuple[tuple[re.Pattern[str], Callable[[str], str]], ...]] = (
    (_INVISIBLE, lambda _: ""),
    (_COMPOSED, _decomposed),
    (_CAPITAL, str.lower),
    (_BETWEEN, lambda _: " "),
)
"""What `_folded` does, step by step."""


def _read(view: _View, pattern: re.Pattern[str], decode: Callable[[str], str]) -> _View:
    """Decode each token, and remember where it stood."""
    parts: list[str] = []
    starts: list[int] = []
    stops: list[int] = []
    at = 0
    for match in pattern.finditer(view.text):
        first, end = match.span()
        plain = decode(match[0])
        parts += view.text[at:first], plain
        starts += [*view.starts[at:first], *[view.starts[first]] * len(plain)]
        stops += [*view.stops[at:first], *[view.stops[end - 1]] * len(plain)]
        at = end
    if not parts:
        return view
    return _View("".join([*parts, view.text[at:]]), [*starts, *view.starts[at:]], [*stops, *view.stops[at:]])


def _merged(spans: Sequence[Span]) -> Iterator[Span]:
    last: Span | None = None
    for span in spans:
        if last and span.start <= last.stop:
            last = Span(last.start, max(last.stop, span.stop))
        else:
            if last:
                yield last
            last = span
    if last:
        yield last
