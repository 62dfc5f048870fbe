"""The kinds of secret that text is searched for, and where each was found: never the value."""

import re

import msgspec

LONGEST = 4_000
"""How far from an AWS key id, in characters, its secret is looked for at most."""

_NEAR = 6
"""Lines around an AWS key id in which its secret is looked for (SEC-12)."""


class Hit(msgspec.Struct, frozen=True, order=True):
    """One place that holds a secret; deliberately without the secret."""

    line: int
    column: int
    """Both from 1, in characters."""
    detector: str
    """Readable name, such as `stripe_live_secret`."""


class Span(msgspec.Struct, frozen=True, order=True):
    """The characters from `start` up to `stop` hold a secret."""

    start: int
    stop: int
    detector: str


class _Detector(msgspec.Struct, frozen=True):
    """A pattern, tried only on text that holds one of its marks."""

    name: str
    marks: tuple[str, ...]
    pattern: re.Pattern[str]


def _detector(name: str, marks: tuple[str, ...], pattern: str) -> _Detector:
    return _Detector(name, marks, re.compile(pattern))


_DETECTORS = (
    _detector("stripe_live_secret", ("sk_live_",), r"(?<![A-Za-z0-9])sk_live_[A-Za-z0-9]{24,250}"),
    _detector("stripe_restricted_live", ("rk_live_",), r"(?<![A-Za-z0-9])rk_live_[A-Za-z0-9]{24,250}"),
    _detector("stripe_test_secret", ("k_test_",), r"(?<![A-Za-z0-9])[sr]k_test_[A-Za-z0-9]{24,250}"),
    _detector("stripe_webhook_secret", ("whsec_",), r"(?<![A-Za-z0-9])whsec_[A-Za-z0-9+/=]{32,250}"),
    _detector(
        "aws_access_key_id", ("AKIA", "ASIA"), r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"
    ),
    _detector("google_api_key", ("AIza",), r"(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    _detector(
        "private_key_block",
        ("PRIVATE KEY",),
        r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:\\n|\\r|\s){1,4}(?:[\w-]{1,30}: [^\n\\]{0,120}(?:\\n|\\r|\s){1,4}){0,4}"
        r"[A-Za-z0-9+/=]{16,}(?:(?:\\n|\\r|\s){1,4}[A-Za-z0-9+/=]{1,400}){0,200}",
    ),
    _detector(
        "github_token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})(?![A-Za-z0-9])",
    ),
    _detector(
        "slack_token",
        ("xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-"),
        r"(?<![A-Za-z0-9])xox[abeoprs]-(?=[A-Za-z-]{0,20}[0-9])[A-Za-z0-9-]{20,250}",
    ),
)
_MARKS = tuple(mark for detector in _DETECTORS for mark in detector.marks)
_AWS_SECRET = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
_PLACEHOLDER = re.compile(
    r"example|sample|dummy|placeholder|change_?me|your_?|x{6,}|\*{3,}|0{8,}|(.)\1{7,}|1234567890|\$\{|<|\{\{",
    re.IGNORECASE,
)


def find(text: str) -> tuple[Hit, ...]:
    """List the secrets in a text in order of place; ordinary text costs a few searches for fixed words."""
    hits = []
    for span in spans(text):
        line = text.count("\n", 0, span.start) + 1
        hits.append(Hit(line, span.start - text.rfind("\n", 0, span.start), span.detector))
    return tuple(hits)


def spans(text: str) -> tuple[Span, ...]:
    """The stretches of text that are secrets, in order, none inside another; placeholders are left out."""
    if not any(mark in text for mark in _MARKS):
        return ()
    found: list[Span] = []
    for detector in _DETECTORS:
        if any(mark in text for mark in detector.marks):
            found += (
                Span(match.start(), match.end(), detector.name)
                for match in detector.pattern.finditer(text)
                if not _PLACEHOLDER.search(match[0])
            )
    found += _aws_secrets(text, [span for span in found if span.detector == "aws_access_key_id"])
    return _without_overlaps(sorted(found))


def _aws_secrets(text: str, ids: list[Span]) -> list[Span]:
    """The 40-character secrets that stand near a key id."""
    found: dict[int, Span] = {}
    for span in ids:
        start = _lines_away(text, span.start, -_NEAR)
        stop = _lines_away(text, span.stop, _NEAR)
        for match in _AWS_SECRET.finditer(text, start, stop):
            if _looks_random(match[0]):
                found[match.start()] = Span(match.start(), match.end(), "aws_secret_key")
    return list(found.values())


def _lines_away(text: str, offset: int, lines: int) -> int:
    """The offset so many lines before or after, and never further than a bounded window."""
    if lines < 0:
        nearest = max(0, offset - LONGEST)
        start = offset
        for _ in range(-lines + 1):
            start = text.rfind("\n", nearest, start)
            if start < 0:
                return nearest
        return start
    furthest = min(len(text), offset + LONGEST)
    stop = offset
    for _ in range(lines + 1):
        stop = text.find("\n", stop + 1, furthest)
        if stop < 0:
            return furthest
    return stop


def _looks_random(value: str) -> bool:
    has_each = any(sign.islower() for sign in value) and any(sign.isupper() for sign in value)
    return has_each and any(sign.isdigit() for sign in value) and not _PLACEHOLDER.search(value)


def _without_overlaps(found: list[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for span in found:
        if not kept or span.start >= kept[-1].stop:
            kept.append(span)
    return tuple(kept)
