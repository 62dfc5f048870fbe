"""Finds lines that look like a mistake: debug flags, request text that runs, card data, logs of people, and more."""

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from quarterdeck.collectors.repos.reading.changes import changes_in
from quarterdeck.collectors.repos.reading.guards import snake
from quarterdeck.collectors.repos.reading.project import Project
from quarterdeck.collectors.repos.reading.routes import Route
from quarterdeck.collectors.repos.reading.tree import (
    Assign,
    Block,
    Call,
    Code,
    Stretch,
    Value,
    whole,
)
from quarterdeck.model.code import Pattern

_TRIAL = re.compile(
    r"(?i)(?:^|[^a-z])(?:dev|develop|development|tests?|testing|local|staging|stage|sandbox|demo|preview|example|sample)(?![a-z])"
)


class Spot(msgspec.Struct, frozen=True):
    """One line that looks like a pattern."""

    what: Pattern
    line: int
    detail: str


_BROWSER = re.compile(r"^(?:document|window|localStorage|sessionStorage|navigator)(?:\.|$)")


def is_browser(code: Code) -> bool:
    """Whether code runs in a page: it names what only pages have, and serves nothing."""
    if code.path.endswith(".py"):
        return False
    if code.modules & {"express", "fastify", "hono", "http", "fs", "aws-sdk", "@aws-sdk"}:
        return False
    return "react" in code.modules or any(_BROWSER.search(one.name) for one in code.named)


def spots_of(project: Project, code: Code, routes: Sequence[Route]) -> Iterator[Spot]:
    """All that one file looks like."""
    in_page = is_browser(code)
    if in_page:
        yield from admin_in_page(code)
        return
    yield from _debug(code)
    yield from _inputs(code)
    yield from _cards(code)
    yield from _logged(code, routes)
    yield from _campaigns(project, code)


_PASSWORD = re.compile(
    r"(?i)(?:^|[._])(?:\w*password|\w*passwd|\w*passcode|pin_?code|\w*pwd|admin_?(?:code|key|pass\w*))(?:\.value)?$"
)
_ROLE = re.compile(r"(?i)(?:^|[._])(?:user_?)?(?:role|roles|is_?admin|user_?type)(?:\.value)?$")
_KEPT_IN_PAGE = re.compile(r"localStorage|sessionStorage|document\.cookie|URLSearchParams|getItem")


def admin_in_page(code: Code) -> Iterator[Spot]:
    """Passwords and roles that a page itself holds against a text."""
    held = {one.name for one in code.assigns if any(map(_KEPT_IN_PAGE.search, one.value.names))}
    for one in code.compares:
        sides = ((one.left, one.right), (one.right, one.left))
        for known, asked in sides:
            if not known.literal:
                continue
            if any(_PASSWORD.search(name) for name in asked.names) and "type" not in asked.text:
                yield Spot("admin in the browser", one.line, "a password is held against a text in the page")
            elif _is_role(asked, held) and known.literal.lower() in {
                "admin",
                "owner",
                "staff",
                "true",
                "1",
                "superuser",
            }:
                yield Spot(
                    "admin in the browser", one.line, "a role that the page keeps decides who is let in"
                )


def _is_role(asked: Value, held: set[str]) -> bool:
    keeps = any(_KEPT_IN_PAGE.search(name) for name in asked.names)
    if keeps:
        return any(re.search(r"(?i)role|admin", word) for word in (*asked.texts, *asked.names))
    return any(
        _ROLE.search(name) and (name in held or name.partition(".")[0] in held) for name in asked.names
    )


_MAKES_APP = frozenset({"Flask", "FastAPI", "run", "Chalice", "Bottle", "Starlette", "run_app"})
_SHOWN = frozenset(
    {"send", "json", "end", "jsonify", "Response", "write", "make_response", "JSONResponse", "HttpResponse"}
)


def _debug(code: Code) -> Iterator[Spot]:
    if _TRIAL.search(code.path):
        return
    for call in code.calls:
        value = call.option("debug")
        if (
            call.last in _MAKES_APP
            and value is not None
            and value.text in {"True", "true"}
            and code.path.endswith(".py")
        ):
            yield Spot("debug", call.line, "a debug server is switched on")
        elif call.last in _SHOWN and any(_is_trace(value) for value in call.values):
            yield Spot("debug", call.line, "an error page shows how the program is made")
        elif snake(call.last) in {"error_handler", "errorhandler"} and "errorhandler" in code.modules:
            yield Spot("debug", call.line, "error pages show how the program is made")
    for one in code.assigns:
        is_on = one.name.rpartition(".")[2] in {"DEBUG", "debug"} and one.value.text == "True"
        is_own = one.name in {"DEBUG", "app.debug", "application.debug", "app.config.DEBUG"}
        if is_on and is_own and not _is_conditional(code, one):
            yield Spot("debug", one.line, "debug is on")
        elif one.name == "body" and _is_trace(one.value):
            yield Spot("debug", one.line, "an error page shows how the program is made")


def _is_trace(value: Value) -> bool:
    return any(
        re.search(r"(?i)^(?:e|er|err|error|ex|exc|exception)\.stack$|traceback\.format_exc$", name)
        for name in value.names
    )


def _is_conditional(code: Code, one: Assign) -> bool:
    return any(branch.at <= one.at <= branch.stop for branch in code.branches)


_SOURCE = re.compile(
    r"(?i)^(?:flask\.)?(?:self\.)?(?:req|request|event|ctx\.request|ctx|c\.req|app\.current_request|bottle\.request)\."
    r"(?:args|form|forms|values|json|get_json|data|get_data|body|raw_body|json_body|query|params|cookies|headers|post|get"
    r"|query_params|path_params|querystringparameters|pathparameters|files|param|querystring|search_?params|text)(?:\.|$)"
)
_CLEAN = frozenset(
    {
        "int",
        "float",
        "parseInt",
        "parseFloat",
        "Number",
        "quote",
        "shlex.quote",
        "escape",
        "bool",
        "UUID",
        "uuid.UUID",
        "len",
        "Boolean",
    }
)
_SHELL = re.compile(
    r"^(?:os\.(?:system|popen)|commands\.getoutput|subprocess\.(?:getoutput|getstatusoutput))$"
)
_SUBPROCESS = re.compile(r"^(?:subprocess\.)?(?:run|call|check_call|check_output|Popen)$")
_CHILD = frozenset({"exec", "execSync"})
_SQL_CALL = re.compile(
    r"(?i)(?:^|\.)(?:execute|executemany|executescript|query|raw|\$?queryrawunsafe|\$?executerawunsafe|all|get|run|prepare|text)$"
)
_SQL = re.compile(
    r"(?i)\b(?:select\b.{1,200}\bfrom|insert\s+into|update\s+\S{1,80}\s+set|delete\s+from|drop\s+table|where)\b",
    re.DOTALL,
)
_LOADS = re.compile(
    r"^(?:c?pickle\.loads?|dill\.loads?|marshal\.loads?|jsonpickle\.decode|shelve\.open|serialize\.unserialize|unserialize)$"
)
_TEMPLATE = re.compile(
    r"(?:^|\.)(?:render_template_string|from_string|mark_safe|Markup|Template)$|^(?:ejs|pug|handlebars|Handlebars|nunjucks|mustache|_)\.(?:render|compile|renderString|template)$"
)


def _inputs(code: Code) -> Iterator[Spot]:
    """Where text of a request is run: followed from name to name inside one function."""
    outer = [one for one in code.blocks if not one.is_class]
    done: set[int] = set()
    for block in outer or ():
        tainted = _tainted(code, block)
        for call in code.within(code.calls, block.at, block.stop):
            if call.at not in done and (detail := _runs(code, call, tainted)):
                done.add(call.at)
                yield Spot("input", call.line, f"request text reaches {detail}")


def _tainted(code: Code, block: Block) -> dict[str, Value]:
    """The names in a function that hold text of a request, with what they were given."""
    found: dict[str, Value] = {}
    for mark in block.marks:
        for name in re.findall(r"<(?:string:|path:)?(\w+)>", mark.arg(0).literal or ""):
            found[name] = Value(text=name, names=(name,))
    for one in code.within(code.assigns, block.at, block.stop):
        if _is_tainted(one.value, found):
            found[one.name] = one.value
        else:
            found.pop(one.name, None)
    return found


def _is_tainted(value: Value, tainted: dict[str, Value]) -> bool:
    if any(name in _CLEAN for name in value.names):
        return False
    return any(
        _SOURCE.search(name) or name in tainted or name.partition(".")[0] in tainted for name in value.names
    )


def _runs(code: Code, call: Call, tainted: dict[str, Value]) -> str:
    """What request text reaches by a call; empty where it does not."""
    first = call.arg(0)
    if not _is_tainted(first, tainted):
        return ""
    is_python = code.path.endswith(".py")
    if _SHELL.search(call.name):
        return "a shell"
    if is_python and _SUBPROCESS.search(call.name):
        shell = call.option("shell")
        return "a shell" if shell is not None and shell.text == "True" else ""
    if not is_python and call.last in _CHILD and _is_child(code, call):
        return "a shell"
    if call.name in (
        {"eval", "exec"} if is_python else {"eval", "Function", "vm.runInNewContext", "vm.runInThisContext"}
    ):
        return "what runs it as code"
    if _LOADS.search(call.name) or (
        call.name == "yaml.load"
        and "Safe" not in " ".join(name for value in call.values for name in value.names)
    ):
        return "an unsafe reader of objects"
    if _TEMPLATE.search(call.name):
        return "a raw template"
    return (
        "a database by a sentence put together"
        if _SQL_CALL.search(call.name) and _is_built_sql(first, tainted)
        else ""
    )


def _is_child(code: Code, call: Call) -> bool:
    head = call.name.partition(".")[0]
    found = code.imported.get(head)
    return (found is not None and found.module.endswith("child_process")) or head in {"child_process", "cp"}


def _is_built_sql(first: Value, tainted: dict[str, Value]) -> bool:
    given = [first, *(tainted[name] for name in first.names if name in tainted)]
    return any(
        one.is_built and any(_SQL.search(text) for text in (*one.texts, " ".join(one.texts))) for one in given
    )


_CARD = (
    r"card_?-?(?:number|num|no)|cc_?-?(?:number|num)|credit_?card(?:_?number)?|cvv2?|cvc2?|card_?(?:cvc|cvv|code)"
    r"|security_?code|cc_?-?csc"
)
_CARD_NAME = re.compile(rf"(?i)^(?:{_CARD})$")
_SENT_DATA = re.compile(r"(?i)^(?:req|request|event|ctx|c|body|data|form|payload|self\.request)(?:\.|$)")
_INPUT = re.compile(r"<input\b[^>]{0,500}>", re.IGNORECASE)
_CARD_FIELD = re.compile(
    rf"(?i)\b(?:name|autocomplete|formcontrolname|v-model)\s*=\s*[\"'{{]{{1,2}}\s*"
    rf"(?:{_CARD}|cc-number|cc-csc)\b"
)


def _cards(code: Code) -> Iterator[Spot]:
    said = "the number or code of a card comes to an own route"
    sent = {
        one.line
        for one in code.named
        if _SENT_DATA.search(one.name) and re.search(r"(?i)body|json|form|data|payload", one.name)
    }
    given = [one for one in code.blocks if not one.is_class]
    held = {name for one in given for name in _tainted(code, one)}
    for one in code.named:
        on, _, last = one.name.rpartition(".")
        if _CARD_NAME.search(last) and (
            on in held or (on and _SENT_DATA.search(on)) or (not on and one.line in sent)
        ):
            yield Spot("card data", one.line, said)
    for call in code.calls:
        if (
            call.last in {"get", "pop"}
            and _CARD_NAME.search(call.arg(0).literal or "")
            and _SENT_DATA.search(call.name)
        ):
            yield Spot("card data", call.line, said)


def card_fields(text: str) -> Iterator[Spot]:
    """Fields for the number or code of a card in a page or template."""
    if "<input" not in text and "<Input" not in text:
        return
    for field in _INPUT.finditer(text):
        if _CARD_FIELD.search(field[0]):
            line = text.count("\n", 0, field.start()) + 1
            yield Spot("card data", line, "a field of our own asks for the number or code of a card")


_LIVE_KEY = re.compile(
    r"(?<![A-Za-z0-9])[spr]k_live_[A-Za-z0-9]{10,250}|(?<![A-Za-z0-9-])sq0(?:idp|csp|atp)-[\w-]{20,80}"
)
_TEST_KEY = re.compile(
    r"(?<![A-Za-z0-9])[spr]k_test_[A-Za-z0-9]{10,250}|(?<![A-Za-z0-9-])sandbox-sq0[a-z]{3}-[\w-]{20,80}"
)
_MARKS = ("k_live_", "sq0")
_NO_KEY = re.compile(r"(?i)x{5,}|example|your|\*{3,}|\.{3}|(.)\1{7,}|placeholder|1234567890")


def mixed_keys(path: str, text: str) -> Iterator[Spot]:
    """Live keys of payment beside test keys, or where things are tried out."""
    if not any(mark in text for mark in _MARKS):
        return
    live = [one for one in _LIVE_KEY.finditer(text) if not _NO_KEY.search(one[0])]
    test = [one for one in _TEST_KEY.finditer(text) if not _NO_KEY.search(one[0])]
    if live and (test or _TRIAL.search(path)):
        line = text.count("\n", 0, live[0].start()) + 1
        beside = "beside a test key" if test else "in a setting for trying things out"
        yield Spot("mixed keys", line, f"a live payment key stands {beside}")


_LOG = re.compile(
    r"(?i)(?:^|\.)(?:log|logger|logging|_log|_logger|console|winston|pino)\.(?:log|debug|info|warn|warning|error|exception|critical|trace|notice)$"
)
_PRINTS = frozenset({"print", "pprint", "console.log", "console.info", "console.debug", "console.error"})
_WHOLE = re.compile(
    r"(?i)^(?:event(?:\.body)?|req(?:uest)?(?:\.(?:body|form|json|get_json|data|values|raw_body|json_body|query|post))|body|payload|form_data|app\.current_request\.\w*body)$"
)
_FIELD = re.compile(
    r"(?i)(?:^|[._])(?:e_?mail(?:_address)?|email_?addr|card_?(?:number|num)|cvv|cvc|passport\w*|ssn|date_?of_?birth|dob|\w+email)$"
)
_NOT_PERSON = re.compile(r"(?i)send|sender|from|support|admin|template|valid|count|sent|error")


def _logged(code: Code, routes: Sequence[Route]) -> Iterator[Spot]:
    serves = bool(routes)
    for call in code.calls:
        if not (_LOG.search(call.name) or (call.name in _PRINTS and serves)):
            continue
        names = [name for value in call.args for name in value.names]
        if any(_is_whole(code, call, name) for name in names):
            yield Spot("personal log", call.line, "all that was sent is written to the log")
        elif any(_FIELD.search(name) and not _NOT_PERSON.search(name.rpartition(".")[2]) for name in names):
            yield Spot("personal log", call.line, "who somebody is is written to the log")


def _is_whole(code: Code, call: Call, name: str) -> bool:
    """Whether a name stands for all of a request: `event` only in what a cloud calls, `body` only read from one."""
    if not _WHOLE.search(name):
        return False
    if name.lower() in {"body", "payload", "form_data"}:
        return any(one.name == name and any(map(_SOURCE.search, one.value.names)) for one in code.assigns)
    if name == "event":
        around = [one for one in code.blocks if one.at <= call.at <= one.stop]
        return any(
            one.params[:1] == ("event",) and (len(one.params) > 1 or "handler" in one.name.lower())
            for one in around
        )
    return True


_LIST = re.compile(
    r"(?i)newsletter|campaign|subscribers?(?![a-z])|mailing_?list|(?<![a-z])blast|broadcast|marketing|promo(?:tion)?s?(?![a-z])"
)
_WAY_OUT = re.compile(r"(?i)list-unsubscribe|list_?management_?options|list_?unsubscribe")
_POSTAL = re.compile(
    r"(?i)postal_?\s?address|mailing_?\s?address|physical_?\s?address|business_?address|p\.?\s?o\.?\s?box"
    r"|\b\d{1,6}\s+[A-Za-z][\w .,#-]{3,80}\b[A-Z]{2}\s+\d{5}\b"
)
_TEMPLATE_NAME = re.compile(r"^[\w./-]{3,120}\.(?:html?|txt|mjml|j2|jinja2?|hbs|ejs|pug|liquid|md)$")


def _campaigns(project: Project, code: Code) -> Iterator[Spot]:
    """Mail to a list without a way out and without a postal address."""
    blocks = [one for one in code.blocks if not one.is_class and _is_campaign(code, one)]
    for block in blocks[:20]:
        parts = project.reach(Stretch(code, block.at, block.stop))
        if "mail" not in changes_in(parts):
            continue
        words = [one.name for part in (*parts, whole(code)) for one in (*part.texts, *part.named)]
        templates = {one for one in words if _TEMPLATE_NAME.search(one)}
        words += list(_in_templates(project, templates))
        if not any(map(_WAY_OUT.search, words)) and not any(map(_POSTAL.search, words)):
            yield Spot(
                "campaign", block.line, "mail goes to a list without a way out and without a postal address"
            )
            return


def _is_campaign(code: Code, block: Block) -> bool:
    if _LIST.search(snake(block.name)):
        return not re.search(
            r"(?i)subscribe_|_subscribe$|confirm|welcome|^subscribe$|unsubscribe", snake(block.name)
        )
    sends_to = (one.name for one in code.within(code.named, block.at, block.stop))
    return bool(_LIST.search(code.path.rpartition("/")[2])) and any(
        re.search(r"(?i)recipients|subscribers|list|audience", name) for name in sends_to
    )


def _in_templates(project: Project, names: Iterable[str]) -> Iterator[str]:
    for file in project.repo.own:
        if any(file.path.endswith(name.lstrip("./")) for name in names):
            yield project.repo.text(file.path) or ""


_PHP = (
    (
        re.compile(
            r"\b(?:shell_exec|system|passthru|popen|proc_open|exec)\s*\([^;\n]{0,300}\$_(?:GET|POST|REQUEST|COOKIE)\b"
        ),
        "a shell",
    ),
    (
        re.compile(r"\b(?:eval|assert)\s*\([^;\n]{0,300}\$_(?:GET|POST|REQUEST|COOKIE)\b"),
        "what runs it as code",
    ),
    (
        re.compile(r"\bunserialize\s*\([^;\n]{0,300}\$_(?:GET|POST|REQUEST|COOKIE)\b"),
        "an unsafe reader of objects",
    ),
    (
        re.compile(
            r"(?i)\bquery\s*\([^;\n]{0,60}[\"'](?:select|insert|update|delete)\b[^;\n]{0,300}\$_(?:GET|POST|REQUEST|COOKIE)\b"
        ),
        "a database by a sentence put together",
    ),
)
_PHP_DEBUG = re.compile(
    r"(?i)ini_set\s*\(\s*[\"']display_errors[\"']\s*,\s*[\"']?(?:1|on|true)|define\s*\(\s*[\"']WP_DEBUG(?:_DISPLAY)?[\"']\s*,\s*true"
)
_ENV_DEBUG = re.compile(
    r"(?im)^[ \t]*(?:export[ \t]+)?(?:APP_|FLASK_|DJANGO_|WP_)?DEBUG[ \t]*[=:][ \t]*[\"']?(?:1|true|on|yes)\b"
)
_LONGEST_LINE = 2_000


def php_spots(path: str, text: str) -> Iterator[Spot]:
    """What single lines of PHP tell; the language is not read beyond that."""
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if len(line) > _LONGEST_LINE or bare.startswith(("//", "#", "*", "/*")):
            continue
        for pattern, detail in _PHP:
            if "$_" in line and pattern.search(line):
                yield Spot("input", number, f"request text reaches {detail}")
        if _PHP_DEBUG.search(line) and not _TRIAL.search(path):
            yield Spot("debug", number, "error pages show how the program is made")


def env_spots(path: str, text: str) -> Iterator[Spot]:
    """Debug flags in files of variables that are for production by their name."""
    if not _TRIAL.search(path):
        for found in _ENV_DEBUG.finditer(text):
            yield Spot("debug", text.count("\n", 0, found.start()) + 1, "debug is on")
