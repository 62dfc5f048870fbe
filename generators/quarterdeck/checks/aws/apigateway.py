"""Checks of interfaces of API Gateway: who may call them, how they are guarded, and what they call."""

import re
from collections.abc import Iterable

from quarterdeck.checks.behind import ASKED_IN_CODE, is_guarded_in_code
from quarterdeck.checks.failing import share_of_errors
from quarterdeck.checks.reached import undecided
from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import is_on_path
from quarterdeck.checks.targets import is_bucket_there, is_there
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.apis import Api, ApiDomain, ApiRoute, ApiStage
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.hosts import read_host
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import Flag, NotCollected, Resource
from quarterdeck.model.severity import Severity

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE", "ANY"})
_GRAVE = frozenset({"PUT", "PATCH", "DELETE"})
_ADMIN = re.compile(r"admin|refund|export|roster|user|delete")
_FORM = re.compile(r"contact|subscribe|booking|quote")
_WEBHOOK = re.compile(r"webhook")
_PERSONAL = re.compile(r"roster|waiver|guest|booking|customer|tenant|user|order|invoice")
_SIGN_IN = re.compile(r"log-?_?in|sign-?_?in|auth|token|password|magic")
_SIGNED = frozenset({"JWT", "CUSTOM", "COGNITO_USER_POOLS"})
_OLD_TLS = "TLS_1_0"
_NEW_TLS = re.compile(r"TLS_1_[23]|SecurityPolicy_.+")


def _call(route: ApiRoute) -> str:
    return f"{route.method} {route.route}"


def _is_declared(route: ApiRoute, facts: Facts) -> bool:
    return not {_call(route), route.route}.isdisjoint(facts.evidence.declared.public_routes)


def _judged(route: ApiRoute, facts: Facts, failed: Fail) -> Verdict:
    """What is said of an open route: it is meant to be, its code asks, its code was not read, or it is as bad."""
    if _is_declared(route, facts):
        return Pass("meant to be public, by portfolio.yml")
    function = next((one for one in facts.of(Function) if one.arn and one.arn == route.target), None)
    guarded = is_guarded_in_code(function, facts, (_call(route), route.route))
    if guarded is True:
        return Pass(ASKED_IN_CODE)
    if isinstance(guarded, NotCollected):
        return Unknown(guarded)
    key = " A key must be sent, which is no sign-in." if route.needs_key is True else ""
    unsure = " Not known whether its code asks who calls." if guarded is None else ""
    return Fail(f"{failed.message}{key}{unsure}", failed.severity)


@check(
    "AWS-APIGW-01",
    of=ApiRoute,
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    mend="M",
    feeds=("R-CTO-11",),
    over=("AWS-APIGW-02",),
    reads=(
        "ApiRoute.auth",
        "ApiRoute.method",
        "ApiRoute.needs_key",
        "ApiRoute.target",
        "Function.code",
        "Handler.is_guarded",
    ),
)
def route_open_write(route: ApiRoute, facts: Facts) -> Verdict:
    """Routes that change data, and that anyone may call.

    What it checks: routes of changing methods, ANY and $default among them, that ask for no sign-in, of interfaces
    whose policy lets everyone in; critical where people, money or deleting are named, medium for a form.
    Why it matters: strangers can write, delete or refund in your name.
    How to mend: require a token, a signature or a sign-in, or list it under public_routes with its reason.
    Known limits: the policy of an interface is judged as a whole; a check in the code is only seen where its
    repository is read. Webhooks are judged by whether their code checks the signature.
    Source: Amazon API Gateway Developer Guide, controlling and managing access.
    """
    if route.method not in _CHANGING:
        return NotApplicable("it only reads")
    if isinstance(route.auth, NotCollected):
        return Unknown(route.auth)
    if route.auth is not None:
        return Pass(route.auth)
    words = route.route.casefold()
    if _WEBHOOK.search(words):
        return NotApplicable("a webhook proves who calls by its signature")
    severity = None
    if route.method in _GRAVE or _ADMIN.search(words):
        severity = Severity.CRITICAL
    elif _FORM.search(words):
        severity = Severity.MEDIUM
    said = f"Anyone may call {_call(route)} of {route.name}, which may change data."
    return _judged(route, facts, Fail(said, severity))


@check(
    "AWS-APIGW-02",
    of=ApiRoute,
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    mend="M",
    feeds=("R-CTO-11",),
    reads=("ApiRoute.auth", "ApiRoute.method", "ApiRoute.target", "Function.code", "Handler.is_guarded"),
)
def route_open_personal_read(route: ApiRoute, facts: Facts) -> Verdict:
    """Routes that are named after people or their papers, and that anyone may read.

    What it checks: routes of GET without a sign-in whose path names guests, bookings, orders, tenants and the like.
    Why it matters: numbers in an address can be counted through, and every guest's papers read.
    How to mend: require a token, a signature or a sign-in, or list it under public_routes with its reason.
    Known limits: told by names; what it answers is never looked at.
    Source: Amazon API Gateway Developer Guide, controlling and managing access.
    """
    named = _PERSONAL.search(route.route.casefold())
    if route.method != "GET" or not named:
        return NotApplicable("it does not read what is named after people")
    if isinstance(route.auth, NotCollected):
        return Unknown(route.auth)
    if route.auth is not None:
        return Pass(route.auth)
    said = (
        f"Anyone may call {_call(route)} of {route.name}, which is taken to tell of people: "
        f"its path contains “{named[0]}”."
    )
    return _judged(route, facts, Fail(said))


@check(
    "AWS-APIGW-03",
    of=Api,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Api.is_private", "Api.reach"),
)
def private_api_open(api: Api, facts: Facts) -> Verdict:
    """Private interfaces whose policy lets every network of the provider in.

    What it checks: the policy of interfaces that only networks get to, for everyone without a fixed network.
    Why it matters: private then means any network of any customer of the provider.
    How to mend: allow calls in the policy only where aws:SourceVpc or aws:SourceVpce is your own.
    Known limits: what the endpoint's own policy narrows is not read.
    Source: Amazon API Gateway Developer Guide, private REST APIs.
    """
    if api.sort != "rest" or api.is_private is False:
        return NotApplicable("it is not private")
    if isinstance(api.is_private, NotCollected):
        return Unknown(api.is_private)
    if api.reach is None:
        return Pass("without a policy nobody may call it")
    if gap := undecided(api, api.reach):
        return Unknown(gap)
    if not isinstance(api.reach, NotCollected) and api.reach.is_open:
        return Fail(f"Interface {api.name} is private, and its policy lets every network in.")
    return Pass()


@check(
    "AWS-APIGW-04",
    of=Api,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("Api.answers_at_host", "ApiDomain.name"),
)
def api_second_door(api: Api, facts: Facts) -> Verdict:
    """Interfaces with a domain of their own that answer at the provider's address, too.

    What it checks: domains for interfaces of the same region, and whether the provider's address is on.
    Why it matters: what guards the domain is walked around at the other address.
    How to mend: switch the execute-api address off, once nothing uses it.
    Known limits: which interface a domain leads to is not asked; with fewer domains than interfaces it is not known.
    Source: Amazon API Gateway Developer Guide, disabling the default endpoint.
    """
    if api.answers_at_host is False:
        return Pass()
    if not facts.evidence.has_read(ApiDomain, api.entity):
        return Unknown(NotCollected("aws-apigateway", api.arn, "not known whether it has a domain"))
    domains = [one for one in facts.of(ApiDomain, api.entity) if one.region == api.region]
    if not domains:
        return NotApplicable("it has no domain of its own")
    if isinstance(api.answers_at_host, NotCollected):
        return Unknown(api.answers_at_host)
    if len(domains) < sum(one.region == api.region for one in facts.of(Api, api.entity)):
        return Unknown(
            NotCollected("aws-apigateway", api.arn, "not known which interface the domain leads to")
        )
    return Fail(f"Interface {api.name} answers at the provider's address beside {domains[0].name}.")


def _unseen(routes: Iterable[ApiRoute], resource: Resource, facts: Facts) -> NotCollected | None:
    """Why it is not known who may call some routes of an interface; None where it is."""
    if facts.evidence.has_read(ApiRoute, resource.entity):
        return unread(*(one.auth for one in routes))
    return NotCollected("aws-apigateway", resource.arn, "not all of its routes were read")


@check(
    "AWS-APIGW-05",
    of=ApiStage,
    severity=Severity.MEDIUM,
    roles=("cto", "cfo"),
    mend="S",
    reads=(
        "ApiStage.is_limited",
        "ApiStage.has_plan",
        "ApiStage.has_waf",
        "ApiRoute.auth",
        "ApiRoute.route",
        "Distribution.waf",
        "Distribution.origins",
    ),
)
def stage_unlimited(stage: ApiStage, facts: Facts) -> Verdict:
    """Stages that take as many calls as anyone likes to make, where anyone may call or sign in.

    What it checks: limits of the stage and its routes, usage plans, and a firewall on it or on a distribution in
    front; of interfaces with an open route or one to sign in.
    Why it matters: passwords can be tried all night, and each call costs money.
    How to mend: set a rate and a burst on the stage, a little above what a busy day needs.
    Known limits: a limit as high as the account's own counts as none.
    Source: Amazon API Gateway Developer Guide, throttling.
    """
    limits = (stage.is_limited, stage.has_plan, stage.has_waf)
    if True in limits:
        return Pass()
    routes = [one for one in facts.of(ApiRoute) if one.arn == stage.api]
    open_routes = [
        one for one in routes if one.auth is None or _SIGN_IN.search(one.route.casefold()) is not None
    ]
    if not open_routes:
        gap = _unseen(routes, stage, facts)
        return Unknown(gap) if gap else NotApplicable("every route asks who calls")
    if gap := unread(*limits):
        return Unknown(gap)
    guarded = _has_guard_in_front(stage, facts)
    if isinstance(guarded, NotCollected):
        return Unknown(guarded)
    if guarded:
        return Pass("a distribution with a firewall stands in front")
    return Fail(f"Stage {stage.name} takes calls without a limit, and {_call(open_routes[0])} is for anyone.")


def _has_guard_in_front(stage: ApiStage, facts: Facts) -> Flag:
    """Whether a distribution with a firewall fetches from the interface."""
    hosts = {one.host for one in facts.of(Api) if one.arn == stage.api}
    if not facts.evidence.has_read(Distribution, stage.entity):
        return NotCollected("aws-cloudfront", stage.arn, "not known whether a firewall stands in front")
    for one in facts.of(Distribution):
        if isinstance(one.origins, tuple) and not hosts.isdisjoint(one.origins):
            return one.waf
    return unread(*(one.origins for one in facts.of(Distribution))) or False


@check(
    "AWS-APIGW-06",
    of=ApiStage,
    severity=Severity.LOW,
    roles=("cto",),
    mend="S",
    reads=("ApiStage.is_logged", "ApiRoute.route"),
)
def stage_unlogged(stage: ApiStage, facts: Facts) -> Verdict:
    """Stages that write down nobody's calls.

    What it checks: access logs of the stage, and logs of execution where the interface has them.
    Why it matters: after a break-in nobody can say who called what.
    How to mend: switch access logs on, without names or mail addresses in them, and let them expire.
    Known limits: logs of the functions behind it are not counted.
    Source: Amazon API Gateway Developer Guide, monitoring with logs.
    """
    if isinstance(stage.is_logged, NotCollected):
        return Unknown(stage.is_logged)
    if stage.is_logged:
        return Pass()
    is_path = _is_on_path(stage, stage.api, facts)
    return Fail(f"Nobody's calls of stage {stage.name} are logged.", Severity.MEDIUM if is_path else None)


def _is_on_path(resource: Resource, api: str, facts: Facts) -> bool:
    """Whether an interface serves booking or payment, by its own name or by a route's."""
    names = (resource.name, *(one.route for one in facts.of(ApiRoute) if one.arn == api))
    return any(is_on_path(name, resource.entity, facts, resource.tags) for name in names)


@check(
    "AWS-APIGW-07",
    of=ApiStage,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="S",
    feeds=("R-CTO-01", "R-CTO-03"),
    reads=("ApiStage.secret_names", "ApiStage.secrets_are_grave"),
)
def stage_secret_variable(stage: ApiStage, facts: Facts) -> Verdict:
    """Stages with a secret among their variables.

    What it checks: the value of every variable of a stage against the detectors of secrets; only its name is kept.
    Why it matters: everyone who may look at the stage can read it, and so can each copy of its settings.
    How to mend: revoke the secret, keep the new one in a store, and let the function read it there.
    Known limits: whether a secret still works is never tried; what no detector knows is not found.
    Source: Amazon API Gateway Developer Guide, stage variables.
    """
    if isinstance(stage.secret_names, NotCollected):
        return Unknown(stage.secret_names)
    if not stage.secret_names:
        return Pass()
    grave = stage.secrets_are_grave is True
    opens = ", which opens payments, the cloud or mail" if grave else ""
    return Fail(
        f"Stage {stage.name} holds a secret among its variables ({', '.join(stage.secret_names)}){opens}.",
        Severity.CRITICAL if grave else None,
    )


@check(
    "AWS-APIGW-08",
    of=ApiDomain,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    feeds=("R-CTO-25",),
    reads=("ApiDomain.min_tls",),
)
def api_domain_old_tls(domain: ApiDomain, facts: Facts) -> Verdict:
    """Domains of interfaces that accept old protocols of encryption.

    What it checks: the oldest protocol that the domain accepts.
    Why it matters: what is sent by the old ones can be read on the way, and card companies forbid them.
    How to mend: set the security policy of the domain to TLS 1.2 or newer.
    Known limits: a distribution in front has its own setting.
    Source: Amazon API Gateway Developer Guide, security policy for a custom domain.
    """
    if isinstance(domain.min_tls, NotCollected):
        return Unknown(domain.min_tls)
    if domain.min_tls == _OLD_TLS:
        return Fail(f"{domain.name} accepts encryption as old as TLS 1.0.")
    if _NEW_TLS.fullmatch(domain.min_tls):
        return Pass()
    return Unknown(NotCollected("aws-apigateway", domain.arn, "its security policy is not known here"))


@check(
    "AWS-APIGW-09",
    of=Api,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    reads=("Api.cors",),
)
def api_cors_open(api: Api, facts: Facts) -> Verdict:
    """Interfaces that pages of any site may use as whoever is signed in.

    What it checks: cross-origin rules of HTTP interfaces: any origin with credentials or the authorization header.
    Why it matters: a page of a stranger can act with the rights of whoever looks at it.
    How to mend: name your own sites as origins.
    Known limits: what functions answer about origins themselves is seen from the pages alone.
    Source: Amazon API Gateway Developer Guide, CORS for HTTP APIs.
    """
    if api.sort != "http":
        return NotApplicable("it says of each answer by itself who may use it")
    if isinstance(api.cors, NotCollected):
        return Unknown(api.cors)
    if api.cors is None:
        return Pass()
    by = "with their cookies" if api.cors == "credentials" else "with their token"
    return Fail(f"Pages of any site may use {api.name} as whoever is signed in, {by}.")


@check(
    "AWS-APIGW-10",
    of=Api,
    severity=Severity.HIGH,
    roles=("cto", "cfo"),
    mend="M",
    feeds=("R-CTO-10",),
    reads=("Api.errors_30d", "Api.calls_30d"),
)
def api_error_rate(api: Api, facts: Facts) -> Verdict:
    """Interfaces that answer one call of a hundred or more with an error of their own.

    What it checks: errors of the server over calls of 30 days where there were at least 50; high from five of a
    hundred.
    Why it matters: each of them is a customer who saw an error page.
    How to mend: read the log of the failed calls, mend the cause, and let an alarm tell you the next time.
    Known limits: what is refused, and what is answered politely, is not counted.
    Source: Amazon API Gateway Developer Guide, metrics.
    """
    return share_of_errors(api.name, api.errors_30d, api.calls_30d)


@check(
    "AWS-APIGW-11",
    of=Api,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="S",
    reads=("Api.targets", "Function.arn", "Queue.arn", "Bucket.name"),
)
def api_integration_missing(api: Api, facts: Facts) -> Verdict:
    """Interfaces that call a function, queue or bucket that is not there.

    What it checks: what each route leads to, as far as it is of an account that was looked at.
    Why it matters: whoever calls the route gets an error, every time.
    How to mend: lead the route to what should answer, or delete it.
    Known limits: other hosts are not asked.
    Source: Amazon API Gateway Developer Guide, integrations.
    """
    if isinstance(api.targets, NotCollected):
        return Unknown(api.targets)
    if not api.targets:
        return NotApplicable("it calls nothing")
    answers = {target: _is_there(target, api.entity, facts) for target in api.targets}
    missing = [target.rpartition(":")[2] for target, there in answers.items() if there is False]
    if missing:
        return Fail(f"Interface {api.name} calls {', '.join(missing)}, which is not there.")
    if gap := unread(*answers.values()):
        return Unknown(gap)
    return Pass() if True in answers.values() else NotApplicable("it calls hosts elsewhere alone")


def _is_there(target: str, entity: str, facts: Facts) -> Flag | None:
    """Whether a target was seen; None for hosts of others, which are not asked."""
    if target.startswith("arn:"):
        return is_there(target, entity, facts)
    host = read_host(target)
    return is_bucket_there(host.name, entity, facts) if host.kind in {"bucket", "website"} else None


@check(
    "AWS-APIGW-12",
    of=Api,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    feeds=("R-CTO-11",),
    reads=("ApiRoute.auth", "ApiRoute.method"),
)
def api_unused_authorizer(api: Api, facts: Facts) -> Verdict:
    """Interfaces where some routes that change data ask who calls, and some do not.

    What it checks: changing routes without a sign-in beside routes with one; what public_routes lists, and webhooks,
    may be open.
    Why it matters: a lock was bought, and one door forgotten.
    How to mend: give these routes the same sign-in, or list them under public_routes with their reason.
    Known limits: whether that sign-in checks anything is not seen here.
    Source: Amazon API Gateway Developer Guide, controlling and managing access.
    """
    routes = [one for one in facts.of(ApiRoute) if one.arn == api.arn]
    writing = [
        one
        for one in routes
        if one.method in _CHANGING
        and not _is_declared(one, facts)
        and not _WEBHOOK.search(one.route.casefold())
    ]
    signed = any(one.auth in _SIGNED for one in writing)
    bare = [_call(one) for one in writing if one.auth is None]
    if signed and bare:
        return Fail(f"Interface {api.name} asks who calls, but not at {', '.join(bare)}.")
    if gap := _unseen(writing, api, facts):
        return Unknown(gap)
    return Pass() if signed else NotApplicable("none of its routes that change data asks for a sign-in")
