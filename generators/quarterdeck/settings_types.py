"""The types of single settings: each reads what somebody wrote, or says what it expected instead."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

EXPECTED = "expected"
"""Type of the error that a `Written` raises; its context holds `expected`."""


class Written:
    """Marks how a type is read from written text; anything but text goes on to the type's own check."""

    def __init__(self, expected: str, read: Callable[[str], object], schema: dict[str, Any]) -> None:
        self.expected = expected
        self.read = read
        self.schema = schema

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._typed, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        del schema, handler
        return dict(self.schema)

    def _typed(self, value: object) -> object:
        if not isinstance(value, str):
            if isinstance(value, (list, dict)):
                raise self._error()
            return value
        try:
            return self.read(value)
        except ValueError as error:
            raise self._error() from error

    def _error(self) -> PydanticCustomError:
        return PydanticCustomError(EXPECTED, "expected {expected}", {"expected": self.expected})


_AMOUNT = re.compile(r"-?\$?(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.[0-9]{1,6})?")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_RATIO = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,9})?)(%?)")
_VERSION = re.compile(r"[1-9][0-9]{0,8}")
_WHOLE = re.compile(r"[0-9]{1,9}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"2[0-9]{3}")
_EMAIL = re.compile(
    r"(?!.{255})[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]")
_LONGEST_LINE = 200

ID = r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"
HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,62}"


def _full(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if not found:
        raise ValueError(text)
    return found


def _amount(text: str) -> Decimal:
    return Decimal(_full(_AMOUNT, text)[0].replace("$", "").replace(",", ""))


def _positive(text: str) -> Decimal:
    return Decimal(_full(_NUMBER, text)[0])


def _ratio(text: str) -> Decimal:
    number, percent = _full(_RATIO, text).groups()
    ratio = Decimal(number).scaleb(-2) if percent else Decimal(number)
    if ratio > 1:
        raise ValueError(text)
    return ratio


def _iso_date(text: str) -> date:
    return date.fromisoformat(_full(_DATE, text)[0])


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, OSError) as error:  # OSError: the name of a folder, such as America
        raise ValueError(text) from error


def _line(text: str) -> str:
    if _UNPRINTABLE.search(text) or not text.strip() or len(text) > _LONGEST_LINE:
        raise ValueError(text)
    return text


def _matching(expected: str, pattern: str, **schema: object) -> Written:
    """Text that fits a pattern as a whole."""
    compiled = re.compile(pattern)
    return Written(
        expected,
        lambda text: _full(compiled, text)[0],
        {"type": "string", "pattern": f"^{pattern}$", **schema},
    )


_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def _flag(text: str) -> bool:
    if text.lower() not in _YES_NO:
        raise ValueError(text)
    return _YES_NO[text.lower()]


_NUMERIC: dict[str, Any] = {"type": ["number", "string"]}

Amount: TypeAlias = Annotated[
    Decimal, Field(strict=True), Written("an amount such as 2500 or 2,500.00", _amount, _NUMERIC)
]
"""Money in the base currency, exact."""
Number: TypeAlias = Annotated[
    Decimal, Field(strict=True), Written("a number such as 1.5", _positive, _NUMERIC)
]
Ratio: TypeAlias = Annotated[
    Decimal,
    Field(strict=True),
    Written("a share between 0 and 1, or 0% and 100%, such as 0.12 or 12%", _ratio, _NUMERIC),
]
Whole: TypeAlias = Annotated[
    int,
    Field(strict=True),
    Written(
        "a whole number such as 14",
        lambda text: int(_full(_WHOLE, text)[0]),
        {"type": "integer", "minimum": 0},
    ),
]
Flag: TypeAlias = Annotated[bool, Written("yes or no", _flag, {"type": "boolean"})]
Version: TypeAlias = Annotated[
    int,
    Field(strict=True),
    Written("1, the version of this format", lambda text: int(_full(_VERSION, text)[0]), {"type": "integer"}),
]
Year: TypeAlias = Annotated[
    int,
    Field(strict=True),
    Written(
        "a year such as 2026",
        lambda text: int(_full(_YEAR, text)[0]),
        {"type": "string", "pattern": "^2[0-9]{3}$"},
    ),
]
Day: TypeAlias = Annotated[
    date,
    Field(strict=True),
    Written("a date as YYYY-MM-DD, such as 2026-10-31", _iso_date, {"type": "string", "format": "date"}),
]
Zone: TypeAlias = Annotated[
    str, Written("a time zone such as America/Los_Angeles or UTC", _zone, {"type": "string"})
]
Line: TypeAlias = Annotated[
    str, Written(f"text on one line, at most {_LONGEST_LINE} characters", _line, {"type": "string"})
]
Id: TypeAlias = Annotated[str, _matching("an id of lower-case letters, digits and hyphens, such as jada", ID)]
Email: TypeAlias = Annotated[
    str,
    Written(
        "one e-mail address such as ana@harbor.example",
        lambda text: _full(_EMAIL, text)[0],
        {"type": "string", "format": "email"},
    ),
]
Url: TypeAlias = Annotated[
    str,
    _matching(
        "an address such as https://host.example/path",
        rf"https?://{HOST}(?::[0-9]{{1,5}})?(?:/[^\s<>\"'`\\]*)?",
    ),
]
Site: TypeAlias = Annotated[
    str, _matching("a site such as harbor.example", rf"(?:https?://)?{HOST}(?:/[^\s<>\"'`\\]*)?")
]
Currency: TypeAlias = Annotated[str, _matching("a currency code such as USD", r"[A-Z]{3}")]
Branch: TypeAlias = Annotated[
    str, _matching("a branch name such as main", r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}")
]
Region: TypeAlias = Annotated[
    str, _matching("an AWS region such as us-west-2", r"[a-z]{2}(?:-[a-z]+)+-[0-9]")
]
Account: TypeAlias = Annotated[str, _matching("an AWS account number of 12 digits", r"[0-9]{12}")]
Bucket: TypeAlias = Annotated[str, _matching("the name of an S3 bucket", r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")]
Distribution: TypeAlias = Annotated[
    str, _matching("a CloudFront distribution id such as E2EXAMPLE1", r"[A-Z0-9]{6,20}")
]
Prefix: TypeAlias = Annotated[
    str,
    _matching(
        "a prefix such as reports or team/reports",
        r"(?!.*\.\.)[A-Za-z0-9_.-]{1,60}(?:/[A-Za-z0-9_.-]{1,60}){0,5}",
    ),
]
Rule: TypeAlias = Annotated[
    str,
    _matching(
        "the code of a rule or check, such as R-CFO-01 or AWS-S3-03, or of another tool, such as prowler:kms_open",
        r"[A-Z][A-Z0-9]*(?:-[A-Z][A-Z0-9]*)*-[0-9]{2}|[a-z][a-z0-9_.-]*:[A-Za-z0-9_./-]+",
    ),
]
