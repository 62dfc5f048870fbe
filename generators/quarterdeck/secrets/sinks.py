"""Takes secrets out of what is printed when something goes wrong, by us or by a library (F-106)."""

import logging
import sys
import traceback
from types import TracebackType

from quarterdeck.secrets.redact import redact


class Redacting(logging.Formatter):
    """Formats a record as always, its traceback too, and takes secrets out of the whole."""

    def format(self, record: logging.LogRecord) -> str:
        """The text of a record without secrets."""
        return redact(super().format(record))


def guard_logs() -> None:
    """Let what libraries log from a warning on go to stderr without secrets; handlers that stand already stay."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting("%(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)


def print_defect(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print the traceback of a defect of ours without secrets; takes the place of `sys.excepthook`."""
    sys.stderr.write(redact("".join(traceback.format_exception(kind, error, trace))))
