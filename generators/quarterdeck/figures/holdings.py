"""Figures of what is owned and licensed: values, insurance, expiry dates."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import get_args

from quarterdeck.figures.names import folded
from quarterdeck.figures.scope import Scope, Term, scope_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.holdings import Asset, AssetType, Compliance, Property
from quarterdeck.model.values import Blank, Money, Ratio

INSURABLE: tuple[AssetType, ...] = ("vessel", "vehicle", "trailer", "property")
VALUED: frozenset[AssetType] = frozenset({"vessel", "vehicle", "trailer", "property", "equipment"})
"""Types that are worth money by nature; lists, code, sites, accounts count where somebody states a value."""

OWNING_KINDS = frozenset({"charter", "concert", "hauling", "rental"})
LICENSED_KINDS = OWNING_KINDS | {"delivery"}

_PLURALS: dict[AssetType, str] = {
    "vessel": "Vessels",
    "vehicle": "Vehicles",
    "trailer": "Trailers",
    "property": "Property",
    "domain": "Domains",
    "site": "Sites",
    "repo": "Code",
    "list": "Lists",
    "account": "Accounts",
    "equipment": "Equipment",
    "ip": "Intellectual property",
}


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every figure of holdings that has a meaning for an entity."""
    scope = scope_of(facts, entity, currency)
    is_wanted = entity.is_active and entity.kind in OWNING_KINDS
    if scope.has(Asset) or scope.has(Property):
        yield from _values(scope)
        yield from _insured(scope)
    elif is_wanted:
        yield scope.missing("assets_value", "Assets, as valued", "money", "assets")
        yield scope.missing("assets_insured", "Insured", "ratio", "assets", "insured_until")
    if scope.has(Compliance):
        yield _next_expiry(scope)
        yield _expired(scope)
    elif entity.is_active and entity.kind in LICENSED_KINDS:
        yield scope.missing("next_expiry", "Next expiry", "days", "compliance")
        yield scope.missing("compliance_expired", "Expired", "count", "compliance")


def _values(scope: Scope) -> Iterator[Figure]:
    """What the assets are worth as somebody stated it, all together and by type.

    A value in the property table beats the one of an asset of that type. A business that holds nothing but
    lists, code and accounts has no such figure until somebody states a value.
    """
    worth = _worth(scope)
    terms = [term for _, term in worth]
    if terms:
        yield scope.total("assets_value", "Assets, as valued", terms, needs=("asset_value",))
    for kind in get_args(AssetType):
        of_type = [term for type_, term in worth if type_ == kind]
        if of_type:
            yield scope.total(f"assets_value:{kind}", _PLURALS[kind], of_type, needs=("asset_value",))


def _worth(scope: Scope) -> list[tuple[AssetType | Blank, Term]]:
    buildings = [one for one in scope.of(Property) if isinstance(one.value, Money)]
    housed = {one.entity for one in buildings}
    assets: list[tuple[AssetType | Blank, Term]] = [
        (one.type, Term(one, one.value, ("value",)))
        for one in scope.of(Asset)
        if not (one.type == "property" and one.entity in housed)
        and (isinstance(one.value, Money) or isinstance(one.type, Blank) or one.type in VALUED)
    ]
    return [*assets, *(("property", Term(one, one.value, ("value",))) for one in buildings)]


def _insured(scope: Scope) -> Iterator[Figure]:
    """Vessels, vehicles, trailers and property whose insurance runs, over those whose insurance is known."""
    rows = [one for one in scope.of(Asset) if one.type in INSURABLE]
    if not rows:
        return
    known = [(until, row) for row in rows if (until := insured_until(scope, row)) is not None]
    value: Ratio | Missing = Missing(needs=("insured_until",))
    if known:
        part, whole = Decimal(sum(until >= scope.as_of for until, _ in known)), Decimal(len(known))
        value = Ratio(part / whole, part, whole)
    yield scope.figure(
        "assets_insured",
        "Insured",
        value,
        "ratio",
        kind="computed",
        rows=rows,
        columns=("insured_until",),
        known=len(known),
        wanted=len(rows),
    )


def insured_until(scope: Scope, asset: Asset) -> date | None:
    """The last day of an asset's insurance, by its own row, else by the insurance that names it."""
    if isinstance(asset.insured_until, date):
        return asset.insured_until
    if isinstance(asset.asset, Blank):
        return None
    name = folded(asset.asset)
    days = [
        one.expires
        for one in scope.facts.of(Compliance, asset.entity)
        if one.type == "insurance"
        and isinstance(one.expires, date)
        and isinstance(one.applies_to, str)
        and folded(one.applies_to) == name
    ]
    return max(days, default=None)


def _expiring(scope: Scope) -> list[Compliance]:
    """The rows that must have a last day: all but restore tests and what does not apply."""
    return [
        one
        for one in scope.of(Compliance)
        if not (isinstance(one.expires, Blank) and (one.type == "restore-test" or one.expires.why == "n/a"))
    ]


def _next_expiry(scope: Scope) -> Figure:
    """Days to the next last day of a licence, permit, policy, filing or inspection."""
    rows = _expiring(scope)
    ahead = [
        (one.expires, one) for one in rows if isinstance(one.expires, date) and one.expires >= scope.as_of
    ]
    code, label = "next_expiry", "Next expiry"
    if not ahead:
        if any(isinstance(one.expires, Blank) for one in rows):
            return scope.missing(code, label, "days", "compliance_expires", rows=rows)
        none = Missing("not_applicable", reason="nothing that is listed is still to expire")
        return scope.figure(code, label, none, "days", kind="computed", rows=rows)
    day, row = min(ahead, key=lambda one: one[0])
    if isinstance(row.item, str):
        label = f"Next expiry, {row.item}"
    days = Decimal((day - scope.as_of).days)
    return scope.figure(code, label, days, "days", kind="computed", rows=[row])


def _expired(scope: Scope) -> Figure:
    """How many of those have expired; one without a date may have."""
    rows = _expiring(scope)
    known = [one for one in rows if isinstance(one.expires, date)]
    if rows and not known:
        return scope.missing("compliance_expired", "Expired", "count", "compliance_expires", rows=rows)
    over = [one for one in known if isinstance(one.expires, date) and one.expires < scope.as_of]
    return scope.figure(
        "compliance_expired",
        "Expired",
        Decimal(len(over)),
        "count",
        rows=over or known,
        known=len(known),
        wanted=len(rows),
    )
