"""Finds what answers requests: routes of frameworks, files that are routes, and functions that a cloud calls."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from quarterdeck.collectors.repos.reading.guards import (
    guard_option,
    guard_word,
    guards_named,
    guards_of_block,
)
from quarterdeck.collectors.repos.reading.project import Project, Target
from quarterdeck.collectors.repos.reading.tree import Block, Branch, Call, Code, Stretch

_METHODS = ("get", "post", "put", "patch", "delete")
_VERBS = frozenset({*_METHODS, "all", "any"})
_ROUTED = frozenset({*_METHODS, "route", "api_route", "any"})
_ROUTER_NAME = re.compile(
    r"(?i)^(?:app|router|server|fastify|api|routes?|hono|instance|blueprint|bp|\w+router|\w+routes|\w+app)$"
)
_MAKES_ROUTER = re.compile(
    r"(?i)(?:^|\.)(?:express|router|fastify|hono|flask|fastapi|apirouter|blueprint|chalice|bottle|koa\w*|polka|restify\w*|apiblueprint)$"
)
_USED = frozenset(
    {
        "use",
        "addHook",
        "add_hook",
        "before_request",
        "before_app_request",
        "register",
        "all",
        "include_router",
        "register_blueprint",
    }
)
_NEXT = re.compile(r"(?:^|/)pages(/api/.+)\.[jt]sx?$")
_FILE_ROUTE = re.compile(r"(?:^|/)(?:app|routes)(/.*)?/(?:route|\+server|\+page\.server)\.[jt]sx?$")
_EVENT_PARAMS = frozenset({"event", "evt", "_event"})
_HANDLER = re.compile(r"(?i)handler$|^lambda|^main$|^default$")
_HTTP = re.compile(
    r"(?i)(?:^|\.)(?:http_?method|raw_?path|route_?key|query_?string_?parameters|path_?parameters|request_?context|body|headers|resource)$"
)
_DISPATCH = re.compile(
    r"(?i)(?:^|[._])(?:path|raw_?path|route_?key|route|resource|endpoint|action|url|pathname|uri)$"
)
_ON_PATH = re.compile(r"^(?:(?:GET|POST|PUT|PATCH|DELETE|ANY|OPTIONS) )?/[\w/{}+.:<>*-]*$")
_METHOD_TEXT = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_DJANGO = frozenset({"path", "re_path", "url"})


class Route(msgspec.Struct, frozen=True):
    """One thing that answers requests."""

    code: Code
    route: str
    """With its method before it, where that is known."""
    line: int
    function: str
    parts: tuple[Stretch, ...]
    """Its code."""
    before: tuple[Stretch, ...] = ()
    """Code that is run before it, and may ask who calls."""
    guards: frozenset[str] = frozenset()
    """By what is asked before any of it runs."""

    @property
    def method(self) -> str:
        """`POST`; empty where it answers every method, or nobody knows."""
        word = self.route.partition(" ")[0]
        return word if word in _METHOD_TEXT else ""


class Mount(msgspec.Struct, frozen=True):
    """Under which path the routes of a file are, and what asks before them."""

    prefix: str = ""
    guards: frozenset[str] = frozenset()


def mounts_of(project: Project, codes: Iterable[Code]) -> dict[str, Mount]:
    """Where files of routes are mounted, by their path: `app.use("/admin", need, admin)`."""
    found: dict[str, Mount] = {}
    for code in codes:
        for call in code.calls:
            if (
                call.last not in {"use", "register", "route", "include_router", "register_blueprint"}
                or not call.args
            ):
                continue
            prefix = call.arg(0).literal or next(
                (
                    value.literal
                    for key, value in call.options
                    if key in {"prefix", "url_prefix"} and value.literal
                ),
                "",
            )
            names = [name for value in call.values for name in value.names]
            files = {path for name in names if (path := project.module(code, name))}
            if files:
                guards = frozenset(guards_named(project, code, names))
                for path in files - {code.path}:
                    found[path] = Mount(prefix, guards)
    return found


def routes_of(project: Project, code: Code, mount: Mount) -> Iterator[Route]:
    """The routes of one file."""
    by_all = frozenset(guards_for_all(project, code)) | mount.guards
    for block in code.blocks:
        for mark in block.marks:
            if _is_route(code, mark):
                yield from _decorated(project, Target(code, block), mark, mount.prefix, by_all)
    for call in code.calls:
        if call.last in _VERBS and _is_router(code, call) and len(call.args) > 1:
            yield _called(project, code, call, mount.prefix, by_all)
        elif call.name in _DJANGO and code.path.endswith("urls.py") and len(call.args) > 1:
            yield from _django(project, code, call, by_all)
    yield from _files(project, code, by_all)
    yield from _functions(project, code, by_all)


def guards_for_all(project: Project, code: Code) -> Iterator[str]:
    """By what a file asks before any of its routes."""
    for call in code.calls:
        if call.last in {"use", "addHook", "add_hook"} and not (call.arg(0).literal or "").startswith("/"):
            yield from guards_named(project, code, _handed(code, call))
        elif _MAKES_ROUTER.search(call.name) or call.last == "add_middleware":
            names = (name for value in call.values for name in value.names)
            yield from guards_named(
                project, code, (name for name in names if guard_word(name) or call.option("dependencies"))
            )
    for block in code.blocks:
        for mark in block.marks:
            if mark.last in {"before_request", "before_app_request", "middleware"}:
                yield from guards_named(project, code, (block.name,))


def _handed(code: Code, call: Call) -> list[str]:
    """The functions that a call is handed, by name; those written on the spot are looked into by nobody here."""
    inside = {one.at for one in code.blocks if call.at < one.at <= call.stop}
    if inside:
        return [one.name for one in code.within(code.calls, call.at + 1, call.stop) if guard_word(one.name)]
    return [name for value in call.args for name in value.names]


def _is_route(code: Code, mark: Call) -> bool:
    on = mark.name.rpartition(".")[0]
    if mark.last not in _ROUTED or not mark.args or mark.arg(0).literal is None:
        return False
    return bool(on) or "bottle" in code.modules


def _decorated(
    project: Project, target: Target, mark: Call, prefix: str, by_all: frozenset[str]
) -> Iterator[Route]:
    code, block = target.code, target.block
    path = _joined(prefix or _own_prefix(code, mark), mark.arg(0).literal or "")
    methods = _methods(mark)
    guards = by_all | guards_of_block(project, target)
    if guard_option(mark):
        guards |= {"authorizer"}
    yield Route(
        code, f"{methods} {path}".strip(), block.line, block.name, (target.stretch,), guards=frozenset(guards)
    )


def _own_prefix(code: Code, mark: Call) -> str:
    """What the file itself puts before its paths: `APIRouter(prefix="/admin")`."""
    head = mark.name.partition(".")[0]
    made = next((one for one in code.assigns if one.name == head), None)
    if made is None:
        return ""
    calls = [one for one in code.calls if one.line == made.line and _MAKES_ROUTER.search(one.name)]
    value = calls[0].option("prefix", "url_prefix") if calls else None
    return (value.literal or "") if value else ""


def _joined(prefix: str, path: str) -> str:
    return f"{prefix.rstrip('/')}/{path.lstrip('/')}" if prefix else path


def _methods(mark: Call) -> str:
    """The method of a decorated route: its own, else the worst that is listed."""
    if mark.last in _METHODS:
        return mark.last.upper()
    value = mark.option("methods", "method") or (mark.arg(1) if mark.name.startswith("app.") else None)
    listed = [one.upper() for one in (value.texts if value else ())]
    changing = [one for one in listed if one in _METHOD_TEXT and one != "GET"]
    return changing[0] if changing else "GET"


def _is_router(code: Code, call: Call) -> bool:
    on = call.name.rpartition(".")[0]
    head = on.partition(".")[0]
    first = call.arg(0)
    if not on or (first.literal is None and not on.endswith(".route")):
        return False
    if first.literal is not None and not (first.literal.startswith(("/", "*")) or first.literal == ""):
        return False
    if code.path.endswith(".py"):
        return False
    made = any(one.name == head and any(map(_MAKES_ROUTER.search, one.value.names)) for one in code.assigns)
    return made or bool(_ROUTER_NAME.search(head))


def _called(project: Project, code: Code, call: Call, prefix: str, by_all: frozenset[str]) -> Route:
    """A route that a call declares; what is handed before its last function runs before it."""
    path = call.arg(0).literal or ""
    inside = [one for one in code.blocks if call.at < one.at <= call.stop]
    outer = [one for one in inside if not any(two.at < one.at and one.stop <= two.stop for two in inside)]
    names = [name for value in call.args[1:] for name in value.names if not outer or len(value.text) < 80]  # noqa: PLR2004 - a name or a call
    guards = (
        by_all | guards_named(project, code, _middle(outer, names)) | _uses_before(project, code, call, path)
    )
    parts: tuple[Stretch, ...]
    if outer:
        parts = tuple(Stretch(code, one.at, one.stop) for one in outer)
        function = outer[-1].name
    else:
        targets = [there for name in names if (there := project.target(code, name)) is not None]
        parts = tuple(one.stretch for one in targets[-1:])
        function = targets[-1].block.name if targets else (names[-1] if names else "")
    if guard_option(call):
        guards |= {"authorizer"}
    method = call.last.upper() if call.last in _METHODS else "ANY"
    route = f"{method} {_joined(prefix, path)}"
    return Route(code, route, call.line, function, parts, guards=frozenset(guards))


def _middle(outer: list[Block], names: list[str]) -> list[str]:
    """What is handed between the path and the function that answers."""
    return names if outer else names[:-1]


def _uses_before(project: Project, code: Code, call: Call, path: str) -> set[str]:
    """By what asks that a path of the same file is put behind: `app.use("/admin", need)`."""
    found: set[str] = set()
    for one in code.calls:
        start = one.arg(0).literal or ""
        is_before = one.last in {"use", "all"} and start.startswith("/") and one.at < call.at
        if is_before and path.startswith(start.rstrip("/*")):
            found |= guards_named(project, code, _handed(code, one))
    return found


def _django(project: Project, code: Code, call: Call, by_all: frozenset[str]) -> Iterator[Route]:
    """A path of Django: a function, or the methods of a class."""
    view = call.arg(1)
    wraps = [name for name in view.names if guard_word(name)]
    for name in view.names:
        there = project.target(code, name.removesuffix(".as_view"))
        if there is None or guard_word(name):
            continue
        guards = by_all | guards_named(project, code, wraps) | guards_of_block(project, there)
        guards |= set(_class_guards(there))
        path = f"/{(call.arg(0).literal or '').lstrip('^/')}"
        if not there.block.is_class:
            method = "POST" if _takes(there, "POST") else ""
            yield Route(
                there.code,
                f"{method} {path}".strip(),
                there.block.line,
                there.block.name,
                (there.stretch,),
                guards=frozenset(guards),
            )
            continue
        for one in there.code.blocks:
            if one.name in _METHODS and there.block.at < one.at <= there.block.stop:
                own = guards_of_block(project, Target(there.code, one))
                part = Stretch(there.code, one.at, one.stop)
                yield Route(
                    there.code,
                    f"{one.name.upper()} {path}",
                    one.line,
                    f"{there.block.name}.{one.name}",
                    (part,),
                    guards=frozenset(guards | own),
                )


def _class_guards(there: Target) -> Iterator[str]:
    for one in there.stretch.assigns:
        if (
            one.name == "permission_classes"
            and one.value.names
            and "AllowAny" not in " ".join(one.value.names)
        ):
            yield "session"


def _takes(there: Target, method: str) -> bool:
    return any(
        method in compare.right.texts or method in compare.left.texts for compare in there.stretch.compares
    ) or any(
        method in value.texts or mark.last == "require_POST"
        for mark in there.block.marks
        for value in mark.values or (mark.arg(0),)
    )


def _files(project: Project, code: Code, by_all: frozenset[str]) -> Iterator[Route]:
    """Files that are routes by their place: of Next.js and SvelteKit."""
    if found := _NEXT.search(code.path):
        block = code.by_name.get("default")
        name = "default"
        if block is None:
            exported = [one for one in code.blocks if one.is_exported or one.name == "handler"]
            block = exported[-1] if exported else None
            name = block.name if block else ""
        if block is not None:
            target = Target(code, block)
            guards = by_all | _wrapped(project, code)
            method = next((one for one in ("POST", "PUT", "PATCH", "DELETE") if _takes(target, one)), "")
            yield Route(
                code,
                f"{method} {found[1]}".strip(),
                block.line,
                name,
                (target.stretch,),
                guards=frozenset(guards),
            )
    elif found := _FILE_ROUTE.search(code.path):
        for block in code.blocks:
            if block.name in _METHOD_TEXT and block.is_exported:
                part = Stretch(code, block.at, block.stop)
                yield Route(
                    code, f"{block.name} {found[1] or '/'}", block.line, block.name, (part,), guards=by_all
                )


def _wrapped(project: Project, code: Code) -> set[str]:
    """By what a function asks that the exported one is wrapped in: `export default withAuth(handler)`."""
    names = [
        call.name for call in code.calls if guard_word(call.name).strip() and snake_is_wrapper(call.last)
    ]
    return guards_named(project, code, names)


def snake_is_wrapper(name: str) -> bool:
    """Whether a function is called like one that wraps another."""
    return name.startswith(("with", "require", "protect"))


def _functions(project: Project, code: Code, by_all: frozenset[str]) -> Iterator[Route]:
    """Functions that a cloud calls with an event, by the paths that they tell apart, else as one."""
    for block in code.blocks:
        if not block.params or block.params[0] not in _EVENT_PARAMS or block.is_class:
            continue
        if not (
            _HANDLER.search(block.name)
            or (len(block.params) > 1 and block.params[1] in {"context", "_context", "_"})
        ):
            continue
        target = Target(code, block)
        if not any(_HTTP.search(one.name) for one in target.stretch.named) and not _is_http(target):
            continue
        guards = frozenset(by_all | guards_of_block(project, target))
        branches = [one for one in target.stretch.branches if _told(one)]
        if not branches:
            tables = list(_from_tables(project, code, block, guards))
            yield from tables or [
                Route(code, block.name or "handler", block.line, block.name, (target.stretch,), guards=guards)
            ]
        rest = tuple(_outside(target, branches, block.stop + 1))
        if branches and any(part.calls for part in rest[1:]):
            yield Route(code, block.name or "handler", block.line, block.name, rest, guards=guards)
        for one in branches:
            part = Stretch(code, one.at, one.stop)
            yield Route(
                code,
                _told(one),
                one.line,
                block.name,
                (part,),
                tuple(_outside(target, branches, one.at)),
                guards,
            )


def _is_http(target: Target) -> bool:
    """Whether a function reads of its event what only requests have, or answers with a status."""
    gets = {
        "httpMethod",
        "rawPath",
        "queryStringParameters",
        "pathParameters",
        "requestContext",
        "headers",
        "body",
        "routeKey",
    }
    return any(call.last == "get" and call.arg(0).literal in gets for call in target.stretch.calls) or any(
        one.name == "statusCode" for one in target.stretch.assigns
    )


def _told(branch: Branch) -> str:
    """The route that a branch stands for: `POST /roster`; empty where it tells no path."""
    paths = [text for text in branch.test.texts if _ON_PATH.search(text) and len(text) > 1]
    if not paths or not any(_DISPATCH.search(name) for name in (*branch.test.names, *_got(branch))):
        return ""
    method = next((text for text in branch.test.texts if text in _METHOD_TEXT), "")
    return paths[0] if " " in paths[0] else f"{method} {paths[0]}".strip()


def _got(branch: Branch) -> Iterator[str]:
    """What a test gets by a text: `event.get("rawPath")`."""
    return (text for text in branch.test.texts if not text.startswith("/"))


def _outside(target: Target, branches: list[Branch], stop: int) -> Iterator[Stretch]:
    """What runs before a place: from the start of the function, without the branches on the way."""
    at = target.block.at
    for other in sorted(branches, key=lambda each: each.at):
        if other.at >= stop:
            break
        if other.stop < stop and other.at > at:
            yield Stretch(target.code, at, other.at - 1)
            at = other.stop + 1
    if at < stop:
        yield Stretch(target.code, at, stop - 1)


def _from_tables(project: Project, code: Code, block: Block, guards: frozenset[str]) -> Iterator[Route]:
    """Routes that stand in a table: `{"POST /roster": add}`."""
    before = (Stretch(code, block.at, block.stop),)
    for one in code.assigns:
        method, _, path = one.name.partition(" ")
        if method in _METHOD_TEXT and path.startswith("/"):
            for name in one.value.names:
                if (there := project.target(code, name)) is not None:
                    yield Route(
                        code, one.name, there.block.line, there.block.name, (there.stretch,), before, guards
                    )
