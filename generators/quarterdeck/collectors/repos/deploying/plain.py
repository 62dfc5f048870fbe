"""Templates as plain data: YAML with any tags, JSON and TOML, with a limit on what aliases can make of it."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import msgspec
import yaml
from yaml import events

DEEPEST = 60
LARGEST = 200_000
"""Values that one document may hold once its aliases are followed."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"-?\d{1,12}\Z")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_BARE = frozenset({"Ref", "Condition"})
"""Short forms of CloudFormation that do not begin with `Fn::` when they are written out."""


class TooMuchError(ValueError):
    """A document is deeper or larger than any template that somebody wrote."""


class Block(dict[str, Any]):
    """One mapping, with the line of each of its keys."""

    def __init__(self) -> None:
        """An empty one."""
        super().__init__()
        self.lines: dict[str, int] = {}
        self.size = 1

    def line(self, key: str) -> int:
        """The line of a key, counted from 1; 0 where that is not known."""
        return self.lines.get(key, 0)


class _Items(list[Any]):
    def __init__(self) -> None:
        super().__init__()
        self.size = 1


class _Open:
    """One list or mapping that is still open."""

    def __init__(self, made: Block | _Items, tag: str, anchor: str | None) -> None:
        self.made, self.tag, self.anchor = made, tag, anchor
        self.key: str | None = None


def documents(text: str) -> list[Any]:
    """Every document of a YAML text; those before a fault where it has one.

    Tags become what CloudFormation means by them: `!Ref x` is `{"Ref": "x"}`; of others only the value stays.

    Raises:
        TooMuchError: Its aliases make more of it than a template holds.
    """
    reader = _Reader()
    try:
        for event in yaml.parse(text, Loader=_Loader):
            reader.take(event)
    except TooMuchError:
        raise
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        return reader.done
    return reader.done


def block(text: str, path: str) -> Block:
    """The first mapping of a YAML, JSON or TOML text; empty where there is none.

    Raises:
        TooMuchError: As above.
    """
    if path.endswith((".json", ".jsonc", ".template")) and (found := _json(text)) is not None:
        return found
    if path.endswith(".toml"):
        return _toml(text)
    return next((one for one in documents(text) if isinstance(one, Block)), Block())


def _json(text: str) -> Block | None:
    try:
        made = _blocks(msgspec.json.decode(text), text)
    except TooMuchError:
        raise
    except (ValueError, RecursionError):
        return None
    return made if isinstance(made, Block) else None


def _toml(text: str) -> Block:
    try:
        made = _blocks(tomllib.loads(text), text)
    except (ValueError, RecursionError):
        return Block()
    return made if isinstance(made, Block) else Block()


def _blocks(value: Any, text: str, depth: int = 0) -> Any:  # noqa: ANN401 - any value of JSON
    """The same with blocks for mappings; lines are those where the key is written for the first time."""
    if depth > DEEPEST:
        raise TooMuchError
    if isinstance(value, dict):
        made = Block()
        for key, one in value.items():
            made[str(key)] = _blocks(one, text, depth + 1)
            if depth < 3:  # noqa: PLR2004 - deep enough for what stands below a list of resources
                at = text.find(f'"{key}"')
                made.lines[str(key)] = text.count("\n", 0, at) + 1 if at >= 0 else 0
        return made
    return [_blocks(one, text, depth + 1) for one in value] if isinstance(value, list) else value


class _Reader:
    """Builds values from events with a stack of its own, so that depth costs no recursion."""

    def __init__(self) -> None:
        self.done: list[Any] = []
        self.stack: list[_Open] = []
        self.anchors: dict[str, Any] = {}

    def take(self, event: Any) -> None:  # noqa: ANN401 - the library has no common type for events
        match event:
            case events.MappingStartEvent():
                self._open(Block(), event)
            case events.SequenceStartEvent():
                self._open(_Items(), event)
            case events.ScalarEvent():
                self._scalar(event)
            case events.AliasEvent():
                self._put(self.anchors.get(event.anchor or ""), event)
            case events.MappingEndEvent() | events.SequenceEndEvent():
                closed = self.stack.pop()
                value = _tagged(closed.tag, closed.made)
                if closed.anchor:
                    self.anchors[closed.anchor] = value
                self._put(value, event)

    def _open(self, made: Block | _Items, event: Any) -> None:  # noqa: ANN401 - as above
        if len(self.stack) >= DEEPEST:
            raise TooMuchError
        self.stack.append(_Open(made, event.tag or "", event.anchor))

    def _scalar(self, event: Any) -> None:  # noqa: ANN401 - as above
        is_key = self.stack and isinstance(self.stack[-1].made, Block) and self.stack[-1].key is None
        plain = event.implicit[0] and not is_key
        value = _tagged(event.tag or "", _typed(event.value) if plain else event.value)
        if event.anchor:
            self.anchors[event.anchor] = value
        self._put(value, event)

    def _put(self, value: Any, event: Any) -> None:  # noqa: ANN401 - any value
        if not self.stack:
            self.done.append(value)
            return
        top = self.stack[-1]
        made = top.made
        if isinstance(made, Block) and top.key is None:
            top.key = value if isinstance(value, str) else str(value)[:80]
            made.lines.setdefault(top.key, event.start_mark.line + 1)
            return
        made.size += getattr(value, "size", 1)
        if made.size > LARGEST:
            raise TooMuchError
        if isinstance(made, Block):
            _set(made, top.key or "", value)
            top.key = None
        else:
            made.append(value)


def _set(made: Block, key: str, value: Any) -> None:  # noqa: ANN401 - any value
    """Set a key; what is merged in is set where the mapping itself says nothing."""
    if key != "<<":
        made[key] = value
        return
    for one in value if isinstance(value, list) else (value,):
        if isinstance(one, dict):
            for name, inner in one.items():
                made.setdefault(name, inner)


def _typed(text: str) -> str | int | bool | None:
    if _NUMBER.match(text):
        return int(text)
    folded = text.casefold()
    return _WORDS.get(folded, text)


def _tagged(tag: str, value: Any) -> Any:  # noqa: ANN401 - any value
    if not tag.startswith("!") or tag == "!":
        return value
    name = tag.removeprefix("!")
    made = Block()
    made.size = getattr(value, "size", 1) + 1
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    made[name if name in _BARE else f"Fn::{name}"] = value
    return made


def mappings(value: object) -> Iterator[Block]:
    """The mapping that a value is, or those of a list; nothing where it is something else."""
    for one in value if isinstance(value, list) else (value,):
        if isinstance(one, Block):
            yield one


def at(value: object, *keys: str) -> Any:  # noqa: ANN401 - any part of a document
    """What stands below some keys; None where it is not there."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list, or the one that stands in its place."""
    if isinstance(value, str):
        return (value,)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
