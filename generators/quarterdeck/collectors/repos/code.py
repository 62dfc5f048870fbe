"""What the code itself shows: who is asked at each route, how people are signed in, and lines that look wrong."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from quarterdeck.collectors.registry import Found, collector
from quarterdeck.collectors.repos.checkout import Checkout, File
from quarterdeck.collectors.repos.reading.authorizers import asked_before
from quarterdeck.collectors.repos.reading.changes import changes_in, mentions, people_read, reads_body
from quarterdeck.collectors.repos.reading.guards import guards_in, snake
from quarterdeck.collectors.repos.reading.javascript import read_javascript
from quarterdeck.collectors.repos.reading.patterns import (
    Spot,
    admin_in_page,
    card_fields,
    env_spots,
    is_browser,
    mixed_keys,
    php_spots,
    spots_of,
)
from quarterdeck.collectors.repos.reading.project import READERS, Project, is_own_code
from quarterdeck.collectors.repos.reading.routes import Mount, Route, mounts_of, routes_of
from quarterdeck.collectors.repos.reading.senders import senders_of
from quarterdeck.collectors.repos.reading.signing import Found as SignsIn
from quarterdeck.collectors.repos.reading.signing import SecretUsed, sign_in_of
from quarterdeck.collectors.repos.reading.tree import Code, NotReadError
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.code import Pattern, Suspect
from quarterdeck.model.mail_account import MailSender
from quarterdeck.model.observed import Count, Flag, NotCollected, Text
from quarterdeck.model.repositories import Handler, SignIn
from quarterdeck.secrets.fingerprint import fingerprint

PATTERNS: tuple[Pattern, ...] = (
    "admin in the browser",
    "debug",
    "input",
    "card data",
    "mixed keys",
    "personal log",
    "campaign",
)
_PAGES = (
    ".html",
    ".htm",
    ".ejs",
    ".hbs",
    ".jinja",
    ".jinja2",
    ".j2",
    ".vue",
    ".svelte",
    ".jsx",
    ".tsx",
    ".php",
    ".erb",
)
_UNREAD_LANGUAGES: Mapping[str, str] = {
    ".rb": "Ruby",
    ".go": "Go",
    ".java": "Java",
    ".kt": "Kotlin",
    ".cs": "C#",
    ".rs": "Rust",
    ".php": "PHP",
    ".scala": "Scala",
    ".ex": "Elixir",
    ".swift": "Swift",
    ".pl": "Perl",
}
_ENV = re.compile(r"(?i)(?:^|/)\.env[^/]*$|(?:^|/)[^/]*\.env$")
_ENV_EXAMPLE = re.compile(r"(?i)example|sample|template|dist$")
_MOST_NAMED = 5
"""Unread files that are named one by one; of the rest their number is told."""

_WEBHOOK = re.compile(
    r"(?i)web_?hooks?(?![a-z])|(?<![a-z])(?:callback|notify|ipn|notifications?_?handler)(?![a-z])"
)
_NO_WEBHOOK = re.compile(
    r"(?i)o?auth|login|sign_?-?in|google|github_callback|facebook|register|list|settings|create_webhook"
)
_PAYMENT = frozenset(
    {
        "stripe",
        "square",
        "squareup",
        "paypalrestsdk",
        "paypal",
        "braintree",
        "mollie",
        "razorpay",
        "@paypal",
        "@mollie",
    }
)
_PAYMENT_EVENT = re.compile(
    r"^(?:charge|checkout|payment|payment_intent|invoice|customer|order|refund|payout)\.[\w.]+$"
)
_SIGN_IN = re.compile(
    r"(?i)/(?:log_?-?in|log_?-?out|sign_?-?(?:in|up|out)|register|magic[\w-]*|auth|oauth2?|sessions?|tokens?|verify[\w-]*"
    r"|(?:reset|forgot)[\w-]*|password[\w-]*|otp|refresh|passwordless|authenticate)(?:$|[/?:{<])"
)
_SIGN_IN_NAME = re.compile(
    r"^(?:handle_|post_|do_|user_)?(?:log_?in|log_?out|sign_?(?:in|up|out)|register(?:_user)?|magic_\w+|\w*_?(?:log|sign)_?in_(?:link|code)"
    r"|send_(?:link|code|otp)|(?:reset|forgot)_password|authenticate|verify_(?:code|link|otp|login)|request_(?:link|code|login))$"
)
_ADMIN = re.compile(r"(?i)(?:^|[/\s])admin(?:$|[/\s_-])")


@collector("repos-code", calls={}, kinds=(Handler, SignIn, Suspect), is_regional=False)
def code_of(scope: Scope, repo: Checkout) -> Found:
    """Routes, ways to sign in, addresses that mail comes from, and a suspect for each pattern and file."""
    if not repo.head:
        yield repo.gap("", "it has no commit yet")
        return
    project = Project(repo)
    codes = list(project.codes())
    mounts = mounts_of(project, codes)
    asked = asked_before(repo)
    spots: dict[str, list[Spot]] = defaultdict(list)
    for code in codes:
        routes = [] if is_browser(code) else list(routes_of(project, code, mounts.get(code.path, Mount())))
        handlers = [_handler(scope, repo, project, route, asked) for route in routes]
        yield from handlers
        for one in filter(_is_open_admin, handlers):
            said = "a route for whoever runs it asks nobody who calls"
            spots[one.path].append(Spot("admin in the browser", one.line, said))
        spots[code.path] += spots_of(project, code, routes)
        yield from _sign_ins(scope, repo, project, code, list(zip(routes, handlers, strict=True)))
        for address in senders_of(code):
            place = f"{repo.name}:{code.path}"
            source = scope.source("git tree")
            yield MailSender(entity=repo.entity, source=source, address=address, place=place)
    for path, more in _in_texts(repo):
        spots[path] += more
    yield from _suspects(scope, repo, spots)
    yield from _unread(repo, project)


def _handler(scope: Scope, repo: Checkout, project: Project, route: Route, asked: frozenset[str]) -> Handler:
    """One route: whose code, and that of its helpers, tells what it does and whom it asks."""
    parts = project.reach(*route.parts)
    guards = set(route.guards) | guards_in(parts) | guards_in(project.reach(*route.before))
    code = route.code
    function = f"{posixpath.splitext(code.path)[0]}.{route.function}" if route.function else ""
    guards |= {"authorizer"} if function in asked else set()
    is_webhook = _is_webhook(route)
    guards -= set() if is_webhook else {"sender asked"}
    people = people_read(route.route, route.function, parts) if route.method in {"GET", ""} else ""
    changes = changes_in(parts)
    unread: Flag | None = (
        None if route.parts else repo.gap(code.path, "the function behind a route was not found")
    )
    return Handler(
        entity=repo.entity,
        source=scope.source("git tree"),
        repo=repo.name,
        path=code.path,
        line=route.line,
        route=route.route,
        function=function,
        is_webhook=is_webhook,
        is_sign_in=not is_webhook and _is_sign_in(route),
        reads_body=reads_body(parts) if unread is None else unread,
        changes_data=bool(changes) if unread is None else unread,
        changes=tuple(sorted(changes)),
        returns_people=bool(people) if unread is None else unread,
        people=people,
        is_guarded=True if guards else (False if unread is None else unread),
        guarded_by=tuple(sorted(guards)),
    )


def _is_sign_in(route: Route) -> bool:
    """Whether a route is how people get in, by its path and name."""
    return bool(_SIGN_IN.search(route.route) or _SIGN_IN_NAME.search(snake(route.function)))


def _is_webhook(route: Route) -> bool:
    """Whether it is called by a service: by its own name, or since it tells apart what a payment service tells of."""
    if route.method == "GET":
        return False
    if _WEBHOOK.search(f"{route.route} {snake(route.function)}") and not _NO_WEBHOOK.search(route.route):
        return True
    if _WEBHOOK.search(route.code.path.rpartition("/")[2]) and not route.route.startswith("/"):
        return not _NO_WEBHOOK.search(route.route)
    is_paid = bool(route.code.modules & _PAYMENT)
    return is_paid and any(mentions(route.parts, _PAYMENT_EVENT))


def _is_open_admin(one: Handler) -> bool:
    """Whether a route of whoever runs the business asks nobody; what changes data is told as that."""
    is_open = one.is_guarded is False and one.changes_data is not True and not one.is_sign_in
    return is_open and bool(_ADMIN.search(one.route))


def _sign_ins(
    scope: Scope, repo: Checkout, project: Project, code: Code, routes: list[tuple[Route, Handler]]
) -> Iterator[SignIn]:
    """How a file signs people in, where it does."""
    answering = [
        part
        for route, handler in routes
        if handler.is_sign_in or handler.is_guarded is not True
        for part in route.parts
        if part.code is code
    ]
    found = sign_in_of(project, code, answering, is_browser=is_browser(code))
    if found is not None:
        yield _sign_in(scope, repo, code, found)


def _sign_in(scope: Scope, repo: Checkout, code: Code, found: SignsIn) -> SignIn:
    secret = found.secret
    minutes: Count | None = None if found.minutes is None else max(1, round(found.minutes))
    if found.minutes is None and found.is_lifetime_hidden:
        minutes = repo.gap(code.path, "how long a link is valid is set as the program runs")
    return SignIn(
        entity=repo.entity,
        source=scope.source("git tree"),
        repo=repo.name,
        path=code.path,
        line=found.line,
        has_tokens=found.has_tokens,
        token_faults=found.faults,
        has_link=found.has_link,
        link_minutes=minutes,
        is_single_use=_known(found.is_single_use, repo, code, "where a link is redeemed was not found"),
        is_limited=_known(found.is_limited, repo, code, "it takes neither passwords nor codes"),
        **_secret(scope, repo, code, secret),  # type: ignore[arg-type]  # each by its own name
    )


def _known(value: bool | None, repo: Checkout, code: Code, reason: str) -> Flag:  # noqa: FBT001 - an answer, no switch
    return repo.gap(code.path, reason) if value is None else value


def _secret(
    scope: Scope, repo: Checkout, code: Code, secret: SecretUsed | None
) -> Mapping[str, Text | Count | Flag]:
    """What is kept of a secret: its length and fingerprint where the code has it, never itself."""
    if secret is None:
        return {}
    outside = repo.gap(code.path, "what tokens are signed with does not stand in the code")
    if secret.is_default is None:
        return {"secret": outside, "secret_bytes": outside, "has_default_secret": outside}
    key = scope.fingerprint_key
    return {
        "has_default_secret": secret.is_default,
        "secret": fingerprint(secret.literal, key) if secret.literal and key else outside,
        "secret_bytes": len(secret.literal.encode())
        if secret.literal and not secret.is_fallback
        else outside,
    }


def _in_texts(repo: Checkout) -> Iterator[tuple[str, list[Spot]]]:
    """What is searched for in files that are no code of a language that is read, or in all of them."""
    for file, text in repo.texts(repo.own):
        found = list(mixed_keys(file.path, text)) if "_live_" in text or "sq0" in text else []
        end = posixpath.splitext(file.path)[1].lower()
        if end in _PAGES and not _is_test(file):
            found += card_fields(text)
        if end in {".html", ".htm"} and "<script" in text:
            found += _in_page(file.path, text)
        if end == ".php":
            found += php_spots(file.path, text)
        if _ENV.search(file.path) and not _ENV_EXAMPLE.search(file.path):
            found += env_spots(file.path, text)
        if found:
            yield file.path, found


def _is_test(file: File) -> bool:
    return posixpath.splitext(file.path)[1] in READERS and not is_own_code(file)


_SCRIPT = re.compile(r"<script(?P<about>[^>]{0,500})>(?P<inside>.*?)</script", re.DOTALL | re.IGNORECASE)


def _in_page(path: str, text: str) -> Iterator[Spot]:
    """What the scripts in a page decide by themselves."""
    for found in _SCRIPT.finditer(text):
        if "src=" in found["about"] or "json" in found["about"]:
            continue
        before = text.count("\n", 0, found.start("inside"))
        try:
            code = read_javascript(path, found["inside"])
        except NotReadError:
            continue
        for one in admin_in_page(code):
            yield Spot(one.what, one.line + before, one.detail)


def _suspects(scope: Scope, repo: Checkout, spots: Mapping[str, list[Spot]]) -> Iterator[Suspect]:
    """One for each pattern and file that has it, and one for each pattern that no file has."""
    found: dict[tuple[Pattern, str], list[Spot]] = defaultdict(list)
    for path, several in spots.items():
        for one in several:
            found[one.what, path].append(one)
    for what in PATTERNS:
        places = sorted((path, several) for (known, path), several in found.items() if known == what)
        for path, several in places:
            lines = sorted({one.line for one in several})
            first = min(several, key=lambda one: one.line)
            yield Suspect(
                entity=repo.entity,
                source=scope.source("git tree"),
                repo=repo.name,
                what=what,
                path=path,
                lines=tuple(lines),
                detail=first.detail,
                is_found=True,
            )
        if not places:
            yield Suspect(
                entity=repo.entity,
                source=scope.source("git tree"),
                repo=repo.name,
                what=what,
                is_found=_searched(repo, what),
            )


def _searched(repo: Checkout, what: Pattern) -> Flag:
    """False where the code was read and has none; a gap where what there is, is of languages that nobody reads."""
    if what == "mixed keys" or any(posixpath.splitext(one.path)[1] in READERS for one in repo.own):
        return False
    languages = _other_languages(repo)
    return repo.gap("code", f"not read: {', '.join(sorted(languages))}") if languages else False


def _other_languages(repo: Checkout) -> set[str]:
    ends = {posixpath.splitext(one.path)[1].lower() for one in repo.own}
    return {_UNREAD_LANGUAGES[end] for end in ends if end in _UNREAD_LANGUAGES}


def _unread(repo: Checkout, project: Project) -> Iterable[NotCollected]:
    """Files that could not be read, by name and number, and languages that nobody here reads."""
    named = sorted(project.unread.items())
    for path, reason in named[:_MOST_NAMED]:
        yield repo.gap(path, f"not read: {reason}")
    if more := named[_MOST_NAMED:]:
        yield repo.gap("code", f"{len(more)} more files were not read: {more[0][1]}")
    for language in sorted(_other_languages(repo)):
        yield repo.gap(language, f"routes and sign-ins in {language} are not read")
