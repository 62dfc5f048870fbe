"""Takes out of code what only people read, so that a name in a comment proves nothing."""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

Taken: TypeAlias = Callable[[str], str]

_STRINGS = r'"(?:\\.|[^"\\\n])*"?|' + r"'(?:\\.|[^'\\\n])*'?"
_BLOCK = r"/\*(?s:.*?)(?:\*/|\Z)"
_SLASHES = re.compile(rf"(?P<said>//[^\n]*|{_BLOCK})|{_STRINGS}|`(?:\\.|[^`\\])*`?")
_STYLES = re.compile(rf"(?P<said>{_BLOCK})|{_STRINGS}")
_HASHES = re.compile(rf"(?P<said>(?<![^\s;])#[^\n]*)|{_STRINGS}")
_PYTHON = re.compile(
    r'(?P<said>#[^\n]*)|(?P<long>"""(?s:(?:\\.|[^\\])*?)(?:"""|\Z)|'
    rf"'''(?s:(?:\\.|[^\\])*?)(?:'''|\Z))|{_STRINGS}"
)
_PHP = re.compile(rf"(?P<said>//[^\n]*|#[^\n\[][^\n]*|{_BLOCK})|{_STRINGS}")
_SQL = re.compile(rf"(?P<said>--[^\n]*|{_BLOCK})|{_STRINGS}")
_MARKUP = re.compile(r"(?P<said><!--(?s:.*?)(?:-->|\Z)|\{#(?s:.*?)(?:#\}|\Z))")

_CONTINUES = frozenset("(,=[{+%")
"""After these a string of several lines is a value; elsewhere it says what the code does."""
_LOOKED_BACK = 200


def _without(pattern: re.Pattern[str], text: str) -> str:
    """A text with blanks where a pattern finds what is said, each line where it was."""

    def blank(found: re.Match[str]) -> str:
        groups = found.groupdict()
        is_told = groups.get("long") is not None and _stands_alone(text, found.start())
        if groups.get("said") is None and not is_told:
            return found[0]
        return "\n" * found[0].count("\n") or " "

    return pattern.sub(blank, text)


def _stands_alone(text: str, at: int) -> bool:
    before = text[max(0, at - _LOOKED_BACK) : at]
    line = before.rpartition("\n")[2]
    return not line.strip() and not (before.rstrip()[-1:] in _CONTINUES and before.strip())


def _taken(pattern: re.Pattern[str]) -> Taken:
    return lambda text: _without(pattern, text)


def _page(text: str) -> str:
    return _without(_MARKUP, text)


def _of(taken: Taken, ends: str) -> dict[str, Taken]:
    return dict.fromkeys(ends.split(), taken)


BY_END: Mapping[str, Taken] = {
    **_of(
        _taken(_SLASHES), "js mjs cjs jsx ts tsx mts cts go java kt kts cs rs swift dart scala groovy gradle"
    ),
    **_of(_taken(_PHP), "php"),
    **_of(_taken(_PYTHON), "py"),
    **_of(_taken(_HASHES), "rb sh bash zsh yml yaml tf toml cfg ini"),
    **_of(_taken(_STYLES), "css scss less"),
    **_of(_taken(_SQL), "sql"),
    **_of(_page, "html htm xml csproj vue svelte astro"),
}


def code_of(path: str, text: str) -> str:
    """A file without its comments, and Python without what its parts say of themselves; lines stay where they are.

    Strings are told from comments by their quotes; a pattern of JavaScript that holds a quote may hide the rest of
    its line.
    """
    taken = BY_END.get(path.rpartition(".")[2].lower())
    return taken(text) if taken else text
