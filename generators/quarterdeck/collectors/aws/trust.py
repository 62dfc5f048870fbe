"""Who may take on a role, beyond what any policy says: code hosts, functions, and strangers with an agreed word."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from quarterdeck.collectors.aws.conditions import Term, terms
from quarterdeck.collectors.aws.documents import statements, texts
from quarterdeck.collectors.aws.reach import reach
from quarterdeck.model.cloud.identity import CodeTrust

_HOSTS = (
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "api.bitbucket.org",
    "oidc.circleci.com",
    "agent.buildkite.com",
    "app.terraform.io",
    "vstoken.dev.azure.com",
)
"""Where code hosts and their builders issue sign-ins."""
_FROM_WORST: tuple[CodeTrust, ...] = ("no subject", "wide subject", "no audience", "fixed")


def code_trust(document: object) -> CodeTrust | None:
    """How narrowly a role says which repository may take it on: the worst of its statements.

    Returns:
        None where no code host may take it on.
    """
    found = {
        _of_host(host, terms(one.get("Condition", {})) or ())
        for one in _allowing(document)
        for name in _named(one, "Federated")
        for host in _HOSTS
        if f"/{host}" in f"/{name.partition('oidc-provider/')[2]}"
    }
    return next((one for one in _FROM_WORST if one in found), None)


def serves_functions(document: object) -> bool:
    """Whether functions may run with a role."""
    return any("lambda.amazonaws.com" in _named(one, "Service") for one in _allowing(document))


def is_guarded(document: object, *, account: str, known: Collection[str]) -> bool:
    """Whether every unknown account must bring an agreed word, or a second factor, to take a role on."""
    return all(
        _asks_for_more(terms(one.get("Condition", {})) or ())
        for one in _allowing(document)
        if reach({"Statement": one}, account=account, known=known).strangers
    )


def _allowing(document: object) -> Iterator[Mapping[str, Any]]:
    for one in statements(document) or ():
        if isinstance(one, Mapping) and one.get("Effect") == "Allow":
            yield one


def _named(statement: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    principal = statement.get("Principal")
    return (texts(principal.get(kind, [])) or ()) if isinstance(principal, Mapping) else ()


def _of_host(host: str, lines: Collection[Term]) -> CodeTrust:
    firm = [line for line in lines if line.values and not line.is_negated and not line.holds_without]
    subjects = [line for line in firm if host in line.key and line.key.endswith(":sub")]
    if not subjects:
        return "no subject"
    if all(any(_is_wide(line, value) for value in line.values) for line in subjects):
        return "wide subject"
    has_audience = any(host in line.key and line.key.endswith(":aud") for line in firm)
    return "fixed" if has_audience else "no audience"


def _is_wide(line: Term, value: str) -> bool:
    """Whether a subject leaves open which repository, or whose: `repo:owner/*`."""
    repository = ":".join(value.split(":")[:2])
    return line.operator.endswith("like") and ("*" in repository or "?" in repository)


def _asks_for_more(lines: Collection[Term]) -> bool:
    return any(
        (line.key == "sts:externalid" and not line.holds_without and not line.is_negated and any(line.values))
        or (line.key == "aws:multifactorauthpresent" and not line.holds_without and line.values == ("true",))
        for line in lines
    )
