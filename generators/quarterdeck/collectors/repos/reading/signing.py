"""Finds how people are signed in: what tokens are signed with and how they are read, and links and codes by mail."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

import msgspec

from quarterdeck.collectors.repos.reading.guards import is_unchecked, snake
from quarterdeck.collectors.repos.reading.project import Project
from quarterdeck.collectors.repos.reading.tree import Assign, Block, Call, Code, Stretch, Value, whole

_SIGNS = frozenset({"jwt.sign", "jwt.encode", "jsonwebtoken.sign", "jose.jwt.encode", "sign_jwt"})
_READS = frozenset(
    {"jwt.verify", "jwt.decode", "jsonwebtoken.verify", "jsonwebtoken.decode", "jose.jwt.decode"}
)
_SERIALIZER = re.compile(
    r"(?i)(?:^|\.)(?:url_?safe)?(?:timed)?(?:serializer|jsonwebsignatureserializer)$|(?:^|\.)(?:timestamp)?signer$"
)
_SECRET_NAME = re.compile(
    r"(?i)(?:^|[._])(?:secret_?key|(?:jwt|session|token|auth|cookie|magic\w*|app|link)_?(?:secret|signing_?key)(?:_?key)?"
    r"|(?:secret|signing)_?(?:key|secret)|nextauth_secret)$"
)
_BY_HAND = re.compile(r"(?i)token|session|jwt|magic|sign_?in|login|cookie|link")
_ENVIRON = re.compile(
    r"(?i)environ|getenv|process\.env|import\.meta\.env|(?:^|\.)env(?:\.|$)|config\(|secretsmanager|get_?secret|get_?parameter"
)
_FALLBACK = re.compile(r"\|\||\?\?|(?<!\w)or(?!\w)")

_LINK = re.compile(
    r"(?i)magic_?-?(?:link|token)|(?:log|sign)_?-?in_?-?(?:link|code|token)|passwordless|one_?-?time_?-?(?:code|pass\w*|link|token)"
    r"|(?<![a-z])otp(?![a-z])"
)
_SENT = re.compile(r"(?:^|_)(?:links?|codes?|otp)(?:_|$)")
_GETS_IN = re.compile(r"(?i)(?:sign|log)_?-?in(?![a-z])|passwordless|(?:^|[/_])auth")
_MAKES = re.compile(
    r"(?i)token_urlsafe|token_hex|randombytes|randomuuid|uuid4|uuidv4|nanoid|randint|randomint|randbelow|math\.random"
    r"|jwt\.(?:sign|encode)|signjwt|(?:^|\.)dumps$|getrandomvalues"
)
_REDEEMS = re.compile(r"(?i)verif|consum|redeem|confirm|callback|exchange|check|validate|use_|complete")
_LIFETIME = re.compile(
    r"(?i)(?:^|[._])\w*(?:ttl|expir\w*|max_?age|lifetime|valid_?(?:for|until)|exp|(?:link|code|otp|token)_(?:seconds|minutes|hours|days))\w*$"
)
_SENDS = re.compile(r"send|request|create|make|issue|mail")
_USED = re.compile(
    r"(?i)(?:^|[._\s])(?:used\w*|is_?used|consumed\w*|redeemed\w*|single_?use|delete\w*|remove\w*|pop|getdel|invalidate\w*"
    r"|revoke\w*|destroy)(?:$|[._\s=(])"
)
_LIMIT = re.compile(
    r"(?i)rate_?limit|limiter|throttl|slow_?down|attempts|too_?many|max_?tries|cooldown|ratelimit|lockout|locked_until"
)
_ASKS_PASSWORD = re.compile(
    r"(?i)check_?password|verify_?password|bcrypt\.compare|checkpw|compare_?password|password_?verify|argon2\w*\.verify"
)

_UNITS = {"s": 1 / 60, "m": 1.0, "h": 60.0, "d": 1440.0, "w": 10080.0}
_BY_WORD = {"seconds": 1 / 60, "minutes": 1.0, "hours": 60.0, "days": 1440.0, "weeks": 10080.0}
_SPAN = re.compile(r"^\s*(\d{1,6})\s*(ms|s|m|h|d|w)?[a-z]*\s*$")
_PROSE = 120
"""Characters from which a text is prose, and names nothing."""
_MILLISECONDS = 60_000
_SECONDS_TO = 100_000
"""From here on a bare number of time is taken as thousandths of a second."""


class SecretUsed(msgspec.Struct, frozen=True):
    """What tokens are signed with, as the code has it."""

    literal: str | None = None
    """What stands in the code; never leaves this package."""
    is_default: bool | None = None
    """Whether it is in the code, alone or where nothing else is set; None where nobody knows."""
    is_fallback: bool = False
    line: int = 0


class Found(msgspec.Struct, frozen=True):
    """How one file signs people in."""

    line: int
    secret: SecretUsed | None
    """None where nothing says what it signs with."""
    has_tokens: bool
    faults: tuple[str, ...]
    has_link: bool
    minutes: float | None
    """How long a link is valid; None where nothing says so."""
    is_lifetime_hidden: bool
    """Whether it is set as the program runs."""
    is_single_use: bool | None
    is_limited: bool | None
    """None where it takes neither passwords nor codes."""


def sign_in_of(
    project: Project, code: Code, answering: Sequence[Stretch], *, is_browser: bool
) -> Found | None:
    """How a file signs people in; None where it does not.

    Args:
        project: The code of the repository.
        code: The file.
        answering: The parts of it that answer requests: only there tries can be counted.
        is_browser: Whether it runs in a page.
    """
    signing, reading = list(_calls(code, _SIGNS)), list(_calls(code, _READS))
    secret = _worst(_secrets(project, code, (*signing, *reading)))
    faults = () if is_browser else tuple(chain(_reading_faults(code, reading), _making_faults(code, signing)))
    links = [one for one in code.blocks if not one.is_class and _is_link(code, one)]
    makes = [one for one in links if _makes(project, code, one)]
    asks = [one for one in answering if _asks_password(project, one)]
    if is_browser or not (secret or faults or signing or reading or makes or asks):
        return None
    lifetimes = list(_lifetimes(project, code, makes))
    lines = [one.line for one in (*signing, *reading, *makes)] + ([secret.line] if secret else [])
    lines += [block.line for one in asks for block in code.blocks if block.at <= one.start <= block.stop]
    return Found(
        line=min(lines, default=1),
        secret=secret,
        has_tokens=bool(secret or faults or signing or reading),
        faults=tuple(dict.fromkeys(faults)),
        has_link=bool(makes),
        minutes=max((one for one in lifetimes if one is not None), default=None),
        is_lifetime_hidden=None in lifetimes,
        is_single_use=_is_single_use(project, code, links) if makes else None,
        is_limited=_is_limited(project, code, (*map(_part(code), makes), *asks)) if makes or asks else None,
    )


def _calls(code: Code, names: frozenset[str]) -> Iterator[Call]:
    for one in code.calls:
        known = ".".join(one.name.split(".")[-2:])
        origin = code.imported.get(one.name)
        if origin is not None and "jsonwebtoken" in origin.module:
            known = f"jwt.{origin.name}"
        if known in names or one.name in names or (snake(one.last) == "sign_jwt" and "sign_jwt" in names):
            yield one


def _secrets(project: Project, code: Code, calls: Iterable[Call]) -> Iterator[SecretUsed]:
    """Each secret that the file signs with or that is named like one."""
    for call in calls:
        value = call.option("key", "secret") or call.arg(1)
        if call.args and not _is_public(call, value):
            yield _resolved(project, code, value, call.line)
    for call in code.calls:
        if _SERIALIZER.search(call.name) and call.args:
            yield _resolved(project, code, call.arg(0), call.line)
        elif call.last in {"session", "cookieSession", "expressSession"} and (
            kept := call.option("secret", "keys")
        ):
            yield _resolved(project, code, kept, call.line)
        elif call.name.endswith(("hmac.new", "createHmac")) and _signs_by_hand(code, call):
            yield _resolved(project, code, call.arg(0 if call.name.endswith("new") else 1), call.line)
    for one in code.assigns:
        if _SECRET_NAME.search(one.name) and (
            one.value.literal or _ENVIRON.search(" ".join(one.value.names))
        ):
            yield _resolved(project, code, one.value, one.line)


def _is_public(call: Call, value: Value) -> bool:
    """Whether what a token is read with is a public key, or nothing."""
    algorithms = call.option("algorithms", "algorithm")
    words = " ".join((*value.names, *(algorithms.texts if algorithms else ())))
    return not value.text or bool(
        re.search(r"(?i)public|jwk|cert|pem|RS256|ES256|PS256|EdDSA|signing_key\.key", words)
    )


def _signs_by_hand(code: Code, call: Call) -> bool:
    """Whether a keyed hash is a token of people, and no signature of a webhook."""
    around = [one.name for one in code.blocks if one.at <= call.at <= one.stop]
    words = " ".join((*around[-1:], *(name for value in call.args for name in value.names)))
    return bool(_BY_HAND.search(words)) and not re.search(
        r"(?i)webhook|stripe|square|github|slack|signature_header", words
    )


def _resolved(project: Project, code: Code, value: Value, line: int, steps: int = 2) -> SecretUsed:
    """What a value is: written there, taken from outside, or what a name stands for."""
    if value.literal is not None:
        return SecretUsed(value.literal, bool(value.literal) or None, line=line)
    words = " ".join(value.names)
    if _ENVIRON.search(words):
        return SecretUsed(*_fallback(value), line=line)
    for name in value.names if steps else ():
        last = name.rpartition(".")[2]
        for where in (code, _elsewhere(project, code, name)):
            given = (
                next((one for one in where.assigns if one.name.rpartition(".")[2] == last), None)
                if where
                else None
            )
            if given is not None and where is not None and given.value != value:
                return _resolved(project, where, given.value, line, steps - 1)
    return SecretUsed(line=line)


def _fallback(value: Value) -> tuple[str | None, bool, bool]:
    """What is used where the variable is not set."""
    gets = re.search(r"(?:environ\.get|getenv|env\.get|config)\s*\(", value.text)
    texts = (
        value.texts[1:]
        if gets or "environ" in " ".join(value.names) or "getenv" in value.text
        else value.texts
    )
    if texts and (gets or _FALLBACK.search(value.text)) and texts[-1]:
        return texts[-1], True, True
    return None, False, False


def _elsewhere(project: Project, code: Code, name: str) -> Code | None:
    path = project.module(code, name)
    return project.code(path) if path else None


def _worst(secrets: Iterator[SecretUsed]) -> SecretUsed | None:
    order = {True: 0, False: 1, None: 2}
    return min(
        secrets, key=lambda one: (order[one.is_default], len(one.literal or ""), one.line), default=None
    )


def _reading_faults(code: Code, calls: Sequence[Call]) -> Iterator[str]:
    for call in calls:
        if (is_unchecked(call) or _is_plain_decode(code, call)) and not _is_checked_beside(code, call, calls):
            yield f"line {call.line} does not check the signature"
        algorithms = call.option("algorithms", "algorithm")
        if algorithms is not None:
            if any(one.lower() == "none" for one in algorithms.texts):
                yield f"line {call.line} takes tokens that nobody signed"
            if any(re.search(r"(?i)header.*alg$|(?:^|\.)alg$", name) for name in algorithms.names):
                yield f"line {call.line} lets the token say how it is checked"
        expiry = call.option("verify_exp", "ignoreExpiration", "ignore_expiration")
        if expiry is not None and expiry.text in {"False", "true"}:
            yield f"line {call.line} takes tokens that have ended"
    for call in code.calls:
        if snake(call.last) in {"jwt_decode", "decode_jwt", "decode_unverified"} and not _is_checked_beside(
            code, call, calls
        ):
            yield f"line {call.line} does not check the signature"


def _is_plain_decode(code: Code, call: Call) -> bool:
    """In JavaScript `decode` never checks; in Python it does."""
    return call.last == "decode" and not code.path.endswith(".py")


def _is_checked_beside(code: Code, call: Call, calls: Sequence[Call]) -> bool:
    """Whether the function that reads a token without a check checks it as well."""
    around = _around(code, [call])
    start, stop = (around[-1].at, around[-1].stop) if around else (0, 1 << 62)
    inside = (one for one in code.within(code.calls, start, stop) if one is not call)
    return any(
        (one in calls and not is_unchecked(one) and not _is_plain_decode(code, one))
        or snake(one.last) == "jwt_verify"
        for one in inside
    )


def _making_faults(code: Code, calls: Sequence[Call]) -> Iterator[str]:
    for call in calls:
        algorithm = call.option("algorithm", "alg")
        if algorithm is not None and (algorithm.literal or "").lower() == "none":
            yield f"line {call.line} signs nothing"
        if _never_ends(code, call):
            yield f"line {call.line} makes tokens that never end"


def _never_ends(code: Code, call: Call) -> bool:
    """Whether a token is seen to be made without an end; what is not seen is taken as sound."""
    around = _around(code, [call])
    block = around[-1] if around else None
    part = Stretch(code, block.at, block.stop) if block else whole(code)
    names = (
        *(one.name for one in part.named),
        *(one.name for one in part.assigns),
        *(one.name for one in part.texts),
    )
    if any(re.search(r"(?i)(?:^|[._])(?:exp\w*|setexpirationtime)$", name) for name in names):
        return False
    payload, settings = call.arg(0), call.arg(2)
    is_seen = payload.text.startswith("{") or any(
        one.name == payload.text and one.value.text.startswith("{") for one in part.assigns
    )
    is_spread = "**" in payload.text or "..." in payload.text
    is_handed = bool(settings.names) and not settings.text.startswith("{") and not code.path.endswith(".py")
    return (is_seen or snake(call.last) == "sign_jwt") and not is_spread and not is_handed


def _around(code: Code, calls: Iterable[Call]) -> list[Block]:
    """The innermost function around each call."""
    found = []
    for call in calls:
        around = [one for one in code.blocks if one.at <= call.at <= one.stop and not one.is_class]
        found += around[-1:]
    return found


def _is_link(code: Code, block: Block) -> bool:
    texts = (one.name for one in code.within(code.texts, block.at, block.stop))
    if _SENT.search(snake(block.name)) and _GETS_IN.search(f"{code.path} {' '.join(code.by_name)}"):
        return True
    marks = (value.literal or "" for mark in block.marks for value in mark.args)
    return bool(_LINK.search(snake(block.name))) or any(
        _LINK.search(text) and len(text) < _PROSE for text in chain(texts, marks)
    )


def _makes(project: Project, code: Code, block: Block) -> bool:
    """Whether a function makes a link or code, and does not only take one."""
    parts = project.reach(Stretch(code, block.at, block.stop))
    return any(_MAKES.search(call.name) for part in parts for call in part.calls)


def _lifetimes(project: Project, code: Code, blocks: Sequence[Block]) -> Iterator[float | None]:
    """How long what is made lives, in minutes; None for one that is set as the program runs."""
    parts = [part for block in blocks for part in project.reach(Stretch(code, block.at, block.stop))]
    used = {name.name.rpartition(".")[2] for part in parts for name in part.named}
    tops = [one for one in code.assigns if one.name in used and not _around_assign(code, one)]
    for one in chain(tops, *(part.assigns for part in parts)):
        if _LIFETIME.search(snake(one.name)):
            yield from _span(one.name, one.value)
    for part in parts:
        for call in part.calls:
            yield from _call_span(call)
    for call in code.calls:
        value = call.option("max_age") if call.last == "loads" else None
        if value is not None:
            yield from _span("max_age", value)


def _around_assign(code: Code, one: Assign) -> bool:
    return any(block.at <= one.at <= block.stop for block in code.blocks)


def _call_span(call: Call) -> Iterator[float | None]:
    if call.last == "timedelta":
        for word, minutes in _BY_WORD.items():
            if (value := call.option(word)) is not None:
                yield None if value.number is None else value.number * minutes
        return
    for name, value in call.options:
        if _LIFETIME.search(snake(name)):
            yield from _span(name, value)
    if snake(call.last) == "set_expiration_time":
        yield from _span("expires", call.arg(0))
    if call.last == "setex":
        yield from _span("seconds", call.arg(1))


def _span(name: str, value: Value) -> Iterator[float | None]:
    """What a lifetime says in minutes; nothing where it is no span of time but a moment that a name stands for."""
    if value.literal is not None:
        if found := _SPAN.match(value.literal):
            yield (
                float(found[1]) / _MILLISECONDS
                if found[2] == "ms"
                else float(found[1]) * _UNITS[found[2] or "s"]
            )
        return
    number = value.number
    if number is None:
        added = re.search(r"\+\s*(\(?[\d_]+(?:\s*\*\s*[\d_]+)*\)?)", value.text)
        number = Value(text=added[1]).number if added else None
        if number is None:
            if _ENVIRON.search(" ".join(value.names)):
                yield None
            return
        is_thousandths = re.search(r"Date\.now|getTime|new Date", value.text) and number >= _SECONDS_TO // 10
        yield number / _MILLISECONDS if is_thousandths else number / 60
        return
    word = snake(name)
    if "minute" in word or word.endswith("_min"):
        yield number
    elif "hour" in word:
        yield number * 60
    elif "day" in word:
        yield number * 1440
    else:
        yield number / _MILLISECONDS if number >= _SECONDS_TO and "second" not in word else number / 60


def _is_single_use(project: Project, code: Code, links: Sequence[Block]) -> bool | None:
    """Whether what is redeemed is deleted or marked; None where nobody sees where it is redeemed."""
    redeem = [one for one in links if _REDEEMS.search(snake(one.name)) and not _makes(project, code, one)]
    redeem += [
        one
        for one in code.blocks
        if one not in redeem
        and not one.is_class
        and _is_redeeming(one)
        and not _SENDS.search(snake(one.name))
    ]
    if not redeem:
        return None
    parts = project.reach(*(Stretch(code, one.at, one.stop) for one in redeem))
    words = chain(
        (snake(call.name) for part in parts for call in part.calls),
        (one.name for part in parts for one in part.texts),
        (one.name for part in parts for one in part.assigns),
    )
    return any(_USED.search(word) for word in words)


def _is_redeeming(block: Block) -> bool:
    name = snake(block.name)
    if re.search(
        r"^(?:handle_|post_|do_|complete_|finish_)?(?:log_?in|sign_?in|redeem|consume|authenticate)$", name
    ):
        return True
    return bool(_REDEEMS.search(name) and re.search(r"link|token|code|otp|login|sign_?in", name))


def _part(code: Code) -> Callable[[Block], Stretch]:
    return lambda block: Stretch(code, block.at, block.stop)


def _asks_password(project: Project, one: Stretch) -> bool:
    """Whether what answers a request holds a password against one that is kept, there or one import away."""
    return any(_ASKS_PASSWORD.search(call.name) for part in project.reach(one) for call in part.calls)


def _is_limited(project: Project, code: Code, some: Sequence[Stretch]) -> bool:
    """Whether anything in some parts of a file, before them or beside them counts tries."""
    parts = project.reach(*some)
    heads = (block for one in some for block in code.blocks if block.at <= one.start <= block.stop)
    marks = (mark.name for block in heads for mark in block.marks)
    uses = (
        name
        for call in code.calls
        if call.last in {"use", "post", "all", "register"}
        for value in call.args
        for name in value.names
    )
    names = (one.name for part in parts for one in chain(part.named, part.texts))
    return any(_LIMIT.search(name) for name in chain(marks, uses, names)) or any(
        value.text == "429" for part in parts for call in part.calls for value in call.values
    )
