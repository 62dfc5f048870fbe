"""Checks of who may call Lambda functions, and of what those hold and may do."""

from quarterdeck.checks.behind import why_open
from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import why_personal
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.identity import Role
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import Flag, NotCollected
from quarterdeck.model.severity import Severity

_HELD = frozenset({"iam", "s3", "dynamodb", "ses", "secretsmanager", "ssm", "kms", "lambda"})
"""Services that hold data, mail, secrets, code or rights."""
_MANY = 5


def role_of(function: Function, facts: Facts) -> Role | NotCollected:
    """The role that a function runs as; a gap where nobody read it."""
    if isinstance(function.role, NotCollected):
        return function.role
    found = next((one for one in facts.of(Role) if one.arn == function.role), None)
    return found or NotCollected("aws-iam", function.arn, "not known what its role may do")


def writes(function: Function, facts: Facts) -> Flag:
    """Whether its role or code may change tables, buckets, queues or mail."""
    if isinstance(function.writes, bool):
        return function.writes
    role = role_of(function, facts)
    return role if isinstance(role, NotCollected) else role.writes


@check(
    "AWS-LAMBDA-01",
    of=Function,
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    mend="S",
    feeds=("R-CTO-11",),
    over=("AWS-LAMBDA-05",),
    reads=(
        "Function.is_url_open",
        "Function.url",
        "Function.writes",
        "Role.writes",
        "Function.code",
        "Function.tags",
        "Handler.is_guarded",
    ),
)
def function_public_url(function: Function, facts: Facts) -> Verdict:
    """Functions that anyone may call at an address, without signing in.

    What it checks: addresses that ask for no sign-in, and policies that let everyone use them.
    Why it matters: strangers can run your code, with its rights and at your cost.
    How to mend: require a signature or a token, or list the address under public_routes with its reason.
    Known limits: a check inside the code is seen only where its repository is read; what a function may change is
    taken from its role, and taken as everything where nobody knows.
    Source: AWS Lambda Developer Guide, control access to function URLs.
    """
    if isinstance(function.is_url_open, NotCollected):
        return Unknown(function.is_url_open)
    if not function.is_url_open:
        return Pass(function.url_note)
    if function.url in facts.evidence.declared.public_routes:
        return Pass("meant to be public, by portfolio.yml")
    if why := why_open(function, facts):
        return Pass(why)
    changes = writes(function, facts)
    who = f"Anyone{f' {function.url_note}' if function.url_note else ''}"
    words = f"{who} may call function {function.name} at its address"
    if changes is False:
        return Fail(f"{words}; it changes nothing.")
    if changes is True:
        return Fail(f"{words}, and it may change data.", Severity.CRITICAL)
    return Fail(f"{words}; not known whether it changes data, which is taken as yes.", Severity.CRITICAL)


@check(
    "AWS-LAMBDA-02",
    of=Function,
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    mend="S",
    feeds=("R-CTO-11",),
    over=("AWS-LAMBDA-01", "AWS-LAMBDA-05"),
    reads=("Function.is_public", "Function.reach", "Function.code", "Function.tags", "Handler.is_guarded"),
)
def function_public_policy(function: Function, facts: Facts) -> Verdict:
    """Functions whose policy lets anyone invoke them.

    What it checks: the policy of the function and of each alias, for everyone without a condition that narrows.
    Why it matters: anyone with an account of the provider can run your code, with its rights and at your cost.
    How to mend: take everyone out of the function's policy; name the service and the account that may call.
    Known limits: policies of an organisation may narrow it, and are not read.
    Source: AWS Lambda Developer Guide, resource-based policies.
    """
    if isinstance(function.is_public, NotCollected):
        return Unknown(function.is_public)
    if not function.is_public:
        return Pass()
    if why := why_open(function, facts):
        return Pass(why)
    return Fail(f"The policy of function {function.name} lets anyone call it.")


@check(
    "AWS-LAMBDA-03",
    of=Function,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Function.strangers",),
)
def function_foreign_account(function: Function, facts: Facts) -> Verdict:
    """Functions that an account nobody named may call.

    What it checks: policies of the function and its aliases against the known accounts of the settings.
    Why it matters: a former contractor's account keeps its access for ever.
    How to mend: take the account out of the function's policy, or name it under known_accounts with its reason.
    Known limits: what that account does is not seen.
    Source: AWS Lambda Developer Guide, granting access to other accounts.
    """
    if isinstance(function.strangers, NotCollected):
        return Unknown(function.strangers)
    if not function.strangers:
        return Pass()
    return Fail(
        f"Function {function.name} may be called by strangers: {', '.join(function.strangers)}.",
        Severity.HIGH if why_personal(function, facts) else None,
    )


@check(
    "AWS-LAMBDA-04",
    of=Function,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Function.is_unscoped",),
)
def function_trigger_unscoped(function: Function, facts: Facts) -> Verdict:
    """Functions that a service of the provider may call for any of its customers.

    What it checks: statements for services that fix neither a resource nor an account.
    Why it matters: another customer can have the service call your function with what they like.
    How to mend: add a condition on aws:SourceArn or aws:SourceAccount to the statement.
    Known limits: some services check by themselves for whom they act.
    Source: AWS Lambda Developer Guide, granting access to services.
    """
    if isinstance(function.is_unscoped, NotCollected):
        return Unknown(function.is_unscoped)
    if not function.is_unscoped:
        return Pass()
    return Fail(f"A service of the provider may call function {function.name} for any customer of it.")


@check(
    "AWS-LAMBDA-05",
    of=Function,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    reads=("Function.url_cors", "Function.url"),
)
def function_url_cors_open(function: Function, facts: Facts) -> Verdict:
    """Addresses of functions that pages of any site may use.

    What it checks: cross-origin rules of the address: any origin with credentials, or with more than reading.
    Why it matters: a page of a stranger can act with the rights of whoever looks at it.
    How to mend: name your own sites as origins of the address.
    Known limits: what the function itself answers about origins is not seen.
    Source: AWS Lambda Developer Guide, cross-origin resource sharing.
    """
    if isinstance(function.url_cors, NotCollected):
        return Unknown(function.url_cors)
    if not isinstance(function.url, str):
        return NotApplicable("it has no address that anybody may use")
    if function.url_cors is None:
        return Pass()
    if function.url_cors == "credentials":
        return Fail(f"Pages of any site may use {function.name} as whoever is signed in.")
    return Fail(f"Pages of any site may change things through {function.name}.", Severity.LOW)


@check(
    "AWS-LAMBDA-08",
    of=Function,
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    mend="S",
    feeds=("R-CTO-01", "R-CTO-02", "R-CTO-03"),
    over=("AWS-LAMBDA-09",),
    reads=("Function.secret_names", "Function.secrets_are_grave"),
)
def function_secret_in_environment(function: Function, facts: Facts) -> Verdict:
    """Functions with a secret among their variables.

    What it checks: the value of every variable against the detectors of secrets; only its name is kept.
    Why it matters: everyone who may look at the function can read it, and so can each copy of its settings.
    How to mend: revoke the secret, keep the new one in a store, and give the function its name alone.
    Known limits: whether a secret still works is never tried; what no detector knows is not found.
    Source: AWS Lambda Developer Guide, securing environment variables.
    """
    if isinstance(function.secret_names, NotCollected):
        return Unknown(function.secret_names)
    if not function.secret_names:
        return Pass()
    names = ", ".join(function.secret_names)
    grave = function.secrets_are_grave is True
    opens = ", which opens payments, the cloud or mail" if grave else ""
    return Fail(
        f"Function {function.name} holds a secret among its variables ({names}){opens}.",
        Severity.CRITICAL if grave else None,
    )


@check(
    "AWS-LAMBDA-09",
    of=Function,
    severity=Severity.LOW,
    roles=("cto",),
    mend="S",
    reads=("Function.literal_names",),
)
def function_secret_not_in_store(function: Function, facts: Facts) -> Verdict:
    """Functions whose variables hold what is called a secret, instead of where it is kept.

    What it checks: variables named like a secret, and whether their value points to a store.
    Why it matters: what is read from a store can be changed in one place, and its readers are logged.
    How to mend: keep it in a store, and give the function its name.
    Known limits: told by names; a value that only looks like a literal counts.
    Source: AWS Lambda Developer Guide, securing environment variables.
    """
    if isinstance(function.literal_names, NotCollected):
        return Unknown(function.literal_names)
    if not function.literal_names:
        return Pass()
    names = ", ".join(function.literal_names)
    return Fail(f"Function {function.name} has {names} among its variables, and not in a store.")


@check(
    "AWS-LAMBDA-17",
    of=Function,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="M",
    feeds=("R-CTO-28",),
    reads=("Function.role",),
)
def function_role_shared(function: Function, facts: Facts) -> Verdict:
    """Functions that share one role over businesses, or with many others.

    What it checks: which functions run as the same role: of two or more businesses, or more than five.
    Why it matters: whoever breaks one of them has the rights of all.
    How to mend: make a role for each function, with what it needs alone.
    Known limits: functions of nobody are not counted as a business.
    Source: AWS Lambda Developer Guide, execution role.
    """
    if isinstance(function.role, NotCollected):
        return Unknown(function.role)
    others = [one for one in facts.of(Function) if one.role == function.role]
    entities = {one.entity for one in others if one.entity}
    name = function.role.rpartition("/")[2]
    if len(entities) > 1:
        return Fail(
            f"Function {function.name} shares role {name} with functions of {len(entities)} businesses."
        )
    if len(others) > _MANY:
        return Fail(
            f"Function {function.name} shares role {name} with {len(others) - 1} others.", Severity.LOW
        )
    return Pass()


@check(
    "AWS-LAMBDA-18",
    of=Function,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="M",
    over=("AWS-LAMBDA-17",),
    reads=("Function.role", "Role.allows_all", "Role.wide_services"),
)
def function_role_too_wide(function: Function, facts: Facts) -> Verdict:
    """Functions that may do everything, or everything of a service.

    What it checks: what the role allows on all resources, its boundary counted.
    Why it matters: one mistake in the code opens all data, mail or rights of the account.
    How to mend: allow the actions and resources that the function uses, and nothing else.
    Known limits: policies of an organisation may narrow it, and are not read.
    Source: AWS Identity and Access Management User Guide, least privilege.
    """
    role = role_of(function, facts)
    if isinstance(role, NotCollected):
        return Unknown(role)
    if role.allows_all is True:
        return Fail(
            f"Function {function.name} may do everything in its account ({role.name}).", Severity.HIGH
        )
    if isinstance(role.wide_services, tuple) and (wide := sorted(_HELD.intersection(role.wide_services))):
        return Fail(f"Function {function.name} may do everything of {', '.join(wide)} ({role.name}).")
    gap = unread(role.allows_all, role.wide_services)
    return Unknown(gap) if gap else Pass()


@check(
    "AWS-LAMBDA-19",
    of=Function,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Function.foreign_layers",),
)
def function_foreign_layer(function: Function, facts: Facts) -> Verdict:
    """Functions that run code of an account nobody knows.

    What it checks: the accounts of layers: own, named under known_accounts, or known publishers.
    Why it matters: a layer runs with all rights of the function, and sees all that it sees.
    How to mend: publish the layer from your own account, or name its account under known_accounts.
    Known limits: what is in a layer is not looked at.
    Source: AWS Lambda Developer Guide, layers.
    """
    if isinstance(function.foreign_layers, NotCollected):
        return Unknown(function.foreign_layers)
    if not function.foreign_layers:
        return Pass()
    return Fail(f"Function {function.name} runs code of strangers: {', '.join(function.foreign_layers)}.")
