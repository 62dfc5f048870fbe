"""All that the audits saw in one run, and the one way of asking for it."""

from collections.abc import Mapping
from functools import cached_property
from typing import TypeAlias, TypeVar, get_args

import msgspec

from quarterdeck.model.cloud.apis import Api, ApiDomain, ApiRoute, ApiStage
from quarterdeck.model.cloud.buckets import AccountBlock, Bucket, BucketEvents
from quarterdeck.model.cloud.cost import (
    Address,
    Allowance,
    AnomalyWatch,
    AuditCost,
    Balancer,
    Bill,
    CloudCost,
    CustomerKey,
    DiskCopy,
    FirewallList,
    Gateway,
    IdleResource,
    Server,
    Volume,
)
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.domains import Certificate, PublicAddresses, RegisteredDomain, Zone, ZoneRecord
from quarterdeck.model.cloud.functions import EventSource, Function
from quarterdeck.model.cloud.identity import (
    AccessKey,
    AccountSetup,
    CloudAccount,
    Role,
    ServerCertificate,
    User,
)
from quarterdeck.model.cloud.messages import EventBus, EventRule, Queue, Topic
from quarterdeck.model.cloud.other import Stack, TaggedResource
from quarterdeck.model.cloud.secrets import Parameter, Secret
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.cloud.watching import (
    AccountWatch,
    Alarm,
    Budget,
    Dashboard,
    LogGroup,
    Trail,
    UptimeCheck,
)
from quarterdeck.model.code import Suspect
from quarterdeck.model.declared import NOTHING_DECLARED, Declared
from quarterdeck.model.deployments import DeclaredFunction, DeclaredResource, Deployment, VariablesRead
from quarterdeck.model.imported import ImportedFinding
from quarterdeck.model.mail_account import (
    ConfigurationSet,
    MailAccount,
    MailFeedback,
    MailIdentity,
    MailReputation,
    MailSender,
    ReceiptRule,
    SendDay,
)
from quarterdeck.model.observed import NotCollected, Observed, Snapshot
from quarterdeck.model.pipelines import Dependencies, LanguageVersion, Scan, Vulnerability, Workflow
from quarterdeck.model.repositories import (
    Deploy,
    FoundSecret,
    Handler,
    PeopleList,
    Repository,
    SignIn,
    Technology,
)
from quarterdeck.model.stack import Language
from quarterdeck.model.web import DomainCheck, SiteCheck, SitePage

O = TypeVar("O", bound=Observed)  # noqa: E741 - as R is a row

Seen: TypeAlias = (
    Function
    | EventSource
    | Bucket
    | AccountBlock
    | BucketEvents
    | Distribution
    | Table
    | CloudAccount
    | AccountWatch
    | Trail
    | Budget
    | UptimeCheck
    | Dashboard
    | AccountSetup
    | User
    | Role
    | AccessKey
    | ServerCertificate
    | Topic
    | Queue
    | EventBus
    | EventRule
    | Secret
    | Parameter
    | Certificate
    | Zone
    | ZoneRecord
    | PublicAddresses
    | RegisteredDomain
    | CloudCost
    | Bill
    | AnomalyWatch
    | Allowance
    | AuditCost
    | Address
    | Gateway
    | Volume
    | DiskCopy
    | Server
    | Balancer
    | CustomerKey
    | FirewallList
    | Alarm
    | Api
    | ApiRoute
    | ApiStage
    | ApiDomain
    | LogGroup
    | IdleResource
    | Stack
    | TaggedResource
    | Repository
    | PeopleList
    | FoundSecret
    | Technology
    | Language
    | Deploy
    | Deployment
    | DeclaredFunction
    | DeclaredResource
    | VariablesRead
    | Workflow
    | Dependencies
    | LanguageVersion
    | Scan
    | Vulnerability
    | Handler
    | SignIn
    | Suspect
    | MailAccount
    | MailReputation
    | MailIdentity
    | ConfigurationSet
    | SendDay
    | MailFeedback
    | ReceiptRule
    | MailSender
    | SiteCheck
    | SitePage
    | DomainCheck
    | ImportedFinding
)
"""Any record that evidence holds."""

RECORDS: tuple[type[Seen], ...] = get_args(Seen)
"""The kinds of them, in the order in which they are kept."""


def kind_of(record: type[Observed]) -> str:
    """The name of a kind of record in a file of evidence: `found-secret`."""
    return str(record.__struct_config__.tag)


RECORD_BY_KIND: Mapping[str, type[Seen]] = {kind_of(record): record for record in RECORDS}

AREAS: Mapping[str, str] = {
    "aws": "aws",
    "dns": "aws",
    "web": "aws",
    "repos": "repo",
    "ses": "ses",
    "feedback": "ses",
}
"""The input (`figures/inputs.py`) that a collector answers, by the first word of its name."""
AUDITED = frozenset(AREAS.values())
"""Inputs that come from audits alone."""


_WHEREVER = (Certificate, MailIdentity, Bill, CloudCost)
"""Are one thing wherever they stand: receivers and visitors see a domain and no region, and a bill is one sum."""

_OF_ACCOUNTS = frozenset({"aws", "ses"})
"""Below these folders evidence stands by account: `evidence/aws/main/us-east-1/lambda.json`."""


def _place(one: Observed) -> tuple[str, str]:
    """Account, as the settings call it, and region of a thing; each empty where there is none."""
    _, folder, account, *_ = (*one.source.path.split("/")[:-1], "", "", "")
    return account if folder in _OF_ACCOUNTS else "", str(getattr(one, "region", ""))


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True, dict=True):
    """What was seen, in the order of kind, then of file and place in it."""

    facts: tuple[Seen, ...] = ()
    gaps: tuple[NotCollected, ...] = ()
    """What could not be read at all."""
    snapshots: tuple[Snapshot, ...] = ()
    declared: Declared = NOTHING_DECLARED
    """What the settings say of the same things."""

    @cached_property
    def _by_record(self) -> dict[type, tuple[Observed, ...]]:
        """Each fact under its own kind, and under what several kinds have in common."""
        groups: dict[type, list[Observed]] = {}
        for fact in self.facts:
            for record in type(fact).__mro__:
                groups.setdefault(record, []).append(fact)
        return {record: tuple(facts) for record, facts in groups.items()}

    def of(self, record: type[O], entity: str | None = None) -> tuple[O, ...]:
        """The records of one kind, or of all kinds that are of it, of one entity or of all."""
        found: tuple[O, ...] = self._by_record.get(record, ())  # type: ignore[assignment]  # by its own type
        return found if entity is None else tuple(one for one in found if one.entity == entity)

    @cached_property
    def _places(self) -> Mapping[tuple[type, str, str], frozenset[tuple[str, str]]]:
        """Account and region of each of several things that have one name in one business."""
        found: dict[tuple[type, str, str], dict[object, tuple[str, str]]] = {}
        for one in self.facts:
            place = _place(one)
            if any(place) and not isinstance(one, _WHEREVER):
                same = getattr(one, "arn", "") or place
                found.setdefault((type(one), one.entity, one.subject), {})[same] = place
        return {name: frozenset(places.values()) for name, places in found.items()}

    def subject_of(self, one: Observed) -> str:
        """What people call a thing, with its place where its business has another of its kind and name elsewhere.

        The place is what tells it from the others: `tides (us-east-1)`, `tides (main)` by the account, or both.
        """
        places = self._places.get((type(one), one.entity, one.subject), frozenset())
        told = [part for at, part in enumerate(_place(one)) if len({place[at] for place in places}) > 1]
        return f"{one.subject} ({' '.join(told)})" if any(told) else one.subject

    def has_read(self, record: type[Observed], entity: str) -> bool:
        """Whether all records of a kind are known for an entity, so that none means that there is none.

        Every run of the collector that lists them must have come to the end: of each account and region.
        """
        kind = kind_of(record)
        lists = {one.collector for one in self.snapshots if kind in one.kinds}
        asked = [
            one for one in self.snapshots if one.collector in lists and (not entity or entity in one.entities)
        ]
        return bool(asked) and all(kind in one.kinds for one in asked)

    def of_input(self, key: str, entity: str) -> tuple[Snapshot, ...]:
        """The runs that answer an input for an entity, such as `aws`."""
        return tuple(
            one
            for one in self.snapshots
            if entity in one.entities and AREAS.get(one.collector.partition("-")[0]) == key
        )

    def seen_by(self, entities: frozenset[str]) -> "Evidence":
        """What is about these entities alone.

        What serves several is nobody's alone, and left out; so its kind is no longer listed to the end.
        """
        shared = {kind_of(type(one)) for one in self.facts if not one.entity}
        return msgspec.structs.replace(
            self,
            facts=tuple(one for one in self.facts if one.entity in entities),
            gaps=tuple(one for one in self.gaps if one.entity in entities),
            snapshots=tuple(
                msgspec.structs.replace(
                    one, entities=seen, kinds=tuple(kind for kind in one.kinds if kind not in shared)
                )
                for one in self.snapshots
                if (seen := tuple(sorted(entities.intersection(one.entities))))
            ),
        )


NO_EVIDENCE = Evidence()
