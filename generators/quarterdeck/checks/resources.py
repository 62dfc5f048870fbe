"""What a resource is for, decided once for every check and rule: personal data, the booking path, a site, a sample."""

import re
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from quarterdeck.figures.names import folded
from quarterdeck.model.books import Policy
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Asset, Compliance
from quarterdeck.model.observed import Resource
from quarterdeck.model.values import Blank

_DATA_TAGS = frozenset({"data", "data-class", "contains"})
_DATA_TAG_VALUES = frozenset({"personal", "customer", "pii", "confidential"})
_DATA_WORDS = frozenset(
    {
        "booking",
        "order",
        "customer",
        "client",
        "guest",
        "passenger",
        "roster",
        "waiver",
        "tenant",
        "lease",
        "invoice",
        "receipt",
        "payment",
        "user",
        "account",
        "contact",
        "subscriber",
        "mailing",
        "list",
        "upload",
        "document",
        "inbound",
        "mail",
        "backup",
        "dump",
        "export",
    }
)
_DATA_PAIR = ("id", "scan")
_DATA_KEYS = frozenset({"email", "phone", "name"})
_PATH_WORDS = re.compile(r"book|checkout|cart|pay|charge|order|stripe|square|webhook|quote|reserve")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def why_personal(resource: Resource, facts: Facts) -> str:
    """Why a resource is taken to hold data about people, as a clause; empty where it is not."""
    if resource.name in facts.evidence.declared.personal:
        return "portfolio.yml says so"
    for key, value in resource.tags:
        if key.casefold() in _DATA_TAGS and value.casefold() in _DATA_TAG_VALUES:
            return f"its tag {key} is {value}"
    if _is_named_by_handoff(resource, facts):
        return "the handoff names it"
    words = [word.casefold() for word in _WORD.findall(resource.name)]
    if found := [word for word in words if word in _DATA_WORDS or word.removesuffix("s") in _DATA_WORDS]:
        return f"its name contains “{found[0]}”"
    if _DATA_PAIR in pairwise(words):
        return "its name contains “id-scan”"
    keys = resource.key_names if isinstance(resource, Table) else ()
    if isinstance(keys, tuple) and (found := sorted(_DATA_KEYS.intersection(map(str.casefold, keys)))):
        return f"its key is {found[0]}"
    return ""


def _is_named_by_handoff(resource: Resource, facts: Facts) -> bool:
    name = folded(resource.name)
    assets = (asset.asset for asset in facts.of(Asset, resource.entity))
    papers = (cell for row in facts.of(Compliance, resource.entity) for cell in (row.item, row.applies_to))
    return any(isinstance(one, str) and folded(one) == name for one in (*assets, *papers))


def is_on_path(name: str, entity: str, facts: Facts, tags: Iterable[tuple[str, str]] = ()) -> bool:
    """Whether a function, route or file serves booking or payment."""
    if name in facts.evidence.declared.booking_path.get(entity, ()):
        return True
    return ("path", "booking") in tags or bool(_PATH_WORDS.search(name.casefold()))


def is_site(bucket: Bucket, facts: Facts) -> bool | None:
    """Whether a bucket serves a site: as one itself, behind a distribution with a name, or as is said.

    Returns:
        None where that could not be read, and nothing else says so.
    """
    if bucket.name in facts.evidence.declared.sites.get(bucket.entity, ()):
        return True
    for one in facts.of(Distribution):
        if isinstance(one.origins, tuple) and bucket.name in one.origins and one.aliases:
            return isinstance(one.aliases, tuple) or None
    return bucket.is_website if isinstance(bucket.is_website, bool) else None


def has_retention(name: str, entity: str, facts: Facts) -> bool:
    """Whether a policy says after how many days what is kept there is deleted."""
    for policy in facts.of(Policy, entity):
        if policy.policy != "retention" or isinstance(policy.delete_after_days, Blank):
            continue
        held = policy.applies_to
        if isinstance(held, Blank) or folded(held) in folded(name) or folded(name) in folded(held):
            return True
    return False


_TRIAL_WORDS = frozenset({"dev", "test", "staging", "demo", "sandbox", "preview"})


def is_trial(name: str) -> bool:
    """Whether a name says that the thing is for trying out."""
    return not _TRIAL_WORDS.isdisjoint(word.casefold() for word in _WORD.findall(name))


def is_production(resource: Resource) -> bool:
    """Whether a resource serves for real; unsure counts as yes."""
    stages = {
        value.casefold() for key, value in resource.tags if key.casefold() in {"stage", "env", "environment"}
    }
    return not is_trial(resource.name) and _TRIAL_WORDS.isdisjoint(stages)


def restored_within(days: int, store: str, entity: str, facts: Facts) -> bool:
    """Whether a row of Compliance says that a store was restored as a test in the last days."""
    return any(
        row.type == "restore-test"
        and (isinstance(row.applies_to, Blank) or folded(row.applies_to) == folded(store))
        and isinstance(row.done_on, date)
        and 0 <= (facts.as_of - row.done_on).days <= days
        for row in facts.of(Compliance, entity)
    )
