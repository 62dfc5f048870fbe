"""Turns a finished page into plain Markdown for programs that read text: its twin."""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

import msgspec

_ARTICLE: Final = re.compile(r"<article\b[^>]*>(.*)</article>", re.DOTALL)
_HEADING: Final = re.compile(r"^(#{1,6}) (.+?)(?: \{#[a-z0-9-]+\})?$", re.MULTILINE)
_PICTURE: Final = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_TAG: Final = re.compile(r"""(<!--.*?-->|</?[A-Za-z](?:"[^"]*"|'[^']*'|[^'">])*>)""", re.DOTALL)
_NAME: Final = re.compile(r"</?([A-Za-z][\w-]*)")
_ATTRIBUTE: Final = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_VOID: Final = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARTS: Final = (
    "article",
    "aside",
    "div",
    "figcaption",
    "figure",
    "footer",
    "header",
    "main",
    "nav",
    "section",
)
_TEXTS: Final = (
    "blockquote",
    "dd",
    "details",
    "dl",
    "dt",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "summary",
    "table",
    "ul",
)
_BLOCKS: Final = frozenset((*_HEADINGS, *_PARTS, *_TEXTS))
_LEFT_OUT: Final = frozenset({"button", "form", "input", "label", "script", "style", "template"})
_LEFT_OUT_CLASSES: Final = frozenset(
    {"headerlink", "qd-chips", "qd-get", "qd-key", "qd-legend", "qd-link", "qd-no"}
)
"""What only leads about, or explains a colour."""
_SPACE: Final = re.compile(r"[ \t\r\n\f\x00-\x1f\u00a0]+")
_SPECIAL: Final = re.compile(r"[\\`*\[\]<>~|]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
_STARTS: Final = re.compile(r"^(?:(?=[#>+=-])|(\d{1,9})(?=[.)](?:\s|$)))", re.MULTILINE)
"""Signs that make a line more than text."""
_ELSEWHERE: Final = re.compile(r"[A-Za-z][\w+.-]*:|/")
_OPEN: Final = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_MARK: Final = re.compile(r"#s(\d+)")
_NOTE: Final = re.compile(r"\[\^\d+\]")
_LINK: Final = re.compile(r"(?<!\\)\[((?:\\.|[^\[\]\\])+)\]\([^()]*\)")
_LONGEST: Final = 200
_BENEATH: Final = frozenset({"qd-grey", "qd-places", "qd-sub"})


class Twin(msgspec.Struct, frozen=True):
    """A page as Markdown."""

    text: str
    """From its title on; where each number comes from stands in footnotes."""

    @property
    def summary(self) -> str:
        """The first words of its text, in one line and without links, which lead from the page alone."""
        after = [block for block in self.text.split("\n\n")[1:] if not block.startswith((">", "#", "|"))]
        line = _LINK.sub(r"\1", _NOTE.sub("", " ".join((after or [""])[0].split())))
        return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rsplit(' ', 1)[0]} …"


class _Tag:
    """A tag as it is written; most of a page's are written many times."""

    __slots__ = ("attributes", "classes", "is_end", "is_left_out", "is_void", "name")

    def __init__(self, written: str) -> None:
        name = _NAME.match(written)
        self.name = name[1].lower() if name else ""
        self.is_end = written.startswith("</")
        self.attributes = {one[1]: one[2] or one[3] or one[4] or "" for one in _ATTRIBUTE.finditer(written)}
        self.classes = frozenset(self.attributes.get("class", "").split())
        self.is_void = self.name in _VOID or written.endswith("/>")
        self.is_left_out = self.name in _LEFT_OUT or not _LEFT_OUT_CLASSES.isdisjoint(self.classes)


class _Node:
    """An element with what stands in it."""

    __slots__ = ("children", "tag")

    def __init__(self, tag: _Tag, children: "list[_Node | str] | None" = None) -> None:
        self.tag = tag
        self.children: list[_Node | str] = children or []

    def of(self, *names: str) -> "Iterator[_Node]":
        """Elements of these names at any depth, in order, none inside another."""
        for one in self.children:
            if isinstance(one, _Node):
                if one.tag.name in names:
                    yield one
                else:
                    yield from one.of(*names)


def twin(page: str, banner: str = "") -> Twin:
    """The Markdown of a page's own part.

    Args:
        page: Finished HTML, by either builder.
        banner: A sentence that stands beneath the title.
    """
    found = _ARTICLE.search(page)
    return _twin(found[1] if found else "", banner)


def twin_of_body(body: str, banner: str = "") -> Twin:
    """The same of a page that the program wrote: front matter, headings, and all else as HTML."""
    text = body.partition("\n---\n")[2] or body
    return _twin(_HEADING.sub(lambda line: f"<h{len(line[1])}>{line[2]}</h{len(line[1])}>", text), banner)


def _twin(inside: str, banner: str) -> Twin:
    blocks = list(_blocks(_tree(inside)))
    if banner and blocks:
        blocks.insert(1, f"> {_escaped(banner)}")
    return Twin("\n\n".join(blocks) + "\n")


_DIV: Final = _Tag("<div>")


@lru_cache(maxsize=8192)
def _tag(written: str) -> _Tag:
    return _Tag(written)


def _tree(text: str) -> _Node:
    """The elements of well-formed HTML without pictures; an end without a begin is passed over."""
    root = _Node(_DIV)
    path = [root]
    for at, part in enumerate(_TAG.split(_PICTURE.sub("", text))):
        if at % 2 == 0:
            if part:
                path[-1].children.append(part)
            continue
        tag = _tag(part)
        if tag.is_end:
            depth = next((at for at in range(len(path) - 1, 0, -1) if path[at].tag.name == tag.name), 0)
            if depth:
                del path[depth:]
        elif tag.name:
            node = _Node(tag)
            path[-1].children.append(node)
            if not tag.is_void:
                path.append(node)
    return root


def _blocks(node: _Node) -> Iterator[str]:
    """What stands in an element as blocks of Markdown; words between blocks are paragraphs of their own."""
    words: list[_Node | str] = []
    for one in node.children:
        if isinstance(one, str) or one.tag.name not in _BLOCKS:
            words.append(one)
        elif not one.tag.is_left_out:
            yield from _paragraph(words)
            words = []
            yield from _block(one)
    yield from _paragraph(words)


def _paragraph(children: "Sequence[_Node | str]") -> Iterator[str]:
    line = _inline(children).strip() if children else ""
    if line:
        yield _STARTS.sub(r"\1\\", line)


def _block(node: _Node) -> Iterator[str]:
    if special := _SPECIAL_BLOCKS.get(node.tag.name):
        yield from special(node)
    elif "qd-scope" in node.tag.classes:
        parts = (_inline([one]).strip() for one in node.children)
        yield from _paragraph([html.escape(" · ".join(filter(None, parts)))])
    else:
        yield from _blocks(node)


def _heading(node: _Node) -> Iterator[str]:
    line = _inline(node.children).strip()
    if line:
        yield f"{'#' * int(node.tag.name[1])} {line}"


def _list(node: _Node) -> Iterator[str]:
    if "qd-sources" in node.tag.classes:
        yield "\n".join(_footnote(item) for item in node.of("li"))
        return
    items = [
        _item(item, f"{at}. " if node.tag.name == "ol" else "- ")
        for at, item in enumerate(node.of("li"), start=1)
    ]
    if listed := "\n".join(filter(None, items)):
        yield listed


def _footnote(item: _Node) -> str:
    number = item.tag.attributes.get("id", "s").removeprefix("s")
    return f"[^{number}]: {' '.join(_blocks(item))}"


def _item(item: _Node, mark: str) -> str:
    """One item; its paragraphs are lines, and what is more than a line stands apart."""
    text, was_more = "", False
    for block in _blocks(item):
        is_more = block.startswith(("|", "```", "- ", "1. "))
        text += ("\n\n" if is_more or was_more else "\n") * bool(text) + block
        was_more = is_more
    pad = " " * len(mark)
    return mark + re.sub(r"\n(?!\n)", f"\n{pad}", text) if text else ""


def _table(node: _Node) -> Iterator[str]:
    rows = [(row, list(row.of("th", "td"))) for row in node.of("tr")]
    width = max((len(cells) for _, cells in rows), default=0)
    if not width:
        return
    heads = [row for part in node.of("thead") for row in part.of("tr")]
    first = rows[0][1] if heads else []
    lines = [_line([_cell(cell) for cell in first], width)]
    sides = ["---:" if at < len(first) and "qd-n" in first[at].tag.classes else "---" for at in range(width)]
    lines.append(f"| {' | '.join(sides)} |")
    lines += [_line([_cell(cell) for cell in cells], width) for _, cells in rows[1 if heads else 0 :]]
    yield "\n".join(lines)


def _line(cells: Sequence[str], width: int) -> str:
    return f"| {' | '.join([*cells, *[''] * (width - len(cells))])} |"


def _cell(node: _Node) -> str:
    return " ".join("; ".join(_blocks(node)).split())


def _details(node: _Node) -> Iterator[str]:
    for one in node.children:
        if isinstance(one, _Node) and one.tag.name == "summary" and (line := _inline(one.children).strip()):
            yield line if line.startswith("**") else f"**{line}**"
    yield from _blocks(
        _Node(_DIV, [one for one in node.children if isinstance(one, str) or one.tag.name != "summary"])
    )


def _quote(node: _Node) -> Iterator[str]:
    if inside := "\n\n".join(_blocks(node)):
        yield "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))


def _code_block(node: _Node) -> Iterator[str]:
    text = _raw(node).strip("\n")
    fence = "`" * max(3, _ticks(text) + 1)
    yield f"{fence}\n{text}\n{fence}"


_SPECIAL_BLOCKS: Final[dict[str, Callable[[_Node], Iterator[str]]]] = {
    **dict.fromkeys(_HEADINGS, _heading),
    "ul": _list,
    "ol": _list,
    "table": _table,
    "details": _details,
    "blockquote": _quote,
    "pre": _code_block,
    "hr": lambda _node: iter(["* * *"]),
}


def _inline(children: "Sequence[_Node | str]") -> str:
    """Words with their marks, in one line; what stands beneath a value follows a semicolon."""
    text = ""
    for one in children:
        if isinstance(one, str):
            text += _escaped(html.unescape(one) if "&" in one else one)
        elif not one.tag.is_left_out:
            if text and not _BENEATH.isdisjoint(one.tag.classes) and text.strip():
                text = f"{text.rstrip()}{'' if text.rstrip().endswith('.**') else ';'} "
            text += _marked(one)
    return text


def _marked(node: _Node) -> str:
    match node.tag.name:
        case "b" | "strong":
            return _wrapped(_inline(node.children), "**")
        case "em" | "i":
            return _wrapped(_inline(node.children), "*")
        case "code" | "kbd":
            return _code(_raw(node))
        case "a":
            return _link(node)
        case "img":
            return _escaped(html.unescape(node.tag.attributes.get("alt", "")))
        case "br" | "wbr":
            return " " if node.tag.name == "br" else ""
        case _:
            return _inline(node.children)


def _wrapped(words: str, mark: str) -> str:
    inside = words.strip()
    if not inside:
        return words
    before, after = (" " if words[:1] == " " else ""), (" " if words[-1:] == " " else "")
    return f"{before}{mark}{inside}{mark}{after}"


def _code(text: str) -> str:
    inside = _SPACE.sub(" ", text).replace("|", "\\|")
    mark = "`" * (_ticks(inside) + 1)
    pad = " " if inside[:1] == "`" or inside[-1:] == "`" else ""
    return f"{mark}{pad}{inside}{pad}{mark}" if inside.strip() else ""


def _ticks(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _raw(node: _Node) -> str:
    return "".join(html.unescape(one) if isinstance(one, str) else _raw(one) for one in node.children)


def _link(node: _Node) -> str:
    """A link to another twin, file or place; a number has its source as a footnote."""
    words, target = _inline(node.children), html.unescape(node.tag.attributes.get("href", ""))
    if mark := _MARK.fullmatch(target):
        return f"{words}[^{mark[1]}]"
    if not words.strip() or not target or target.startswith("#"):
        return words
    if _ELSEWHERE.match(target):
        return f"[{words.strip()}]({_address(target)})" if _OPEN.match(target) else words
    path, sign, anchor = target.partition("#")
    path = path.removesuffix("index.html")
    if path.rpartition("/")[2] in {"", ".", ".."}:
        path = f"{path}{'' if path.endswith('/') or not path else '/'}index.md"
    return f"[{words.strip()}]({_address(path + sign + anchor)})"


def _address(target: str) -> str:
    return re.sub(
        r"[\s()<>\\\x00-\x1f]", lambda sign: "".join(f"%{byte:02X}" for byte in sign[0].encode()), target
    )


def _escaped(text: str) -> str:
    if text.isascii() and text.isspace():
        return " "
    return _SPECIAL.sub(r"\\\g<0>", _SPACE.sub(" ", text.replace("\u00ad", "")))
