"""Functions of the accounts joined with the repositories that declare them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.deployments import DeclaredFunction, VariablesRead
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.observed import NotCollected
from quarterdeck.parse.code_links import with_code
from tests.audits import REFUSED, a_snapshot, seen

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

TAGS = (("aws:cloudformation:stack-name", "jada"), ("aws:cloudformation:logical-id", "Book"))


def _declared(repo: str = "jada-site", name: str = "jada-book", **fields: Any) -> DeclaredFunction:  # noqa: ANN401
    return seen(DeclaredFunction, repo=repo, name=name, pattern="DEP-01", path="t.yml", **fields)


def _joined(*others: Seen, snapshots: bool = True, **fields: Any) -> Function:  # noqa: ANN401 - fields of a function
    function = seen(Function, **({"name": "jada-book"} | fields))
    evidence = with_code(Evidence((function, *others), (), (a_snapshot(),) if snapshots else ()))
    return evidence.of(Function)[0]


@pytest.mark.parametrize(
    ("declared", "fields", "repo"),
    [
        ((_declared(),), {}, "jada-site"),
        ((_declared(name="jada-${x}"),), {}, "jada-site"),
        ((_declared("one"), _declared("two", "jada-${x}")), {}, "one"),
        ((_declared("one"), _declared("two", "x", stack="jada", logical_id="Book")), {"tags": TAGS}, "two"),
        ((_declared("one"), _declared("two", entity="qos")), {}, "one"),
        ((_declared("two", entity="qos"),), {}, "two"),
        ((_declared("two", "jada-${x}", entity="qos"),), {}, None),
        ((_declared("two", "jada-${x}", entity="qos"),), {"entity": ""}, "two"),
        ((_declared(name="other"),), {}, None),
    ],
)
def test_the_repository_of_a_function(
    declared: tuple[Seen, ...], fields: dict[str, Any], repo: str | None
) -> None:
    assert _joined(*declared, **fields).code == repo


def test_two_repositories_that_may_hold_it_are_both_named() -> None:
    found = _joined(_declared("one", "jada-${x}"), _declared("two", "jada-b${x}")).code
    assert isinstance(found, NotCollected)
    assert found.reason == "one and two may each hold its code"


def test_where_not_every_repository_was_read_none_is_not_known() -> None:
    assert isinstance(_joined(_declared(name="other"), snapshots=False).code, NotCollected)


def test_what_is_known_already_stays() -> None:
    assert _joined(_declared(), code="mine").code == "mine"


def test_without_a_repository_nothing_changes() -> None:
    evidence = Evidence((seen(Function, name="f"),), (), (a_snapshot(),))
    assert with_code(evidence) is evidence


READ = seen(VariablesRead, repo="jada-site", names=("TABLE",))


@pytest.mark.parametrize(
    ("needs", "read", "has", "missing", "unused"),
    [
        (("TABLE",), READ, ("TABLE", "OLD", "AWS_X", "LOG_LEVEL"), (), ("OLD",)),
        (("TABLE", "KEY"), READ, (), ("KEY", "TABLE"), ()),
        (REFUSED, READ, ("A",), None, ("A",)),
        ((), msgspec.structs.replace(READ, names=REFUSED), ("A",), (), None),
        (("A",), READ, REFUSED, None, None),
    ],
)
def test_what_variables_and_code_do_not_share(
    needs: Any,  # noqa: ANN401 - names, or that they are not known
    read: Seen,
    has: Any,  # noqa: ANN401 - likewise
    missing: tuple[str, ...] | None,
    unused: tuple[str, ...] | None,
) -> None:
    found = _joined(_declared(needs=needs), read, env_names=has)
    told = [None if isinstance(one, NotCollected) else one for one in (found.env_missing, found.env_unused)]
    assert told == [missing, unused]


@pytest.mark.parametrize(
    ("handler", "files", "missing"),
    [
        ("app.handler", (("app.py", ("KEY", "TABLE")), ("other.py", ("X",))), ("KEY",)),
        ("src/app.handler", (("fn/src/app.ts", ("KEY",)),), ("KEY",)),
        ("app.handler", (("a/app.py", ("KEY",)), ("b/app.py", ("KEY",))), None),
        ("app.handler", (("snapp.py", ("KEY",)),), None),
        (None, (("app.py", ("KEY",)),), None),
    ],
)
def test_a_script_that_names_no_handler_is_helped_by_the_live_one(
    handler: str | None,
    files: tuple[tuple[str, tuple[str, ...]], ...],
    missing: tuple[str, ...] | None,
) -> None:
    read = msgspec.structs.replace(READ, needs=files)
    found = _joined(_declared(), read, env_names=("TABLE",), handler=handler).env_missing
    assert (None if isinstance(found, NotCollected) else found) == missing
