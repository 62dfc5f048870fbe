"""Tells what code writes to, and whose data it hands out."""

import re
from collections.abc import Iterable, Iterator

from quarterdeck.collectors.repos.reading.guards import snake
from quarterdeck.collectors.repos.reading.tree import Call, Stretch

_WRITES: dict[str, tuple[str, ...]] = {
    "table": (
        *(
            "put_item",
            "update_item",
            "delete_item",
            "batch_write_item",
            "transact_write_items",
            "put_command",
        ),
        *(
            "update_command",
            "delete_command",
            "put_item_command",
            "update_item_command",
            "delete_item_command",
        ),
        *(
            "batch_write_command",
            "transact_write_command",
            "batch_write_item_command",
            "insert_one",
            "insert_many",
        ),
        *("update_one", "update_many", "delete_one", "delete_many", "replace_one", "find_one_and_update"),
        *("find_one_and_delete", "find_one_and_replace", "find_by_id_and_update", "find_by_id_and_delete"),
        *(
            "find_by_id_and_remove",
            "bulk_create",
            "bulk_update",
            "bulk_write",
            "get_or_create",
            "update_or_create",
        ),
        *("upsert", "create_many", "batch_writer", "execute_update", "bulk_save_objects", "find_or_create"),
    ),
    "bucket": (
        *(
            "put_object",
            "upload_file",
            "upload_fileobj",
            "delete_object",
            "delete_objects",
            "put_object_command",
        ),
        *("delete_object_command", "copy_object", "generate_presigned_post"),
    ),
    "mail": (
        *(
            "send_email",
            "send_raw_email",
            "send_templated_email",
            "send_email_command",
            "send_mail",
            "sendmail",
        ),
        *(
            "send_raw_email_command",
            "send_templated_email_command",
            "send_message_via_ses",
            "send_bulk_email",
        ),
    ),
    "queue": ("send_message", "send_message_batch", "publish_command", "send_message_command", "put_events"),
}
_BY_LAST = {name: what for what, names in _WRITES.items() for name in names}
_STORE = re.compile(
    r"(?i)(?:^|\.)(?:db|database|prisma|\w*tables?|\w*collections?|objects|\w*repo(?:sitory)?|\w*store|\w*dao|supabase|knex"
    r"|from|query|filter|filter_by|where|dynamo\w*|ddb|documentclient|docclient|redis|firestore|doc|\w*model|session)(?:\.|$)"
)
_MODEL = re.compile(r"(?:^|\.)[A-Z][a-z]+\w*$")
_CHANGING = frozenset(
    {"create", "delete", "update", "insert", "remove", "put", "add", "set", "destroy", "del", "save"}
)
_SAVED = re.compile(r"(?i)(?:form|image|img|fig|figure|wb|workbook|canvas|plt|pdf|ctx|doc)$")
_NO_MODEL = re.compile(
    r"(?:^|\.)(?:Object|Promise|Array|Map|Set|Math|Date|JSON|Response|Buffer|Error|URL|Headers)$"
)
_SQL = re.compile(
    r"(?i)^\s*(?:insert\s+(?:or\s+\w+\s+)?into|update\s+\S+\s+set|delete\s+from|replace\s+into|truncate)\b"
)
_PAID = re.compile(
    r"(?i)(?:^|\.)(?:(?P<refund>refunds?|payouts?|transfers?)|charges?|payment_?intents?|payments?|invoices?"
    r"|subscriptions?|checkout\.sessions?)\.(?:create|capture|cancel|update|del|delete|confirm|refund)\w*$"
)
_REFUND = re.compile(
    r"(?i)^(?:create|issue|process|do|make)?_?refund(?:_?(?:payment|order|booking|charge))?$"
)
_MAILER = re.compile(
    r"(?i)(?:^|\.)(?:mail|mailer|smtp|transporter?|sg_?mail|resend\.emails|postmark|mailgun|ses)\.send\w*$"
)
_SNS = re.compile(r"(?i)(?:^|\.)sns\w*\.publish$")


def changes_in(stretches: Iterable[Stretch]) -> set[str]:
    """What some parts of the code write to."""
    return {what for one in stretches for call in one.calls if (what := _changed(call))}


def _changed(call: Call) -> str:
    last = snake(call.last)
    on = call.name.rpartition(".")[0]
    if paid := _PAID.search(call.name):
        return "refund" if paid["refund"] else ""
    if _REFUND.search(call.last):
        return "refund"
    if on.lower().startswith(("stripe.", "square.", "paypal.")):
        return ""
    if _MAILER.search(call.name):
        return "mail"
    if _SNS.search(call.name):
        return "queue"
    if last in _BY_LAST:
        return _BY_LAST[last]
    if any(_SQL.search(text) for value in call.args[:2] for text in (value.literal or "", *value.texts[:1])):
        return "table"
    return "table" if _is_change(last, on, call) else ""


def _is_change(last: str, on: str, call: Call) -> bool:
    if not on or last not in _CHANGING or _NO_MODEL.search(on):
        return False
    if last == "save":
        return not _SAVED.search(on) and not any(value.literal for value in call.args)
    if _MODEL.search(on) and last in {"create", "destroy", "update", "delete", "insert"}:
        return True
    if on.rpartition(".")[2] in {"session", "flask_session"} and last in {
        "set",
        "update",
        "put",
        "save",
        "remove",
    }:
        return False
    if re.search(r"(?i)cookies?|headers?|cache|params|url|hash|local_?storage|storage$", on):
        return False
    return bool(_STORE.search(on)) and not (last in {"add", "set"} and _is_plain_set(on))


def _is_plain_set(on: str) -> bool:
    """Whether what something is added to may be an ordinary set: nothing but a database's own words count."""
    return (
        re.search(r"(?i)(?:^|\.)(?:db|database|firestore|doc|collection|session|redis|table)(?:\.|$)", on)
        is None
    )


_PEOPLE = re.compile(
    r"(?i)(?:^|[^a-z])(roster|waiver|guest|booking|reservation|passenger|tenant|lease|customer|invoice|manifest)s?(?![a-z])"
)
_NO_PEOPLE = re.compile(r"(?i)availab|slots?\b|prices?\b|calendar|public|count\b|status\b|health")
_READS = re.compile(
    r"(?:^|_)(?:get_item|get_item_command|get_command|query|query_command|scan|scan_command|find\w*|fetch_?one|fetch_?all"
    r"|first\w*|select|get_object|get_object_command|get_or_404|get_object_or_404|scalar\w*|one|one_or_none|execute|all"
    r"|retrieve|batch_get_item|single|maybe_single|get_by_id|get_by_\w+|load_\w+|read_\w+|lookup\w*)$"
)
_GUESSABLE = re.compile(
    r"(?i)(?:[{<:\[]|int:|str:|string:)\.{0,3}\w*(?:id|number|num|no|ref|code_id|pk|email)\w*[}>\]]?(?:/|$|:)"
)
_NOT_GUESSABLE = re.compile(r"(?i)uuid|guid|token|secret|hash|signature|slug|signed")
_ID_TEXT = re.compile(r"(?i)^(?:\w+[_-])?(?:id|email|number|ref|pk)$|^\w+Id$")
_ASKED = re.compile(
    r"(?i)(?:query_?string_?parameters|path_?parameters|\bquery|\bparams|\bargs|search_?params|\bget)"
)


def people_read(route: str, function: str, stretches: Iterable[Stretch]) -> str:
    """The word that says that a route hands out somebody's data by an id that can be counted; empty where none."""
    stretches = list(stretches)
    words = f"{route} {snake(function).replace('_', ' ')}"
    if _NO_PEOPLE.search(route):
        return ""
    tables = (text.name for one in stretches for text in one.texts if len(text.name) < 40)  # noqa: PLR2004 - a name
    named = _PEOPLE.search(words) or _PEOPLE.search(" ".join(tables))
    reads = any(_READS.search(snake(call.last)) for one in stretches for call in one.calls)
    if not named or not reads:
        return ""
    if _NOT_GUESSABLE.search(route):
        return ""
    if _GUESSABLE.search(route) or any(map(_asks_for_id, stretches)):
        return named[1].lower()
    return ""


def _asks_for_id(one: Stretch) -> bool:
    """Whether an id comes with the request: `event["pathParameters"]["id"]`, `request.args.get("id")`."""
    for named in one.named:
        on, _, last = named.name.rpartition(".")
        if _ID_TEXT.search(last) and _ASKED.search(on) and not _NOT_GUESSABLE.search(last):
            return True
    return any(
        call.last == "get" and _ID_TEXT.search(call.arg(0).literal or "") and _ASKED.search(call.name[:-4])
        for call in one.calls
    )


_BODY = re.compile(
    r"(?i)(?:^|\.)(?:req|request|event|ctx\.request|c\.req|ctx\.req|app\.current_request|current_request)"
    r"\.(?:raw_?)?(?:body|json|json_body|get_json|get_data|data|form|text|post|parse_?body|arraybuffer|stream|formdata|values)"
    r"(?:$|\.)"
)


def reads_body(stretches: Iterable[Stretch]) -> bool:
    """Whether what was sent with the request is read."""
    return any(
        _BODY.search(named.name) or (named.name.endswith(".body") and "event" in named.name.lower())
        for one in stretches
        for named in one.named
    ) or any(_gets_body(call) for one in stretches for call in one.calls)


def _gets_body(call: Call) -> bool:
    return call.name in {"event.get", "event.pop"} and call.arg(0).literal == "body"


def mentions(stretches: Iterable[Stretch], pattern: re.Pattern[str]) -> Iterator[str]:
    """The plain texts that a pattern finds in some parts of the code."""
    return (text.name for one in stretches for text in one.texts if pattern.search(text.name))
