"""Records of earlier versions: read without trust; what is not understood costs its own file alone."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import PurePosixPath

import msgspec

from quarterdeck.model.errors import Problem
from quarterdeck.model.history import SCHEMA, VERSION, Earlier
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money, MoneyRange, Ratio
from quarterdeck.secrets.detectors import spans
from quarterdeck.text.decode import decode

_MEND = "Remove it; `quarterdeck history backfill` works it out again where no version was published."


class _Format(msgspec.Struct):
    """What a file says of its own format."""

    schema: int = SCHEMA


def parse_history(files: Mapping[str, bytes]) -> tuple[tuple[Earlier, ...], list[Problem]]:
    """Read the records of earlier versions.

    Args:
        files: Path -> bytes.

    Returns:
        Records, oldest first; and a problem for each file that is left out (R-DAT-09): no record, one of a newer
        format, or one that is not what its name says.
    """
    found: list[Earlier] = []
    problems: list[Problem] = []
    for path in sorted(files):
        try:
            found.append(_record(path, files[path]))
        except ValueError as error:
            problems.append(
                Problem(path, 0, 0, "history", str(error), _MEND, Severity.MEDIUM, rule="R-DAT-09")
            )
    return tuple(sorted(found, key=lambda one: one.order)), problems


def _record(path: str, data: bytes) -> Earlier:
    """One record.

    Raises:
        ValueError: It is none; says why without repeating what stands there.
    """
    text = decode(data, path)
    if isinstance(text, Problem):
        raise ValueError(text.what)  # noqa: TRY004 - the file is wrong, not our call
    try:
        schema = msgspec.json.decode(text.text, type=_Format).schema
        if schema != SCHEMA:
            raise ValueError(f"the file has format {schema}, and this program reads {SCHEMA}")
        record = msgspec.json.decode(text.text, type=Earlier)
    except (msgspec.DecodeError, RecursionError):
        raise ValueError("the file is no record of an earlier version") from None
    if not _is_named(path, record):
        raise ValueError("the file is not the version that its name says")
    if not all(number.is_finite() for number in _numbers(record)):
        raise ValueError("the file holds a number that is none")
    if spans(text.text):
        raise ValueError("the file holds what looks like a secret")
    return record


def _is_named(path: str, record: Earlier) -> bool:
    """Whether file, version, day and commit say the same."""
    name = VERSION.fullmatch(record.version)
    return (
        name is not None
        and PurePosixPath(path).stem == record.version
        and name[1] == record.as_of.isoformat()
        and record.commit.startswith(name[2])
        and record.is_whole
    )


def _numbers(record: Earlier) -> Iterator[Decimal]:
    yield from (one.mrr.amount for one in record.clients)
    for figure in record.figures:
        match figure.value:
            case Money(amount):
                yield amount
            case MoneyRange(low, high):
                yield from (low.amount, high.amount)
            case Ratio(value, part, whole):
                yield from (one for one in (value, part, whole) if one is not None)
            case Decimal() as plain:
                yield plain
            case _:
                pass
