"""The code behind what runs: the handlers of the linked repository, and whether they ask who calls."""

import posixpath
from collections.abc import Collection

from quarterdeck.model.check import unread
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.deployments import DeclaredFunction
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import Flag, NotCollected
from quarterdeck.model.repositories import Handler, Repository
from quarterdeck.parse.code_links import LOGICAL_TAG, STACK_TAG, declarations

ASKED_IN_CODE = "checked in code, seen in the repository"
"""What a pass says that rests on the code alone."""
OUR_SIGN_IN = "the sign-in of these reports, which refuses whatever comes past their distribution"
"""What a pass says of the one function that is ours; `quarterdeck infra check` compares its code."""
_SIGN_IN = "SignIn"
"""Its name in the template."""


def why_open(function: Function, facts: Facts) -> str:
    """Why a function may stand open to everyone: its code asks who calls, in words; empty where none is known to."""
    stack, tags = facts.evidence.declared.site_stack, dict(function.tags)
    if stack and (tags.get(STACK_TAG), tags.get(LOGICAL_TAG)) == (stack, _SIGN_IN):
        return OUR_SIGN_IN
    return ASKED_IN_CODE if is_guarded_in_code(function, facts) is True else ""


def is_guarded_in_code(function: Function | None, facts: Facts, routes: Collection[str] = ()) -> Flag | None:
    """Whether the code of a function asks who calls wherever it may change something.

    Args:
        function: What runs; None where nothing that is known does.
        facts: All that was seen.
        routes: What the route is called there; without it, or where none has that name, all of the function counts.

    Returns:
        None where no repository is known to have that code, or nothing in it was found that answers.
    """
    repo = function.code if function else None
    if function is None or not isinstance(repo, str):
        return None
    if not facts.evidence.has_read(Handler, function.entity) or all(
        one.name != repo for one in facts.of(Repository)
    ):
        return NotCollected("repos", repo, "the repository with its code was not read")
    mine = [one for one in facts.of(Handler) if one.repo == repo]
    behind = [one for one in mine if one.route in routes] or _handlers(function, mine, facts)
    asked = [one.is_guarded for one in behind if one.changes_data is not False] or [
        one.is_guarded for one in behind
    ]
    if not asked:
        return None
    return False if False in asked else unread(*asked) or True


def _handlers(function: Function, mine: list[Handler], facts: Facts) -> list[Handler]:
    """The handlers that a function calls, by what declares it, else by what it says itself."""
    names = {_dotted(one) for one in declarations(function, facts.of(DeclaredFunction))} - {""}
    if not names and isinstance(function.handler, str):
        names = {function.handler}
    return [one for one in mine if any(f"/{one.function}".endswith(f"/{name}") for name in names)]


def _dotted(one: DeclaredFunction) -> str:
    """The file of a declared handler and its function: `src/book.handler`."""
    if not isinstance(one.handler, str):
        return ""
    path = one.handler_path if isinstance(one.handler_path, str) else ""
    stem = posixpath.splitext(path)[0] if path else one.handler.rpartition(".")[0].replace(".", "/")
    return f"{stem}.{one.handler.rpartition('.')[2]}"
