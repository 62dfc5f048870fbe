"""Tells whether code asks who calls: by a session, token, key or signature, or by asking the sender back."""

import re
from collections.abc import Iterable, Iterator

from quarterdeck.collectors.repos.reading.project import Project, Target
from quarterdeck.collectors.repos.reading.tree import Branch, Call, Code, Compare, Stretch, Value

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

_NOUN = (
    r"auth\w*|session|login|logged|signed_in|admin\w*|token|jwt|api_?key|key|signature|sig|hmac|permissions?"
    r"|roles?|access|owner\w*|caller|identity|credentials?|bearer|user|staff|webhook|hook|origin_secret|secret"
)
_CHECKS = re.compile(
    rf"^_?(?:require[sd]?|check|verify|validate|ensure|assert|enforce|protect|needs?|must(?:_be|_have)?|is_valid|valid)"
    rf"_(?:\w+_)?(?:{_NOUN})(?:_(?:header|token|session|request|signature|or_\w+|access|in|id|v\d))?$"
)
_IS_CHECK = re.compile(
    r"(?:^|_)(?:auth|authn|authz|login|token|admin|jwt|permissions?|session|roles?|api_?key|staff_member|signature|user)"
    r"_(?:required|guard|middleware|check|only|protected|hook|needed|verifier|passes_test)$"
    r"|^(?:auth|protect|protected|protected_procedure|is_auth|authed|authenticate\w*|authoriz\w*|authenticated\w*|with_auth\w*"
    r"|is_admin|is_logged_in|is_signed_in|is_authenticated\w*|admin_only|get_server_session|unstable_get_server_session"
    r"|get_(?:current|auth\w*|signed_in|session)_(?:\w+_)?(?:super_?user|user|identity|account|admin)|current_user|get_jwt_identity|get_jwt"
    r"|get_jwt_claims|user_from_\w+|get_user_from_\w+|login_required_mixin|permission_required_mixin"
    r"|user_passes_test_mixin|cognito_auth\w*|jwt_verify|verify_id_token|verify_jwt\w*|requires?_\w*user)$"
)
_NO_CHECK = re.compile(r"password|email|input|form|captcha|exists|schema|body|payload|data|csrf")
_SIGNATURE = frozenset(
    {
        *("compare_digest", "timing_safe_equal", "construct_event", "construct_event_async", "verify_header"),
        *("constant_time_compare", "safe_compare", "timing_safe_compare", "secure_compare"),
        *("is_valid_webhook_event_signature", "validate_webhook", "verify_webhook", "unwrap_webhook"),
    }
)
_VERIFIER = re.compile(
    r"(?i)(?:^|\.)(?:wh|webhooks?|svix|hmac|public_?key|verifier|signature|validator|receiver)$"
)
_ASKED_BACK = re.compile(
    r"(?i)(?:^|\.)(?:events?|payments?|payment_?intents?|sessions?|orders?|charges?|api)\.(?:retrieve|get|fetch)\w*$"
    r"|(?:^|\.)(?:retrieve|fetch|lookup)_?(?:payment|order|event|charge)\w*$"
)
_ASKED_TEXT = ("verify-webhook-signature", "_notify-validate")
_SESSION = re.compile(
    r"(?i)(?:^|\.)(?:session|locals|state|g|flask_session)\.(?:get|user\w*|uid|admin\w*|account\w*|is\w*|logged\w*|auth\w*"
    r"|email|passport\w*|customer\w*|member\w*)(?:\.\w+)*$"
    r"|(?:^|\.)(?:current_?user|auth_?user|claims|identity|principal|is_?admin|is_?authenticated|authori[sz]ed"
    r"|is_?authori[sz]ed|logged_?in|is_?logged_?in|is_?staff|is_?superuser|has_?perms?|has_?permission)(?:\.\w+)*$"
    r"|^(?:req|request|ctx|c|context|res|event)\.(?:user|auth|locals\.user)(?:\.\w+)*$"
)
_SENT = re.compile(
    r"(?i)authorization|api[_-]?key|\btoken|_token|x-[\w-]*(?:key|token|secret|sig)|signature|\bsig\b|secret|hmac"
)
_KEPT = re.compile(
    r"(?i)environ|\benv\b|env\.|secret|api_?key|token|expected|digest|hmac|signature|settings|config|computed|calculated"
)
_NOT_KEPT = frozenset({"none", "null", "undefined", "true", "false", ""})
_GUARD_OF = re.compile(
    r"(?i)(?:^|\.)(?:auth|authn|guard|login|session|jwt|passport|clerk|kinde)\."
    r"(?:required|require\w*|check\w*|verify\w*|protect\w*|ensure\w*|authenticate\w*|login_required|currentuser)$"
)
_AUTHORIZER = re.compile(r"(?i)request_?context\.(?:authorizer|identity\.cognito\w*)")
_OPEN_CLASSES = frozenset({"AllowAny", "csrf_exempt"})
_REFUSED = frozenset({"401", "403"})
_TOKEN_READ = re.compile(r"(?i)(?:^|\.)(?:serializer|signer|\w*timed\w*|s|ts)\.(?:loads|unsign)$")


def snake(name: str) -> str:
    """A name in small words: `requireAuth` -> `require_auth`."""
    return _CAMEL.sub("_", name).lower()


def guard_word(name: str) -> str:
    """What a function checks by its name: `signature`, `token`, `session`, `key`; empty where it checks nobody."""
    last = snake(name.rpartition(".")[2])
    if last in _SIGNATURE or (last == "verify" and _VERIFIER.search(name.rpartition(".")[0])):
        return "signature"
    if _TOKEN_READ.search(name) or last in {"jwt_verify", "verify_id_token"}:
        return "token"
    if name.lower().endswith(
        (".auth.getuser", ".auth.get_user", "jwt.verify", "jwt.decode", "passport.authenticate")
    ):
        return "token" if "jwt" in name.lower() else "session"
    if _GUARD_OF.search(name):
        return "session"
    if name in _OPEN_CLASSES or _NO_CHECK.search(last):
        return ""
    if _CHECKS.search(last) or _IS_CHECK.search(last):
        return _sort(last)
    return ""


def _sort(last: str) -> str:
    if re.search(r"signature|(?:^|_)sig|hmac|hook", last):
        return "signature"
    if re.search(r"api_?key|_key|secret", last):
        return "key"
    return "token" if re.search(r"token|jwt|bearer", last) else "session"


def guards_in(stretches: Iterable[Stretch]) -> set[str]:
    """By what some parts of the code ask who calls."""
    return {word for one in stretches for word in _guards(one)}


def _guards(one: Stretch) -> Iterator[str]:
    for call in one.calls:
        if (word := guard_word(call.name)) and not is_unchecked(call):
            yield word
        if _ASKED_BACK.search(call.name):
            yield "sender asked"
    if any(mark in text.name for text in one.texts for mark in _ASKED_TEXT):
        yield "sender asked"
    if any(map(_is_key_check, one.compares)):
        yield "key"
    if any(_AUTHORIZER.search(named.name) for named in one.named):
        yield "authorizer"
    if any(map(_tests_session, one.branches)) or _refuses(one):
        yield "session"


def _refuses(one: Stretch) -> bool:
    """Whether it answers that somebody may not: who is refused was asked."""
    return any(map(_is_refusal, one.calls)) or any(
        _is_status(entry.name, entry.value) for entry in one.assigns
    )


def _tests_session(branch: Branch) -> bool:
    if any(_SESSION.search(name) for name in branch.test.names if not name.endswith(".get")):
        return True
    asks = any(name.endswith("session.get") for name in branch.test.names)
    return asks and any(
        re.search(r"(?i)user|admin|account|auth|logged|email", text) for text in branch.test.texts
    )


def is_unchecked(call: Call) -> bool:
    """Whether a token is read without looking at its signature."""
    if call.last != "decode" and snake(call.last) not in {"jwt_decode", "decode_jwt"}:
        return False
    if "jwt" not in call.name.lower() and call.name != "decode":
        return False
    is_off = call.option("verify_signature", "verify", "complete")
    off = is_off is not None and is_off.text in {"False", "false"}
    no_key = len(call.args) < 2 and call.option("key", "secret") is None  # noqa: PLR2004 - token and key
    return off or no_key or call.option("complete") is not None


def _is_refusal(call: Call) -> bool:
    if snake(call.last) in {
        "abort",
        "status",
        "send_status",
        "sendstatus",
        "code",
        "error",
        "http_exception",
    }:
        values = (call.arg(0), call.option("status_code", "status"))
        return any(value is not None and value.text in _REFUSED for value in values)
    return any(_is_status(name, value) for name, value in call.options) or call.last in {
        "PermissionDenied",
        "UnauthorizedError",
        "ForbiddenError",
        "Unauthorized",
        "HttpResponseForbidden",
    }


def _is_status(name: str, value: Value) -> bool:
    return name in {"statusCode", "status_code", "status"} and value.text in _REFUSED


def _is_key_check(one: Compare) -> bool:
    sides = [" ".join((*side.names, *side.texts)) for side in (one.left, one.right)]
    if any(side.text.lower() in _NOT_KEPT and side.literal is None for side in (one.left, one.right)):
        return False
    if any(side.literal is not None for side in (one.left, one.right)):
        return any(
            re.search(r"(?i)x-[\w-]*(?:key|token|secret)|authorization", words) and "header" in words.lower()
            for words in sides
        )
    left, right = sides
    is_sent = _SENT.search(left) and _KEPT.search(right)
    return bool(is_sent or (_SENT.search(right) and _KEPT.search(left)))


def guards_named(project: Project, code: Code, names: Iterable[str]) -> set[str]:
    """By what functions ask that are handed over by name, such as middleware and decorators."""
    found: set[str] = set()
    for name in names:
        if word := guard_word(name):
            found.add(word)
        elif (there := project.target(code, name)) is not None:
            found |= guards_in(project.reach(there.stretch)) | guards_of_block(project, there, deep=False)
    return found


def guards_of_block(project: Project, one: Target, *, deep: bool = True) -> set[str]:
    """By what the head of a function asks: its decorators, what its parameters depend on, classes it comes from."""
    found: set[str] = set()
    for mark in one.block.marks:
        if mark.last == "permission_classes":
            found |= {"session"} if not _OPEN_CLASSES.intersection(mark.arg(0).names) else set()
        elif guard_option(mark):
            found.add("authorizer")
        elif deep:
            names = (mark.name, *(name for value in mark.values for name in value.names))
            found |= guards_named(project, one.code, names)
    for value in one.block.defaults:
        if deep or one.block.is_class:
            found |= guards_named(project, one.code, value.names)
    return found


def guard_option(call: Call) -> bool:
    """Whether a route is declared with an authorizer, or with what runs before it and asks."""
    value = call.option(
        "authorizer", "auth", "permission_classes", "preHandler", "preValidation", "onRequest", "login"
    )
    if value is None or value.text in {"None", "null", "False", "false"}:
        return False
    return call.option("authorizer") is not None or any(guard_word(name) for name in value.names)
