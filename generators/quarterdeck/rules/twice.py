"""Facts that stand in two tables of a business with two values: which one counts, and why."""

from collections.abc import Iterator
from datetime import date

import msgspec

from quarterdeck.figures.names import folded
from quarterdeck.formulas.agency import per_month
from quarterdeck.formulas.periods import to_cents
from quarterdeck.model.columns import Row
from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Asset, Compliance, Property
from quarterdeck.model.services import Client, Invoice
from quarterdeck.model.values import Blank, Money
from quarterdeck.rules.registry import Hit
from quarterdeck.rules.words import money, on


class Side(msgspec.Struct, frozen=True):
    """What one row says of a fact."""

    value: date | Money
    where: str
    row: Row


def told_twice(facts: Facts) -> Iterator[Hit]:
    """Every fact with two values in two tables, by business."""
    for entity in facts.entities:
        for subject, title, used, other, why in (
            *_insurance(facts, entity.entity),
            *_house_values(facts, entity.entity),
            *_fees(facts, entity.entity),
            *_last_invoices(facts, entity.entity),
        ):
            if used.value != other.value:
                yield Hit(
                    entity=entity.entity,
                    subject=subject,
                    message=(
                        f"{title}: {_said(used.value)} in {used.where}, {_said(other.value)} in {other.where}. "
                        f"{used.where} is used: {why}."
                    ),
                    evidence=tuple(dict.fromkeys((used.row.source, other.row.source))),
                    action=f"Correct {other.where}, or {used.where} if that is the wrong one.",
                )


_Pair = tuple[str, str, Side, Side, str]
"""What it is about, as an id and in words, the side that counts, the other one, and why."""


def _insurance(facts: Facts, entity: str) -> Iterator[_Pair]:
    assets = {folded(one.asset): one for one in facts.of(Asset, entity) if isinstance(one.asset, str)}
    for row in facts.of(Compliance, entity):
        asset = assets.get(folded(row.applies_to)) if isinstance(row.applies_to, str) else None
        is_policy = row.type == "insurance" and isinstance(row.expires, date)
        if is_policy and asset is not None and isinstance(asset.insured_until, date):
            yield (
                f"{asset.asset}/insured_until",
                f"Insurance of {asset.asset}",
                Side(asset.insured_until, "Assets", asset),
                Side(row.expires, "Compliance", row),  # type: ignore[arg-type]  # a date, as asked above
                "it speaks of the thing itself",
            )


def _house_values(facts: Facts, entity: str) -> Iterator[_Pair]:
    houses = [one for one in facts.of(Property, entity) if isinstance(one.value, Money)]
    assets = [
        one for one in facts.of(Asset, entity) if one.type == "property" and isinstance(one.value, Money)
    ]
    if len(houses) == len(assets) == 1:
        house, asset = houses[0], assets[0]
        if isinstance(house.value, Money) and isinstance(asset.value, Money):
            yield (
                f"{asset.asset}/value",
                f"Value of {asset.asset}",
                Side(house.value, "Property", house),
                Side(asset.value, "Assets", asset),
                "it is what returns are worked out with",
            )


def _fees(facts: Facts, entity: str) -> Iterator[_Pair]:
    for one in facts.of(Client, entity):
        period = one.fee_period
        if isinstance(period, Blank) or period == "one-time":
            continue
        if isinstance(one.fee, Money) and isinstance(one.mrr, Money):
            month = Money(to_cents(per_month(one.fee.amount, period)), one.fee.currency)
            yield (
                f"{one.client}/fee",
                f"Monthly fee of {one.client}",
                Side(month, "Fee", one),
                Side(one.mrr, "MRR", one),
                "a fee with its period is what the client signed",
            )


def _last_invoices(facts: Facts, entity: str) -> Iterator[_Pair]:
    for one in facts.of(Client, entity):
        sent = [
            (row.issued, row)
            for row in facts.of(Invoice, entity)
            if isinstance(row.issued, date) and row.ref == one.client and row.status not in {"draft", "void"}
        ]
        if sent and isinstance(one.last_invoice, date):
            newest, row = max(sent, key=lambda pair: pair[0])
            yield (
                f"{one.client}/last_invoice",
                f"Last invoice of {one.client}",
                Side(newest, "Invoices", row),
                Side(one.last_invoice, "Clients", one),
                "each invoice stands there by itself",
            )


def _said(value: date | Money) -> str:
    return money(value) if isinstance(value, Money) else on(value)
