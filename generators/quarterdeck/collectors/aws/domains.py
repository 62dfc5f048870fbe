"""Reads registered domains: until when and how they are held; a contact is looked at, and never kept."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.domains import RegisteredDomain
from quarterdeck.model.cloud.hosts import plain
from quarterdeck.model.observed import NotCollected, Observed

HOME = "us-east-1"
"""The one region in which domains are registered."""


@collector(
    "aws-domains",
    calls=calls("route53domains", "ListDomains", "GetDomainDetail"),
    kinds=(RegisteredDomain,),
    is_regional=False,
)
def domains(scope: Scope, aws: Aws) -> Found:
    """Every domain that the account is the registrar's customer of."""
    listed = []
    for one in aws.pages("route53domains:ListDomains", "Domains", of=RegisteredDomain, region=HOME):
        if isinstance(one, NotCollected):
            yield one
        else:
            listed.append(one)
    yield from aws.each(listed, lambda one: _domain(scope, aws, one))


def _domain(scope: Scope, aws: Aws, one: Mapping[str, Any]) -> Iterator[Observed]:
    name = one["DomainName"]
    told = aws.ask("route53domains:GetDomainDetail", about=name, region=HOME, DomainName=name)
    more = told if told is not None else NotCollected(aws.name, name, "GetDomainDetail: no answer")
    servers = _field(aws, name, more, "Nameservers")
    is_hidden = _field(aws, name, more, "RegistrantPrivacy")
    owner = _field(aws, name, more, "RegistrantContact", "ContactType")
    ends = _field(aws, name, one, "Expiry")
    yield RegisteredDomain(
        entity=scope.entity,
        source=scope.source("ListDomains"),
        domain=plain(name),
        expires=ends.date() if isinstance(ends, datetime) else ends,
        auto_renew=_field(aws, name, one, "AutoRenew"),
        locked=_field(aws, name, one, "TransferLock"),
        name_servers=servers
        if isinstance(servers, NotCollected)
        else tuple(sorted(plain(each.get("Name", "")) for each in servers)),
        is_shown=is_hidden if isinstance(is_hidden, NotCollected) else not is_hidden,
        is_a_persons=owner if isinstance(owner, NotCollected) else owner == "PERSON",
    )


def _field(aws: Aws, name: str, told: Mapping[str, Any] | NotCollected, *keys: str) -> Any:  # noqa: ANN401 - any part of an answer
    """A part of an answer; a gap where it lacks it, or there is no answer."""
    found: Any = told
    for key in keys:
        if isinstance(found, NotCollected):
            return found
        found = found.get(key)
        if found is None:
            return NotCollected(aws.name, name, f"the answer does not say {key}")
    return found
