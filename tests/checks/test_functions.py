"""Checks of functions, row by row."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.model.cloud.functions import EventSource, Function
from quarterdeck.model.cloud.identity import Role
from quarterdeck.model.cloud.watching import Alarm
from quarterdeck.model.declared import Declared, RuntimeEnd
from quarterdeck.model.repositories import Handler, Repository
from tests.audits import REFUSED, seen
from tests.checks.judged import judged
from tests.figures.builders import days_before

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

Rows = list[tuple[str, str, dict[str, Any], "tuple[Seen, ...]", str]]

ROLE = "arn:aws:iam::123456789012:role/runner"
SELLS = {"name": "checkout"}
WRITER = seen(Role, name="runner", arn=ROLE, writes=True)
READER = seen(Role, name="runner", arn=ROLE, writes=False)
STREAM = {"name": "f", "source_arn": "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/1"}
QUEUE = {"name": "f", "source_arn": "arn:aws:sqs:us-east-1:123456789012:q", "is_on": True, "fault": None}
HEARD = {"name": "a", "metric": "Errors", "is_heard": True}


def on_role(count: int, entity: str = "jada") -> tuple[Seen, ...]:
    return tuple(seen(Function, name=f"f{number}", role=ROLE, entity=entity) for number in range(count))


OF_ACCESS: Rows = [
    ("AWS-LAMBDA-01", "shut", {"is_url_open": False}, (), "pass"),
    ("AWS-LAMBDA-01", "open, changes nothing", {"is_url_open": True, "role": ROLE}, (READER,), "fail high"),
    ("AWS-LAMBDA-01", "open, by its code", {"is_url_open": True, "writes": False}, (), "fail high"),
    ("AWS-LAMBDA-01", "open, changes", {"is_url_open": True, "role": ROLE}, (WRITER,), "fail critical"),
    ("AWS-LAMBDA-01", "open, not known", {"is_url_open": True}, (), "fail critical"),
    ("AWS-LAMBDA-01", "refused", {"is_url_open": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-02", "shut", {"is_public": False}, (), "pass"),
    ("AWS-LAMBDA-02", "open", {"is_public": True}, (), "fail critical"),
    ("AWS-LAMBDA-02", "refused", {"is_public": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-03", "none", {"strangers": ()}, (), "pass"),
    ("AWS-LAMBDA-03", "one", {"strangers": ("account ending 4821",)}, (), "fail medium"),
    ("AWS-LAMBDA-03", "guests", {"name": "guests", "strangers": ("account ending 4821",)}, (), "fail high"),
    ("AWS-LAMBDA-03", "refused", {"strangers": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-04", "scoped", {"is_unscoped": False}, (), "pass"),
    ("AWS-LAMBDA-04", "not", {"is_unscoped": True}, (), "fail medium"),
    ("AWS-LAMBDA-04", "refused", {"is_unscoped": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-05", "no address", {"url": None, "url_cors": None}, (), "n/a"),
    ("AWS-LAMBDA-05", "nobody may use one", {"url": REFUSED, "url_cors": None}, (), "n/a"),
    ("AWS-LAMBDA-05", "own sites", {"url": "https://f.test/", "url_cors": None}, (), "pass"),
    ("AWS-LAMBDA-05", "signed in", {"url": "https://f.test/", "url_cors": "credentials"}, (), "fail medium"),
    ("AWS-LAMBDA-05", "changes", {"url": "https://f.test/", "url_cors": "writes"}, (), "fail low"),
    ("AWS-LAMBDA-05", "refused", {"url_cors": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-08", "none", {"secret_names": (), "secrets_are_grave": False}, (), "pass"),
    ("AWS-LAMBDA-08", "one", {"secret_names": ("HOOK",), "secrets_are_grave": False}, (), "fail high"),
    ("AWS-LAMBDA-08", "grave", {"secret_names": ("PAY",), "secrets_are_grave": True}, (), "fail critical"),
    ("AWS-LAMBDA-08", "refused", {"secret_names": REFUSED, "secrets_are_grave": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-09", "none", {"literal_names": ()}, (), "pass"),
    ("AWS-LAMBDA-09", "one", {"literal_names": ("JWT_SECRET",)}, (), "fail low"),
    ("AWS-LAMBDA-09", "refused", {"literal_names": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-17", "alone", {"role": ROLE}, (), "pass"),
    ("AWS-LAMBDA-17", "five", {"role": ROLE}, on_role(4), "pass"),
    ("AWS-LAMBDA-17", "six", {"role": ROLE}, on_role(5), "fail low"),
    ("AWS-LAMBDA-17", "of two businesses", {"role": ROLE}, on_role(1, "qos"), "fail medium"),
    ("AWS-LAMBDA-17", "of nobody", {"role": ROLE}, on_role(1, ""), "pass"),
    ("AWS-LAMBDA-17", "refused", {"role": REFUSED}, (), "unknown"),
    (
        "AWS-LAMBDA-18",
        "everything",
        {"role": ROLE},
        (seen(Role, name="runner", arn=ROLE, allows_all=True),),
        "fail high",
    ),
    (
        "AWS-LAMBDA-18",
        "all of a service",
        {"role": ROLE},
        (seen(Role, name="runner", arn=ROLE, allows_all=False, wide_services=("s3", "sqs")),),
        "fail medium",
    ),
    (
        "AWS-LAMBDA-18",
        "all of a small one",
        {"role": ROLE},
        (seen(Role, name="runner", arn=ROLE, allows_all=False, wide_services=("sqs",)),),
        "pass",
    ),
    ("AWS-LAMBDA-18", "not read", {"role": ROLE}, (seen(Role, name="runner", arn=ROLE),), "unknown"),
    ("AWS-LAMBDA-18", "no role", {"role": ROLE}, (), "unknown"),
    ("AWS-LAMBDA-18", "refused", {"role": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-19", "none", {"foreign_layers": ()}, (), "pass"),
    ("AWS-LAMBDA-19", "one", {"foreign_layers": ("odd of account ending 4821",)}, (), "fail medium"),
    ("AWS-LAMBDA-19", "refused", {"foreign_layers": REFUSED}, (), "unknown"),
]

OF_RUNNING: Rows = [
    ("AWS-LAMBDA-06", "image", {"runtime": None}, (), "n/a"),
    ("AWS-LAMBDA-06", "ended today", {"runtime": "old"}, (), "fail high"),
    ("AWS-LAMBDA-06", "ends tomorrow", {"runtime": "ending"}, (), "pass"),
    ("AWS-LAMBDA-06", "unheard of", {"runtime": "cobol1"}, (), "unknown"),
    ("AWS-LAMBDA-06", "of an old list", {"runtime": "unchecked"}, (), "unknown"),
    ("AWS-LAMBDA-06", "refused", {"runtime": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-07", "image", {"runtime": None}, (), "n/a"),
    ("AWS-LAMBDA-07", "ended today", {"runtime": "old"}, (), "n/a"),
    ("AWS-LAMBDA-07", "ends tomorrow", {"runtime": "ending"}, (), "fail medium"),
    ("AWS-LAMBDA-07", "in 90 days", {"runtime": "aging"}, (), "fail medium"),
    ("AWS-LAMBDA-07", "in 91 days", {"runtime": "young"}, (), "pass"),
    ("AWS-LAMBDA-07", "unheard of", {"runtime": "cobol1"}, (), "unknown"),
    ("AWS-LAMBDA-10", "no code", {"code": None}, (), "n/a"),
    ("AWS-LAMBDA-10", "not read", {}, (), "unknown"),
    ("AWS-LAMBDA-10", "fits", {"code": "r", "env_missing": (), "env_unused": ("A", "B")}, (), "pass"),
    ("AWS-LAMBDA-10", "lacks", {"code": "r", "env_missing": ("A",), "env_unused": ()}, (), "fail medium"),
    (
        "AWS-LAMBDA-10",
        "lacks, and sells",
        SELLS | {"code": "r", "env_missing": ("A",), "env_unused": ()},
        (),
        "fail high",
    ),
    (
        "AWS-LAMBDA-10",
        "unused",
        {"code": "r", "env_missing": (), "env_unused": ("A", "B", "C")},
        (),
        "fail low",
    ),
    ("AWS-LAMBDA-11", "49 calls", {"invocations_30d": 49, "errors_30d": 49}, (), "n/a"),
    ("AWS-LAMBDA-11", "few", {"invocations_30d": 1000, "errors_30d": 9}, (), "pass"),
    ("AWS-LAMBDA-11", "1 of 100", {"invocations_30d": 100, "errors_30d": 1}, (), "fail medium"),
    ("AWS-LAMBDA-11", "5 of 100", {"invocations_30d": 100, "errors_30d": 5}, (), "fail high"),
    ("AWS-LAMBDA-11", "refused", {"invocations_30d": 100, "errors_30d": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-11", "calls refused", {"invocations_30d": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-12", "none", {"throttles_30d": 0}, (), "pass"),
    ("AWS-LAMBDA-12", "few", {"throttles_30d": 1, "invocations_30d": 1000}, (), "pass"),
    ("AWS-LAMBDA-12", "1 of 100", {"throttles_30d": 1, "invocations_30d": 99}, (), "fail medium"),
    (
        "AWS-LAMBDA-12",
        "one, and sells",
        SELLS | {"throttles_30d": 1, "invocations_30d": 1000},
        (),
        "fail medium",
    ),
    ("AWS-LAMBDA-12", "calls refused", {"throttles_30d": 1, "invocations_30d": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-12", "refused", {"throttles_30d": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-13", "far", {"timeout_s": 10, "longest_ms": Decimal(8999)}, (), "pass"),
    ("AWS-LAMBDA-13", "near", {"timeout_s": 10, "longest_ms": Decimal(9000)}, (), "fail medium"),
    (
        "AWS-LAMBDA-13",
        "near, and sells",
        SELLS | {"timeout_s": 10, "longest_ms": Decimal(9000)},
        (),
        "fail high",
    ),
    ("AWS-LAMBDA-13", "never ran", {"timeout_s": 10, "longest_ms": None}, (), "pass"),
    (
        "AWS-LAMBDA-13",
        "behind an interface",
        {"timeout_s": 30, "longest_ms": None, "is_behind_api": True},
        (),
        "fail medium",
    ),
    ("AWS-LAMBDA-13", "by itself", {"timeout_s": 30, "longest_ms": None, "is_behind_api": False}, (), "pass"),
    (
        "AWS-LAMBDA-13",
        "policy refused",
        {"timeout_s": 30, "longest_ms": None, "is_behind_api": REFUSED},
        (),
        "unknown",
    ),
    ("AWS-LAMBDA-13", "not measured", {"timeout_s": 10, "longest_ms": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-13", "refused", {"timeout_s": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-14", "set", {"timeout_s": 3, "memory_mb": 512, "average_ms": Decimal(2000)}, (), "pass"),
    (
        "AWS-LAMBDA-14",
        "slow",
        {"timeout_s": 3, "memory_mb": 128, "average_ms": Decimal(1001)},
        (),
        "fail low",
    ),
    ("AWS-LAMBDA-14", "fast", {"timeout_s": 3, "memory_mb": 128, "average_ms": Decimal(1000)}, (), "pass"),
    ("AWS-LAMBDA-14", "never ran", {"timeout_s": 3, "memory_mb": 128, "average_ms": None}, (), "pass"),
    (
        "AWS-LAMBDA-14",
        "not measured",
        {"timeout_s": 3, "memory_mb": 128, "average_ms": REFUSED},
        (),
        "unknown",
    ),
    ("AWS-LAMBDA-14", "refused", {"timeout_s": REFUSED, "memory_mb": 128}, (), "unknown"),
    ("AWS-LAMBDA-15", "waits", {"is_async": False, "keeps_failed": None}, (), "n/a"),
    ("AWS-LAMBDA-15", "kept", {"is_async": True, "keeps_failed": True}, (), "pass"),
    ("AWS-LAMBDA-15", "lost", {"is_async": True, "keeps_failed": False}, (), "fail medium"),
    ("AWS-LAMBDA-15", "lost, and sells", SELLS | {"is_async": True, "keeps_failed": False}, (), "fail high"),
    (
        "AWS-LAMBDA-15",
        "stream lost",
        {"is_async": False, "keeps_failed": None},
        (seen(EventSource, **STREAM, keeps_failed=False),),
        "fail medium",
    ),
    (
        "AWS-LAMBDA-15",
        "stream kept",
        {"is_async": False, "keeps_failed": None},
        (seen(EventSource, **STREAM, keeps_failed=True),),
        "pass",
    ),
    (
        "AWS-LAMBDA-15",
        "a queue keeps",
        {"is_async": False, "keeps_failed": None},
        (seen(EventSource, **QUEUE, keeps_failed=False),),
        "n/a",
    ),
    ("AWS-LAMBDA-15", "refused", {"is_async": True, "keeps_failed": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-15", "policy refused", {"is_async": REFUSED, "keeps_failed": None}, (), "unknown"),
    ("AWS-LAMBDA-16", "sells nothing", {}, (), "n/a"),
    ("AWS-LAMBDA-16", "nobody", SELLS, (), "fail high"),
    ("AWS-LAMBDA-16", "its own", SELLS, (seen(Alarm, **HEARD, watches=("checkout",)),), "pass"),
    ("AWS-LAMBDA-16", "of all", SELLS, (seen(Alarm, **HEARD, watches=()),), "pass"),
    ("AWS-LAMBDA-16", "of another", SELLS, (seen(Alarm, **HEARD, watches=("x",)),), "fail high"),
    (
        "AWS-LAMBDA-16",
        "unheard",
        SELLS,
        (seen(Alarm, **(HEARD | {"is_heard": False}), watches=("checkout",)),),
        "fail high",
    ),
    (
        "AWS-LAMBDA-16",
        "of time",
        SELLS,
        (seen(Alarm, **(HEARD | {"metric": "Duration"}), watches=("checkout",)),),
        "fail high",
    ),
    ("AWS-LAMBDA-16", "not read", SELLS, (seen(Alarm, name="a", metric="Errors"),), "unknown"),
    ("AWS-LAMBDA-20", "runs", {"is_stopped": False}, (), "pass"),
    ("AWS-LAMBDA-20", "stopped", {"is_stopped": True}, (), "fail medium"),
    ("AWS-LAMBDA-20", "stopped, and sells", SELLS | {"is_stopped": True}, (), "fail high"),
    ("AWS-LAMBDA-20", "reads", {"is_stopped": False}, (seen(EventSource, **QUEUE),), "pass"),
    (
        "AWS-LAMBDA-20",
        "source off",
        {"is_stopped": False},
        (seen(EventSource, **(QUEUE | {"is_on": False})),),
        "fail medium",
    ),
    (
        "AWS-LAMBDA-20",
        "source fails",
        {"is_stopped": False},
        (seen(EventSource, **(QUEUE | {"fault": "PROBLEM: no right"})),),
        "fail medium",
    ),
    (
        "AWS-LAMBDA-20",
        "source of another",
        {"is_stopped": False},
        (seen(EventSource, **(QUEUE | {"name": "x", "is_on": False})),),
        "pass",
    ),
    (
        "AWS-LAMBDA-20",
        "state not told",
        {"is_stopped": False},
        (seen(EventSource, **(QUEUE | {"is_on": REFUSED})),),
        "unknown",
    ),
    ("AWS-LAMBDA-20", "refused", {"is_stopped": REFUSED}, (), "unknown"),
    ("AWS-LAMBDA-21", "not called", {"invocations_30d": 0, "code": None}, (), "n/a"),
    (
        "AWS-LAMBDA-21",
        "of a stack",
        {"invocations_30d": 7, "tags": (("aws:cloudformation:stack-name", "prod"),)},
        (),
        "pass",
    ),
    ("AWS-LAMBDA-21", "in a repository", {"invocations_30d": 7, "code": "jada-site"}, (), "pass"),
    ("AWS-LAMBDA-21", "nobody knows", {"invocations_30d": 7, "code": None}, (), "fail low"),
    ("AWS-LAMBDA-21", "and sells", SELLS | {"invocations_30d": 7, "code": None}, (), "fail medium"),
    ("AWS-LAMBDA-21", "no repository was read", {"invocations_30d": 7}, (), "unknown"),
    ("AWS-LAMBDA-21", "refused", {"invocations_30d": REFUSED, "code": None}, (), "unknown"),
]

ENDS = Declared(
    runtime_ends={
        name: RuntimeEnd(days_before(-days), days_before(checked), "the provider")
        for name, days, checked in (
            ("old", 0, 30),
            ("ending", 1, 30),
            ("aging", 90, 30),
            ("young", 91, 30),
            ("unchecked", 0, 366),
        )
    }
)


@pytest.mark.parametrize(("code", "case", "fields", "others", "expected"), [*OF_ACCESS, *OF_RUNNING])
def test_a_function(
    code: str, case: str, fields: dict[str, Any], others: tuple[Seen, ...], expected: str
) -> None:
    function = seen(Function, **({"name": "f"} | fields))
    assert judged(code, function, *others, declared=ENDS) == expected, case


def test_an_address_may_be_meant_to_be_public() -> None:
    function = seen(Function, name="f", is_url_open=True, url="https://f.test/")
    meant = Declared(public_routes=frozenset({"https://f.test/"}))
    assert judged("AWS-LAMBDA-01", function, declared=meant) == "pass"


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("AWS-LAMBDA-15", {"is_async": False, "keeps_failed": None}),
        ("AWS-LAMBDA-16", SELLS),
        ("AWS-LAMBDA-20", {"is_stopped": False}),
    ],
)
def test_what_was_not_listed_to_the_end_is_not_known(code: str, fields: dict[str, Any]) -> None:
    assert judged(code, seen(Function, **({"name": "f"} | fields)), snapshots=()) == "unknown"


SITE = (("aws:cloudformation:logical-id", "SignIn"), ("aws:cloudformation:stack-name", "harbor"))


@pytest.mark.parametrize(("code", "door"), [("AWS-LAMBDA-01", "is_url_open"), ("AWS-LAMBDA-02", "is_public")])
@pytest.mark.parametrize(
    ("case", "stack", "tags", "expected"),
    [
        ("ours", "harbor", SITE, "pass"),
        ("of another stack", "other", SITE, "fail critical"),
        ("the settings name no stack", "", SITE, "fail critical"),
        ("another function of the stack", "harbor", (("Name", "SignIn"), SITE[1]), "fail critical"),
        ("by its name alone", "harbor", (), "fail critical"),
        ("neither has a stack", "", (), "fail critical"),
    ],
)
def test_the_sign_in_of_these_reports_asks_who_calls(
    code: str, door: str, case: str, stack: str, tags: tuple[tuple[str, str], ...], expected: str
) -> None:
    one = seen(Function, name="harbor-sign-in", url="https://u", writes=True, tags=tags, **{door: True})
    assert judged(code, one, declared=Declared(site_stack=stack)) == expected, case


@pytest.mark.parametrize(("code", "door"), [("AWS-LAMBDA-01", "is_url_open"), ("AWS-LAMBDA-02", "is_public")])
@pytest.mark.parametrize(
    ("is_guarded", "expected"), [(True, "pass"), (False, "fail critical"), (REFUSED, "fail critical")]
)
def test_an_open_function_may_ask_in_its_code(
    code: str, door: str, is_guarded: object, expected: str
) -> None:
    one = seen(
        Function,
        name="f",
        code="site",
        handler="api.handler",
        **{door: True, "writes": True, "url": "https://u"},
    )
    known = {"repo": "site", "path": "api.py", "route": "handler", "function": "api.handler"}
    handler = seen(Handler, **known, changes_data=True, is_guarded=is_guarded)
    assert judged(code, one, handler, seen(Repository, name="site")) == expected
    assert judged(code, one, handler) == "fail critical", "its repository was not read"
