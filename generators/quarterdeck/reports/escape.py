"""Turns text into HTML that neither site builder can read as anything but text."""

import re

from markupsafe import Markup

_BREAKS = re.compile(r"\s*[\r\n]\s*")
_SPECIAL = re.compile(r"[&<>\"'{}\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_CONTROLS = (*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF)
_SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "{": "&#123;", "}": "&#125;"}
_CLEAN = str.maketrans(dict.fromkeys(map(chr, _CONTROLS), " "))
_ESCAPED = _CLEAN | str.maketrans(_SIGNS)


class NotForPagesError(TypeError):
    """A template printed something that has no words of its own, such as None; a defect of ours."""

    def __init__(self, thing: object) -> None:
        """Name it."""
        super().__init__(f"a page printed {thing!r}; print a value of the model, or test for it first")


def safe(thing: object) -> Markup:
    """Turn what a template prints into HTML that neither builder can read as anything but text.

    Markup is left alone. Line ends become spaces, so that no text can begin a Markdown block.

    Raises:
        NotForPagesError: It is None, a truth value or a binary float.
    """
    return thing if isinstance(thing, Markup) else Markup(escaped(thing))  # noqa: S704 - escaped right here


def escaped(thing: object) -> str:
    """The same as a string, for HTML that is put together in Python; most text has nothing to escape.

    Raises:
        NotForPagesError: It is None, a truth value or a binary float.
    """
    if isinstance(thing, Markup):
        return str(thing)
    if thing is None or isinstance(thing, (bool, float)):
        raise NotForPagesError(thing)
    text = str(thing)
    if _SPECIAL.search(text) is None:
        return text
    return _BREAKS.sub(" ", text).translate(_ESCAPED)


def code(text: str) -> Markup:
    """Print text in which somebody put code between backticks; an odd one stays as it is."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return safe(text)
    printed = [f"<code>{escaped(part)}</code>" if at % 2 else escaped(part) for at, part in enumerate(parts)]
    return Markup("".join(printed))  # noqa: S704 - escaped part by part


def one_line(text: str) -> str:
    """Text without line ends and control signs, not escaped."""
    return _BREAKS.sub(" ", text).translate(_CLEAN)
