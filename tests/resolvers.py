"""Names that answer from a table, for collectors that ask about domains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.model.observed import NotCollected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quarterdeck.collectors.resolver import Answer

BROKEN = NotCollected("dns", "jada.example", "TXT: SERVFAIL")


class Names:
    """A resolver whose names stand in a table; what is not there has no such record."""

    def __init__(self, table: Mapping[tuple[str, str], Answer]) -> None:
        """Answers by name and type; `TXT@server` and `TXT!` answer a server's own and the unchecked question."""
        self.table = table

    def ask(self, name: str, kind: str, *, at: str = "", unchecked: bool = False) -> Answer:
        """What the table says."""
        where = f"{kind}@{at}" if at else f"{kind}!" if unchecked else kind
        return self.table.get((name, where))
