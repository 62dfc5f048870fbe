"""Finds the addresses that code sends mail from, where they stand in it."""

import re
from collections.abc import Iterator

from quarterdeck.collectors.repos.reading.guards import snake
from quarterdeck.collectors.repos.reading.tree import Code, Value

_GIVEN = frozenset(
    {"source", "from", "from_email", "from_email_address", "from_address", "sender", "mail_from", "from_addr"}
)
_NAMED = re.compile(
    r"(?i)^(?:default_|server_|ses_|mail_|email_|smtp_)*(?:from|sender)(?:_?(?:email|address|addr|mail))*$"
)
_ADDRESS = re.compile(r"<?([A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})>?\s*$")
_RESERVED = re.compile(r"(?i)@(?:[\w-]+\.)*(?:example\.(?:com|org|net)|localhost|test|invalid)$")


def senders_of(code: Code) -> Iterator[str]:
    """Each address once, in order of place; those of domains that are for examples are left out."""
    found: dict[str, None] = {}
    given = ((name, value) for call in code.calls for name, value in call.options if snake(name) in _GIVEN)
    named = ((one.name, one.value) for one in code.assigns if _is_sender(one.name))
    for _, value in (*given, *named):
        if (address := _address(value)) and not _RESERVED.search(address):
            found[address] = None
    yield from sorted(found)


def _is_sender(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last in {"From", "Source", "FromEmailAddress"} or bool(_NAMED.search(snake(last)))


def _address(value: Value) -> str:
    """The address that a text ends with, or that is used where a variable is not set."""
    text = value.literal if value.literal is not None else (value.texts[-1] if value.texts else "")
    if text.count("@") != 1 or len(text) > 200:  # noqa: PLR2004 - no page of prose
        return ""
    found = _ADDRESS.search(text)
    return found[1].lower() if found else ""
