"""Registered domains, as the service tells of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.collectors.run import MODULES
from quarterdeck.model.cloud.domains import RegisteredDomain
from quarterdeck.model.observed import NotCollected

if TYPE_CHECKING:
    from tests.cloud import Cloud

_ = MODULES  # importing them is what fills the list

ENDS = datetime(2027, 5, 1, tzinfo=UTC)
LISTED = {"DomainName": "Jada.example", "AutoRenew": False, "TransferLock": True, "Expiry": ENDS}
DETAIL = {
    "DomainName": "jada.example",
    "Nameservers": [{"Name": "NS2.aws.example"}, {"Name": "ns1.aws.example"}],
    "RegistrantPrivacy": False,
    "RegistrantContact": {"ContactType": "PERSON", "FirstName": "Morgan", "Email": "morgan@jada.example"},
}


def seen(cloud: Cloud, **fields: object) -> RegisteredDomain:
    cloud.stubs.answer("route53domains:ListDomains", {"Domains": [LISTED]})
    cloud.stubs.answer("route53domains:GetDomainDetail", DETAIL | fields)
    (one,), gaps = cloud.collect("aws-domains")
    assert gaps == []
    assert isinstance(one, RegisteredDomain)
    return one


def test_a_domain(cloud: Cloud) -> None:
    one = seen(cloud)
    assert (one.domain, one.expires, one.auto_renew, one.locked) == (
        "jada.example",
        date(2027, 5, 1),
        False,
        True,
    )
    assert one.name_servers == ("ns1.aws.example", "ns2.aws.example")
    assert (one.is_shown, one.is_a_persons) == (True, True)
    assert "morgan" not in repr(one).casefold(), "no contact is kept"


def test_a_company_that_is_hidden(cloud: Cloud) -> None:
    one = seen(cloud, RegistrantPrivacy=True, RegistrantContact={"ContactType": "COMPANY"})
    assert (one.is_shown, one.is_a_persons) == (False, False)


def test_details_that_are_refused_are_not_known(cloud: Cloud) -> None:
    cloud.stubs.answer("route53domains:ListDomains", {"Domains": [LISTED]})
    cloud.stubs.answer("route53domains:GetDomainDetail", Refusal("AccessDeniedException", 400))
    (one,), _ = cloud.collect("aws-domains")
    assert isinstance(one, RegisteredDomain)
    refused = NotCollected("aws-domains", "Jada.example", "GetDomainDetail: AccessDeniedException")
    assert {one.name_servers, one.is_shown, one.is_a_persons} == {refused}
    assert one.expires == date(2027, 5, 1)


def test_a_list_that_is_refused_is_not_whole(cloud: Cloud) -> None:
    cloud.stubs.answer("route53domains:ListDomains", Refusal("AccessDeniedException", 400))
    refused = NotCollected("aws-domains", "registered-domain", "ListDomains: AccessDeniedException")
    assert cloud.collect("aws-domains") == ([], [refused])


def test_an_answer_with_almost_nothing_in_it_is_not_known(cloud: Cloud) -> None:
    cloud.stubs.answer("route53domains:ListDomains", {"Domains": [{"DomainName": "jada.example"}]})
    cloud.stubs.answer("route53domains:GetDomainDetail", {"DomainName": "jada.example"})
    (one,), _ = cloud.collect("aws-domains")
    assert isinstance(one, RegisteredDomain)
    fields = (one.expires, one.auto_renew, one.locked, one.name_servers, one.is_shown, one.is_a_persons)
    assert all(isinstance(field, NotCollected) for field in fields)
