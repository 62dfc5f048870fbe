"""What only looks like a secret: examples, references, patterns, digests (F-099, F-100)."""

import hmac
import math
import re
from collections import Counter
from hashlib import sha256

from quarterdeck.model.severity import Severity
from quarterdeck.secrets.shapes import Candidate, Detector, Pattern

_WORDS = re.compile(
    r"example|sample|dummy|fake|place_?holder|change_?me|change[_-]?this|replace|redacted|insert|not[_-]?real"
    r"|(?:^|[^a-z])(?:your|my)[_-]|your[a-z_-]{0,12}(?:key|token|secret|password)|yourself|todo|fixme"
    r"|test[_-]?(?:key|token|secret|password|value|only)|foo[_-]?bar|lorem|put your|_here$|xxx|\.\.\.|\*\*\*",
    re.IGNORECASE,
)
"""P1."""
_REFERENCE = re.compile(
    r"\$\{|\{\{|\}\}|%\(|\$\(|<%|%[A-Za-z_]{3,40}%|^\$[A-Za-z_][A-Za-z0-9_]{2,60}$|^[<\[{].*[>\]}]$|<[A-Za-z_ -]{2,40}>"
    r"|process\.env|import\.meta|os\.environ|getenv|environ\[|\bENV\[|!Ref|!Sub|!GetAtt|!secret|secrets\.|env\(|var\."
    r"|arn:aws|secretsmanager|ssm:|ssm-secure|/aws/reference|vault:|op://|keyring|lpass|akv|projects/\w+/secrets"
)
"""P2."""
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DIGEST = re.compile(
    r"(?:sha(?:1|224|256|384|512)|md5|b2|h1)[:=-]|integrity|checksum|etag|digest|revision|commit\b",
    re.IGNORECASE,
)
_GIT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DATA = re.compile(r"base64,[A-Za-z0-9+/=_-]*$")
_HEX = re.compile(r"[0-9a-fA-F-]+")
_COUNTED = "0123456789abcdefghijklmnopqrstuvwxyz"
_DOWN = _COUNTED[::-1]
_STEP = 6
"""So many signs that count up or down are no chance."""
_SAME = re.compile(r"([^A=-])\1{7}|1234567890")
_LONG = 20
_LEAST_DISTINCT = 8
_HEX_FLOOR = 2.8
_SHORT = 24
"""Below so many signs even chance does not reach the floor of longer ones."""
_EXAMPLE_PATH = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|testing|e2e|fixtures?|testdata|test[_-]data|examples?|samples?|docs?|documentation|cassettes|__mocks__|mocks?)/"
    r"|(?:^|/)(?:test_[^/]*|conftest\.py|[^/]*[._-](?:test|spec|example|sample|template|dist)(?:\.[^/.]+)?|readme[^/]*|changelog[^/]*)$"
    r"|\.(?:md|rst|adoc)$",
    re.IGNORECASE,
)
_PUBLISHED = frozenset(
    {
        "0982595d5969bc21",
        "33a84e2014806a1e",
        "4e673fdeb122de86",
        "7f1f269de6512149",
        "807dd0c2bcb9e37b",
        "b98fa9fc06565049",
        "c44f27d98f885b18",
        "fed38f269d8ee0fa",
    }
)
"""P7: values that vendors print in their own documentation, as keyed digests and not as text."""
_PUBLISHED_KEY = b"values of documentation"


def is_example(path: str) -> bool:
    """Whether a path says test, fixture, example or documentation (P8)."""
    return _EXAMPLE_PATH.search(path) is not None


def is_placeholder(found: Candidate, detector: Detector, pattern: Pattern) -> bool:
    """Whether a value is none that opens anything: an example, a reference, a pattern, a digest (P1 to P7).

    In prose, from which secrets are taken out, a pattern that repeats is no reason to leave one in.
    """
    value = found.value
    if _WORDS.search(value) or _REFERENCE.search(value) or _published(value):
        return True
    if _SAME.search(value):
        return True
    if not found.path:
        return False
    if _repeats(value) or _counts(value):
        return True
    if pattern.is_random and _is_plain(value, pattern.floor):
        return True
    return not detector.is_precise and pattern.files is None and _is_digest(found)


def _published(value: str) -> bool:
    return digest_of(value) in _PUBLISHED


def digest_of(value: str) -> str:
    """How a published value is kept."""
    return hmac.new(_PUBLISHED_KEY, value.encode(errors="surrogateescape"), sha256).hexdigest()[:16]


def _repeats(value: str) -> bool:
    """One short pattern all along (P3)."""
    body = value[-_LONG:]
    return any(body == (body[:size] * _LONG)[: len(body)] for size in range(1, min(7, len(body) // 2 + 1)))


def _counts(value: str) -> bool:
    """Whether it counts up or down for so long that nobody drew it by chance (P3)."""
    low = value.lower()
    return any(
        low[at : at + _STEP] in _COUNTED or low[at : at + _STEP] in _DOWN
        for at in range(max(0, len(low) - _STEP + 1))
    )


def _is_plain(value: str, floor: float) -> bool:
    """Fewer different signs, or less chance in them, than a machine's value has (P4, P5)."""
    if len(value) >= _LONG and len(set(value)) < _LEAST_DISTINCT:
        return True
    least = min(floor, _HEX_FLOOR) if len(value) < _SHORT or _HEX.fullmatch(value) else floor
    return entropy(value) < least


def entropy(value: str) -> float:
    """Shannon's entropy of one sign, in bits."""
    size = len(value)
    return -sum(times / size * math.log2(times / size) for times in Counter(value).values())


def _is_digest(found: Candidate) -> bool:
    """A UUID, a digest, an id of git, a part of an image (P6)."""
    before = found.around.partition(found.value)[0][-120:].rpartition("\n")[2]
    return bool(
        _UUID.fullmatch(found.value)
        or _GIT_ID.fullmatch(found.value)
        or _DIGEST.search(before)
        or _DATA.search(before)
    )


def milder(found: Candidate, detector: Detector, pattern: Pattern) -> Severity:
    """The severity where it stands: a test key or a guess from a name is worth a note in tests and examples (P8)."""
    if (pattern.is_test or not detector.is_precise) and is_example(found.path):
        return Severity.INFO
    return found.severity
