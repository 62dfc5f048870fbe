"""What a check says of one record, as one short text for tables of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.checks.registry import CHECKS
from quarterdeck.checks.run import MODULES
from quarterdeck.model.check import Fail, Pass, Unknown
from tests.audits import audited

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

_ = MODULES  # importing them is what fills the list


def judged(code: str, record: Seen, *others: Seen, **facts: Any) -> str:  # noqa: ANN401 - what `audited` takes
    """`pass`, `fail high`, `unknown` or `n/a`: the verdict of one check on the first record."""
    one = CHECKS[code]
    match one.judge(record, audited(record, *others, **facts)):
        case Pass():
            return "pass"
        case Fail(_, severity):
            return f"fail {severity or one.severity}"
        case Unknown():
            return "unknown"
        case _:
            return "n/a"
