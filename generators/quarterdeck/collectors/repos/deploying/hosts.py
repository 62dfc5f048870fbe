"""Reads hosts that build or publish by themselves: Netlify, Vercel, Cloudflare, pages, and small frameworks."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from quarterdeck.collectors.repos.checkout import File
from quarterdeck.collectors.repos.deploying.plain import Block, TooMuchError, at, block, mappings, texts
from quarterdeck.collectors.repos.deploying.scripts import said
from quarterdeck.collectors.repos.deploying.shell import commands
from quarterdeck.collectors.repos.deploying.tools import deployed
from quarterdeck.collectors.repos.deploying.tree import Place, Tree, folder_of, is_trial, joined, short
from quarterdeck.model.deployments import DeclaredFunction, DeclaredResource, Deployment

Said = Deployment | DeclaredFunction | DeclaredResource
Read = Callable[[Tree, File, str], Iterator[Said]]


def _told(file: File, text: str) -> Block:
    try:
        return block(_plain_json(text) if file.name.endswith(".jsonc") else text, file.path)
    except TooMuchError:
        return Block()


_COMMENT = re.compile(r"^[ \t]*//[^\n]*$", re.MULTILINE)


def _plain_json(text: str) -> str:
    return _COMMENT.sub("", text)


def _name(told: Mapping[str, Any], key: str) -> str:
    value = told.get(key)
    return value if isinstance(value, str) else ""


def netlify(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """DEP-16 by its settings."""
    told = _told(file, text)
    folder = at(told, "build", "publish")
    yield tree.way(
        "DEP-16",
        Place(file.path, told.line("build")),
        "Netlify",
        folder=short(joined(folder_of(file.path), folder)) if isinstance(folder, str) else "",
        targets=texts(at(told, "functions", "directory")) or texts(at(told, "build", "functions")),
    )


def vercel(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """DEP-17 by its settings."""
    told = _told(file, text)
    yield tree.way("DEP-17", Place(file.path), "Vercel", targets=(_name(told, "name"),))
    for one in mappings(told.get("crons")):
        yield tree.resource(
            "schedule",
            f"vercel{_name(one, 'path')}",
            "DEP-17",
            Place(file.path, told.line("crons")),
            schedule=_name(one, "schedule"),
            is_on=True,
        )


def wrangler(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """DEP-18 by its settings: the worker, its routes, and what it is bound to."""
    told = _told(file, text)
    name = _name(told, "name")
    routes = [*texts(told.get("route")), *texts(told.get("routes"))]
    routes += [_name(one, "pattern") for one in mappings(told.get("routes"))]
    if not name and not routes:
        return
    yield tree.way(
        "DEP-18", Place(file.path, told.line("name")), "Cloudflare Workers", targets=(name, *routes)
    )
    if name:
        yield tree.resource(
            "worker", name, "DEP-18", Place(file.path, told.line("name")), aliases=tuple(map(short, routes))
        )


def domain(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """DEP-19 by the file that names the domain of a site of pages."""
    name = text.strip()
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{2,250}", name) and "." in name:
        yield tree.way("DEP-19", Place(file.path, 1), "pages from git", targets=(name.lower(),))


_PROCESS = re.compile(r"^(\w+):\s*\S", re.MULTILINE)


def procfile(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """DEP-20 by a list of processes."""
    names = _PROCESS.findall(text[:20_000])
    if names:
        yield tree.way("DEP-20", Place(file.path, 1), "a platform that reads Procfile", targets=names)


def platform(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """DEP-20 by the settings of Fly, Render or Railway."""
    told = _told(file, text)
    if file.name.startswith("fly"):
        yield tree.way("DEP-20", Place(file.path, told.line("app")), "Fly", targets=(_name(told, "app"),))
    elif file.name.startswith("render"):
        names = [_name(one, "name") for one in mappings(told.get("services"))]
        yield tree.way("DEP-20", Place(file.path, told.line("services")), "Render", targets=names)
    else:
        yield tree.way("DEP-20", Place(file.path), "Railway")


# --- Amplify, Chalice, Zappa and kin ---------------------------------------------------------------------------


def amplify(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """DEP-08 by its build settings, or by its backend."""
    told = _told(file, text)
    if file.name.startswith("amplify."):
        roots = [_name(one, "appRoot") for one in mappings(told.get("applications"))]
        folder = at(told, "frontend", "artifacts", "baseDirectory")
        if told:
            yield tree.way(
                "DEP-08",
                Place(file.path),
                "Amplify",
                targets=roots,
                folder=folder if isinstance(folder, str) else "",
            )
        return
    yield tree.way("DEP-08", Place(file.path), "Amplify")
    functions, storage, auth = told.get("function"), told.get("storage"), told.get("auth")
    for name in functions if isinstance(functions, dict) else ():
        yield tree.function(
            f"{name}-${{env}}",
            "DEP-08",
            Place(file.path),
            **tree.handler("index.handler", f"amplify/backend/function/{name}/src", "nodejs"),
        )
    for name, one in storage.items() if isinstance(storage, dict) else ():
        kind = at(one, "service")
        yield tree.resource(
            "table" if kind == "DynamoDB" else "bucket", f"{name}${{suffix}}", "DEP-08", Place(file.path)
        )
    for name in auth if isinstance(auth, dict) else ():
        yield tree.resource("role", f"{name}-${{env}}", "DEP-08", Place(file.path))


_ROUTE = re.compile(
    r"^[ \t]*@\w+\.route\(\s{0,9}['\"]([^'\"\n]{1,200})['\"](?:[^\n]{0,200}methods\s*=\s*\[([^\]\n]{0,100})\])?",
    re.MULTILINE,
)
_TIMED = re.compile(
    r"^[ \t]*@\w+\.schedule\(\s{0,9}(?:['\"]([^'\"\n]{1,100})['\"]|(Rate|Cron)\(([^)\n]{0,100})\))[^\n]*\n"
    r"(?:[ \t]*@[^\n]*\n){0,9}[ \t]*def (\w+)",
    re.MULTILINE,
)


def chalice(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """DEP-09 by its settings: a function for each stage, with the routes of `app.py` beside it."""
    told = _told(file, text)
    app, root = _name(told, "app_name"), folder_of(folder_of(file.path))
    stages = told.get("stages")
    path = joined(root, "app.py")
    code = tree.repo.text(path) or ""
    routes = []
    for route, methods in _ROUTE.findall(code):
        words = re.findall(r"\w+", methods) or ["GET"]
        routes += [f"{method.upper()} {route}" for method in words]
    for stage, one in stages.items() if isinstance(stages, dict) else ():
        yield tree.way("DEP-09", Place(file.path), "Chalice", targets=(f"{app}-{stage}",), stage=stage)
        names = set()
        for variables in (told.get("environment_variables"), at(one, "environment_variables")):
            names |= set(variables) if isinstance(variables, dict) else set()
        fields = {
            "env_names": tuple(sorted(names)),
            "is_production": not is_trial(stage),
            "handler": "app.app",
            "handler_path": path,
            "handler_exists": tree.has(path),
        }
        yield tree.function(f"{app}-{stage}", "DEP-09", Place(file.path), routes=tuple(routes), **fields)
        for when, kind, given, name in _TIMED.findall(code):
            schedule = when or f"{kind.lower()}({given})"
            yield tree.function(
                f"{app}-{stage}-{name}",
                "DEP-09",
                Place(path),
                **fields | {"handler": f"app.{name}"},
                schedules=(schedule,),
            )


def zappa(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """DEP-10 by its settings."""
    for stage, one in _told(file, text).items():
        if not isinstance(one, dict) or not {
            "app_function",
            "django_settings",
            "project_name",
            "s3_bucket",
        } & set(one):
            continue
        project = _name(one, "project_name") or tree.repo.name
        name = f"{project}-{stage}".replace("_", "-")
        yield tree.way(
            "DEP-10",
            Place(file.path),
            "Zappa",
            targets=[each for each in (name, _name(one, "domain")) if each],
            stage=stage,
            region=_name(one, "aws_region"),
        )
        variables = [one.get(key) for key in ("environment_variables", "aws_environment_variables")]
        yield tree.function(
            name,
            "DEP-10",
            Place(file.path),
            env_names=tuple(sorted({key for each in variables if isinstance(each, dict) for key in each})),
            is_production=not is_trial(stage),
            **({"runtime": _name(one, "runtime")} if _name(one, "runtime") else {}),
        )


_SECTION = re.compile(r"^@([\w-]+)\s*$")
_VERB = re.compile(r"(?i)^\s*(get|post|put|patch|delete|head|options|any)\s+(/\S*)")


def architect(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """DEP-11 by `app.arc`: an app with the routes of its functions."""
    section, app, routes, region = "", "", [], ""
    for line in text[:100_000].split("\n"):
        if found := _SECTION.match(line):
            section = found[1]
        elif line.strip() and not line.lstrip().startswith("#"):
            if section == "app" and not app:
                app = line.strip()
            elif section == "http" and (route := _VERB.match(line)):
                routes.append((route[1].upper(), route[2]))
            elif section == "aws" and line.split()[:1] == ["region"]:
                region = "".join(line.split()[1:2])
    if not app:
        return
    yield tree.way("DEP-11", Place(file.path, 1), "Architect", targets=(app,), region=region)
    for method, path in routes:
        folder = joined(
            folder_of(file.path),
            f"src/http/{method.lower()}{path.replace('/', '-').replace(':', '000') if path != '/' else '-index'}",
        )
        yield tree.function(
            f"${{stack}}{method.title()}${{route}}",
            "DEP-11",
            Place(file.path),
            routes=(f"{method} {path}",),
            **tree.handler("index.handler", folder, ""),
        )


def kin(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """DEP-11 by the settings of Claudia or Up."""
    told = _told(file, text)
    inner = told.get("lambda") if file.name.startswith("claudia") else told
    held = inner if isinstance(inner, dict) else {}
    name = _name(held, "name")
    regions = held.get("region") or held.get("regions")
    words = "Claudia" if file.name.startswith("claudia") else "Up"
    if not name:
        return
    yield tree.way("DEP-11", Place(file.path), words, targets=(name,), region=next(iter(texts(regions)), ""))
    yield tree.function(name, "DEP-11", Place(file.path))


def procedures(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """Whatever is deployed by the tasks of a Taskfile."""
    told = _told(file, text)
    tasks = told.get("tasks")
    for one in tasks.values() if isinstance(tasks, dict) else ():
        listed = texts(at(one, "cmds")) or texts(one)
        line = one.line("cmds") if isinstance(one, Block) else 0
        found = [each for command in listed for each in commands(command, line)]
        if any(deployed(each.words) for each in found):
            yield from said(tree, file.path, found)


READERS: tuple[tuple[re.Pattern[str], Read], ...] = (
    (re.compile(r"(?:^|/)netlify\.toml$"), netlify),
    (re.compile(r"(?:^|/)vercel\.json$|(?:^|/)now\.json$"), vercel),
    (re.compile(r"(?:^|/)wrangler\.(?:toml|jsonc?)$"), wrangler),
    (re.compile(r"(?:^|/)CNAME$"), domain),
    (re.compile(r"(?:^|/)Procfile$"), procfile),
    (re.compile(r"(?:^|/)(?:fly\.toml|render\.ya?ml|railway\.(?:json|toml))$"), platform),
    (re.compile(r"(?:^|/)amplify\.ya?ml$|(?:^|/)amplify/backend/backend-config\.json$"), amplify),
    (re.compile(r"(?:^|/)\.chalice/config\.json$"), chalice),
    (re.compile(r"(?:^|/)zappa_settings\.(?:json|toml|ya?ml)$"), zappa),
    (re.compile(r"(?:^|/)(?:app\.arc|\.arc)$"), architect),
    (re.compile(r"(?:^|/)(?:claudia|up)\.json$"), kin),
    (re.compile(r"(?:^|/)Taskfile\.ya?ml$"), procedures),
)
"""Files by which one of these is known -> what reads it."""
