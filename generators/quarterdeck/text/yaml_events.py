"""Reads any YAML from the events of libyaml; resolves no tag, anchor or type, and names what it refuses."""

import re
from collections.abc import Iterator

import msgspec
import yaml
from yaml import events

from quarterdeck.model.errors import Problem
from quarterdeck.model.severity import Severity
from quarterdeck.text.decode import visible
from quarterdeck.text.nodes import Mapping, Node, Scalar, Sequence

DEPTH_LIMIT = 40
"""How deep lists and maps may stand in each other."""

_MOST_PROBLEMS = 20
_SHORT = 40
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, many times faster, where it was built
_BREAKS = str.maketrans("\x85\u2028\u2029", "   ")  # YAML 1.1 alone takes these for line ends
_ENDS = re.compile("end of stream|stream end")
_INDENT_TAB = re.compile(r"^ *\t\s*(?=\S)", re.MULTILINE)


def read_events(text: str, path: str, first_line: int) -> tuple[Node | None, list[Problem]]:
    """Read one YAML document of any form; arguments and result are those of `read_yaml`."""
    if not text.isascii():
        text = text.translate(_BREAKS)
    reader = _Reader(path, first_line)
    node = None
    if "\t" in text and (tab := _INDENT_TAB.search(text)):
        place = (
            text.count("\n", 0, tab.start()) + first_line,
            text.index("\t", tab.start()) - tab.start() + 1,
        )
        reader.refuse("yaml-tab", place, "a tab in the indentation", "Indent with spaces.")
        return None, reader.problems
    try:
        node = reader.read(yaml.parse(text, Loader=_Loader))
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the last two: bad escapes, pure parser
        reader.refuse_syntax(error, text)
    return node, sorted(reader.problems)


class _Frame(msgspec.Struct):
    """A list or map that is still open; the nodes of a map are its keys and values in turn."""

    is_mapping: bool
    line: int
    column: int
    anchor: str | None
    nodes: list[Node]


class _Reader:
    """Builds the tree from events with a stack of its own, so that depth costs no recursion."""

    def __init__(self, path: str, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        self.problems: list[Problem] = []
        self.documents = 0
        self.stack = [_Frame(is_mapping=False, line=0, column=0, anchor=None, nodes=[])]

    def read(self, stream: Iterator[events.Event]) -> Node | None:
        stack = self.stack
        root = stack[0]
        for event in stream:
            if isinstance(event, events.ScalarEvent):
                stack[-1].nodes.append(self._scalar(event))
            elif isinstance(event, events.CollectionStartEvent):
                if len(stack) > DEPTH_LIMIT:
                    self._refuse_depth(event)
                    return None
                stack.append(self._frame(event))
            elif isinstance(event, events.CollectionEndEvent):
                done = stack.pop()
                stack[-1].nodes.append(self._collection(done))
            elif isinstance(event, events.AliasEvent):
                stack[-1].nodes.append(self._alias(event))
            elif isinstance(event, events.DocumentStartEvent) and not self._is_first_document(event):
                break
        return root.nodes[0] if root.nodes else None

    def refuse(self, code: str, place: tuple[int, int], what: str, mend: str, why: str = "") -> None:
        """List a problem that refuses the file, unless many are listed already."""
        self._list(Problem(self.path, *place, code, what, mend, Severity.HIGH, refused=True, why=why))

    def _list(self, problem: Problem) -> None:
        has_refused = any(known.refused for known in self.problems)
        if len(self.problems) < _MOST_PROBLEMS or (problem.refused and not has_refused):
            self.problems.append(problem)

    def refuse_syntax(self, error: Exception, text: str) -> None:
        """Say in our words what the parser could not read, and where."""
        last = text.count("\n") - text.endswith("\n")
        said = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        opening = getattr(error, "context_mark", None)
        marks = [getattr(error, "problem_mark", None), opening]
        if opening and _ENDS.search(said):
            marks.reverse()
        mark = next((mark for mark in marks if mark and mark.line <= last), None)
        if mark:
            place = (mark.line + self.first_line, mark.column + 1)
        elif len(self.stack) > 1:  # the text ends too early: name what is still open
            place = (self.stack[-1].line, self.stack[-1].column)
        else:
            place = (self.first_line + max(last, 0), 1)
        self.refuse("yaml-syntax", place, f"not valid YAML: {said}", _mend(said))

    def _place(self, event: events.Event) -> tuple[int, int]:
        mark = event.start_mark
        return (mark.line + self.first_line, mark.column + 1) if mark else (self.first_line, 1)

    def _scalar(self, event: events.ScalarEvent) -> Scalar:
        text: str = event.value
        line, column = self._place(event)
        if event.tag is not None or event.anchor is not None:
            self._refuse_extras(event)
        if event.style == '"' and (shown := visible(text)) != text:
            what = "an escape such as \\0 or \\u202e writes a control character, shown instead"
            self._list(Problem(self.path, line, column, "control-character", what, "Write plain text."))
            text = shown
        return Scalar(text, not event.style, line, column)

    def _frame(self, event: events.CollectionStartEvent) -> _Frame:
        if event.tag is not None or event.anchor is not None:
            self._refuse_extras(event)
        return _Frame(isinstance(event, events.MappingStartEvent), *self._place(event), event.anchor, [])

    def _collection(self, frame: _Frame) -> Node:
        if not frame.is_mapping:
            return Sequence(tuple(frame.nodes), frame.line, frame.column)
        seen: dict[str, Scalar] = {}
        entries = []
        nodes = iter(frame.nodes)
        for key, value in zip(nodes, nodes, strict=True):
            if not isinstance(key, Scalar):
                mend = "Keys are words; put braces and brackets that are text in quotes."
                self.refuse("yaml-key", (key.line, key.column), "a list or map is used as a key", mend)
            elif first := seen.get(key.text):
                what = f'key "{_short(key.text)}" stands twice, in lines {first.line} and {key.line}'
                self.refuse("yaml-duplicate-key", (key.line, key.column), what, "Keep one of them.")
            else:
                seen[key.text] = key
                entries.append((key, value))
        return Mapping(tuple(entries), frame.line, frame.column)

    def _alias(self, event: events.AliasEvent) -> Scalar:
        line, column = self._place(event)
        is_cycle = any(frame.anchor == event.anchor for frame in self.stack)
        code, more = (
            ("yaml-cycle", ", which stands inside what it repeats") if is_cycle else ("yaml-alias", "")
        )
        mend = "Write the value out; put text that begins with * in quotes."
        self.refuse(code, (line, column), f"alias *{_short(event.anchor or '')}{more}", mend)
        return Scalar("", is_plain=True, line=line, column=column)

    def _is_first_document(self, event: events.DocumentStartEvent) -> bool:
        self.documents += 1
        if event.version or event.tags:
            mend = "Delete the line that begins with %."
            self.refuse("yaml-directive", self._place(event), "a YAML directive (%)", mend)
        if self.documents > 1:
            mend = "Keep one document; delete the line --- and what does not belong."
            self.refuse(
                "yaml-documents", self._place(event), "a second YAML document begins here (---)", mend
            )
        return self.documents == 1

    def _refuse_extras(self, event: events.ScalarEvent | events.CollectionStartEvent) -> None:
        if event.anchor is not None:
            mend = "Delete it; put text that begins with & in quotes."
            self.refuse("yaml-anchor", self._place(event), f"anchor &{_short(event.anchor)}", mend)
        if event.tag is not None:
            mend = "Delete the tag; put text that begins with ! in quotes."
            why = "a tag can make a program build any object"
            self.refuse("yaml-tag", self._place(event), f"tag {_short(event.tag)}", mend, why)

    def _refuse_depth(self, event: events.CollectionStartEvent) -> None:
        what = f"lists or maps nested more than {DEPTH_LIMIT} deep"
        self.refuse("yaml-depth", self._place(event), what, "Close the brackets, or write it flatter.")


def _short(text: str) -> str:
    shown = visible(text[:_SHORT]).replace("\n", " ")
    return shown if len(text) <= _SHORT else shown + "…"


def _mend(said: str) -> str:
    """The hint for what the parser said."""
    if "mapping values" in said:
        return 'Put a value that holds ": " in quotes; else check the indentation.'
    if "cannot start any token" in said:
        return "Put a value that begins with @, `, % or a tab in quotes."
    if _ENDS.search(said):
        return "Close the quote or bracket that opens here."
    if "directive" in said:
        return "Delete the line that begins with %."
    return "Check quotes, brackets, colons and indentation here and in the line above."
