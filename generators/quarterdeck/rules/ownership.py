"""Rules of what is owned and licensed: insurance and permits, who can get in, and what stands idle."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from quarterdeck.figures.names import folded
from quarterdeck.model.books import Cost
from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Access, Asset, Compliance
from quarterdeck.model.sales import Offer
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank, Money
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import ends, money

INSURED_TYPES = frozenset({"vessel", "vehicle", "trailer", "property"})
"""Types of asset that must not be used uninsured."""

_INSURANCE_NOTICE_DAYS = 30
_PERMIT_NOTICE_DAYS = 45


def _insurable(facts: Facts) -> Iterator[Asset]:
    for entity in facts.active():
        for asset in facts.of(Asset, entity.entity):
            if asset.type in INSURED_TYPES and isinstance(asset.asset, str):
                yield asset


def _days_left(facts: Facts, day: date) -> int:
    return (day - facts.as_of).days


@rule(
    "R-CEO-01",
    severity=Severity.CRITICAL,
    roles=("ceo",),
    affects=(("cfo", "a loss would not be insured"),),
    action="Renew the policy, or stop using it today.",
    effort_hours=2,
    reads=("assets.type", "assets.insured_until"),
)
def insurance_ran_out(known: Known) -> Iterator[Hit]:
    """A vessel, vehicle, trailer or building whose insurance has ended.

    What it checks: `insured_until` of the Assets table against the date of the report.
    Why it matters: one accident without cover can end the business.
    How to mend: renew the policy and write the new date, or stop using the asset.
    Known limits: a policy that was renewed but not written down looks as if it had ended.
    Source: Quarterdeck's own rule.
    """
    for asset in _insurable(known.facts):
        if isinstance(asset.insured_until, date) and asset.insured_until < known.as_of:
            days = -_days_left(known.facts, asset.insured_until)
            yield Hit(
                entity=asset.entity,
                subject=str(asset.asset),
                message=f"The insurance of {asset.asset} ended {days} {'day' if days == 1 else 'days'} ago.",
                evidence=(asset.source,),
            )


@rule(
    "R-CEO-02",
    severity=Severity.HIGH,
    roles=("ceo",),
    affects=(("cfo", "a loss may not be insured"),),
    action="Find the policy and write its last day into Assets.",
    effort_hours=1,
    reads=("assets.type", "assets.insured_until", "compliance.applies_to", "compliance.expires"),
)
def insurance_not_known(known: Known) -> Iterator[Hit]:
    """A vessel, vehicle, trailer or building of which nobody wrote down whether it is insured.

    What it checks: whether `insured_until` of the Assets table holds a date, or a policy in Compliance that names
    the asset does.
    Why it matters: nobody can say whether an accident would be covered.
    How to mend: find the policy and write its last day, or `n/a: reason`.
    Known limits: only the four types that are used among other people.
    Source: Quarterdeck's own rule.
    """
    insured = {
        (one.entity, folded(one.applies_to))
        for one in known.facts.of(Compliance)
        if one.type == "insurance" and isinstance(one.expires, date) and isinstance(one.applies_to, str)
    }
    for asset in _insurable(known.facts):
        if (asset.entity, folded(str(asset.asset))) in insured:
            continue
        if isinstance(asset.insured_until, Blank) and asset.insured_until.why != "n/a":
            yield Hit(
                entity=asset.entity,
                subject=str(asset.asset),
                message=f"Nobody wrote down until when {asset.asset} is insured.",
                evidence=(asset.source,),
            )


@rule(
    "R-CEO-03",
    severity=Severity.HIGH,
    roles=("ceo",),
    affects=(("cfo", "the premium falls due in the forecast"),),
    action="Renew the policy; write its cost and due day into Costs.",
    effort_hours=2,
    reads=("assets.type", "assets.insured_until"),
)
def insurance_ends_soon(known: Known) -> Iterator[Hit]:
    """The insurance of a vessel, vehicle, trailer or building ends within thirty days.

    What it checks: `insured_until` of the Assets table.
    Why it matters: the renewal costs money and takes time.
    How to mend: renew it, and write cost and due day into Costs.
    Known limits: the length of notice that an insurer asks for is not known.
    Source: Quarterdeck's own rule.
    """
    for asset in _insurable(known.facts):
        if isinstance(asset.insured_until, date):
            days = _days_left(known.facts, asset.insured_until)
            if 0 <= days <= _INSURANCE_NOTICE_DAYS:
                yield Hit(
                    entity=asset.entity,
                    subject=str(asset.asset),
                    message=f"The insurance of {asset.asset} {ends(days)}.",
                    evidence=(asset.source,),
                )


def _dated(facts: Facts) -> Iterator[tuple[Compliance, date]]:
    """What runs out on a known day, without policies whose day stands in Assets: that is another rule's matter."""
    for entity in facts.active():
        insured = {
            folded(str(one.asset))
            for one in facts.of(Asset, entity.entity)
            if one.type in INSURED_TYPES and isinstance(one.insured_until, date)
        }
        for row in facts.of(Compliance, entity.entity):
            if isinstance(row.expires, date) and isinstance(row.item, str) and row.type != "restore-test":
                asset = folded(row.applies_to) if isinstance(row.applies_to, str) else ""
                if row.type != "insurance" or asset not in insured:
                    yield row, row.expires


def _subject(row: Compliance) -> str:
    return f"{row.item}/{row.applies_to}" if isinstance(row.applies_to, str) else str(row.item)


@rule(
    "R-CEO-04",
    severity=Severity.CRITICAL,
    roles=("ceo",),
    affects=(("cfo", "revenue of that activity"),),
    action="Stop the activity, or renew it today.",
    effort_hours=4,
    reads=(
        "compliance.item",
        "compliance.type",
        "compliance.applies_to",
        "compliance.expires",
        "assets.insured_until",
    ),
)
def permit_ran_out(known: Known) -> Iterator[Hit]:
    """A licence, permit, policy or filing whose last day has passed.

    What it checks: `expires` of the Compliance table.
    Why it matters: the activity may not be allowed today.
    How to mend: renew it and write the new date, or stop the activity.
    Known limits: whether the law really asks for it is the adviser's question, not ours. A policy of a vessel,
    vehicle, trailer or building counts by its day in Assets.
    Source: Quarterdeck's own rule.
    """
    for row, expires in _dated(known.facts):
        if expires < known.as_of:
            days = -_days_left(known.facts, expires)
            yield Hit(
                entity=row.entity,
                subject=_subject(row),
                message=f"{row.item} ran out {days} {'day' if days == 1 else 'days'} ago.",
                evidence=(row.source,),
            )


@rule(
    "R-CEO-05",
    severity=Severity.HIGH,
    roles=("ceo",),
    affects=(("cfo", "the fee falls due in the forecast"),),
    action="Start the renewal this week.",
    effort_hours=4,
    reads=(
        "compliance.item",
        "compliance.type",
        "compliance.applies_to",
        "compliance.expires",
        "assets.insured_until",
    ),
)
def permit_ends_soon(known: Known) -> Iterator[Hit]:
    """A licence, permit, policy or filing that runs out within forty-five days.

    What it checks: `expires` of the Compliance table.
    Why it matters: offices take weeks.
    How to mend: start the renewal, and write its cost.
    Known limits: how long an office takes is not known. A policy of a vessel, vehicle, trailer or building counts
    by its day in Assets.
    Source: Quarterdeck's own rule.
    """
    for row, expires in _dated(known.facts):
        days = _days_left(known.facts, expires)
        if 0 <= days <= _PERMIT_NOTICE_DAYS:
            yield Hit(
                entity=row.entity,
                subject=_subject(row),
                message=f"{row.item} {ends(days)}.",
                evidence=(row.source,),
            )


_PASSENGERS = 6
"""Guests that an uninspected vessel may carry for hire."""


@rule(
    "R-CEO-06",
    severity=Severity.CRITICAL,
    roles=("ceo",),
    affects=(
        ("cfo", "revenue of every sailing with more guests"),
        ("cmo", "guests that may be offered a sailing"),
    ),
    action="Cap the offer at six today, and confirm the limit with the Coast Guard or an adviser.",
    effort_hours=2,
    reads=(
        "entity.kind",
        "offers.offer",
        "offers.max_guests",
        "offers.asset",
        "assets.asset",
        "assets.type",
        "compliance.item",
        "compliance.type",
    ),
)
def guests_without_certificate(known: Known) -> Iterator[Hit]:
    """An offer takes more than six guests on a vessel, and no inspection certificate is written down.

    What it checks: `max_guests` of Offers on a vessel, or of a charter or concert business that names no asset,
    against the Compliance table.
    Why it matters: six is the most that a vessel without a certificate of inspection may carry for hire.
    How to mend: cap the offer at six, then write the certificate into Compliance, or leave it at six.
    Known limits: an item counts as the certificate where it says both words; its last day is another rule's
    matter, and how many guests it allows is not read.
    Source: US Code, title 46, section 2101: passenger vessels and the limit of six.
    """
    vessels = {folded(str(one.asset)) for one in known.facts.of(Asset) if one.type == "vessel"}
    for entity in known.facts.active():
        if any(map(_is_certificate, known.facts.of(Compliance, entity.entity))):
            continue
        for offer in known.facts.of(Offer, entity.entity):
            is_at_sea = (
                folded(offer.asset) in vessels
                if isinstance(offer.asset, str)
                else entity.kind in {"charter", "concert"}
            )
            if not is_at_sea or not isinstance(offer.offer, str) or not isinstance(offer.max_guests, int):
                continue
            if offer.max_guests > _PASSENGERS:
                yield Hit(
                    entity=entity.entity,
                    subject=offer.offer,
                    message=(
                        f"{offer.offer} takes {offer.max_guests} guests, and no inspection certificate for more "
                        f"than {_PASSENGERS} is written down."
                    ),
                    evidence=(offer.source,),
                )


def _is_certificate(row: Compliance) -> bool:
    words = str(row.item).casefold()
    return "certificate" in words and (row.type == "inspection" or "inspection" in words)


_CRITICAL = {
    "bank": "the bank account",
    "domain": "the domain",
    "registrar": "the registrar account",
    "cloud": "the cloud account",
    "keys": "the vessel",
}
"""What the business cannot do without, as it stands in a sentence."""


@rule(
    "R-CEO-10",
    severity=Severity.MEDIUM,
    roles=("cto", "ceo"),
    affects=(("cto", "what nobody else can mend when that person is away"),),
    action="Give a second person access, and leave a sealed note.",
    effort_hours=2,
    reads=(
        "access.thing",
        "access.of",
        "access.holders",
        "access.handover_note",
        "assets.asset",
        "assets.type",
    ),
)
def one_holder(known: Known) -> Iterator[Hit]:
    """One person alone can get into a bank account, domain, cloud account, or onto a vessel.

    What it checks: `holders` of the Access table, all rows of one thing together, a registrar with
    its domain; of keys, those of vessels.
    Why it matters: an accident, a quarrel or a lost telephone stops the business.
    How to mend: a second holder; until then a sealed note with a person of trust.
    Known limits: what is not in the table is not seen; access of clients has a rule of its own.
    Source: Quarterdeck's own rule.
    """
    vessels = {folded(str(one.asset)) for one in known.facts.of(Asset) if one.type == "vessel"}
    held: dict[tuple[str, str, str], list[Access]] = {}
    for row in known.facts.of(Access):
        name = row.of if isinstance(row.of, str) else ""
        if row.thing in _CRITICAL and (row.thing != "keys" or folded(name) in vessels):
            thing = "domain" if row.thing == "registrar" else str(row.thing)
            held.setdefault((row.entity, thing, name), []).append(row)
    for (entity, thing, name), rows in held.items():
        people = {person for row in rows if isinstance(row.holders, tuple) for person in row.holders}
        if len(people) > 1 or any(isinstance(row.holders, Blank) for row in rows):
            continue
        who = known.person("".join(people))
        what = _CRITICAL[str(rows[0].thing)] + (f" “{name}”" if name else "")
        has_note = any(row.handover_note is True for row in rows)
        more = "" if has_note else f", and no note helps who stands in for {who}"
        yield Hit(
            entity=entity,
            subject=f"{thing}/{name}" if name else thing,
            message=f"Only {who} can get into {what}{more}.",
            evidence=tuple(row.source for row in rows),
        )


_IDLE_DAYS = 180
_WORTH_USING = Decimal(5000)
_ALWAYS_ON = frozenset({"domain", "site", "repo", "account"})
"""Types that serve all day without anybody noting it."""


@rule(
    "R-CEO-16",
    severity=Severity.LOW,
    roles=("ceo", "cfo"),
    affects=(("cfo", "capital that brings nothing (F-K1)"),),
    action="Sell it, rent it out, or use it.",
    effort_hours=4,
    reads=(
        "assets.asset",
        "assets.type",
        "assets.last_used",
        "assets.value",
        "assets.cost",
        "costs.needed_by",
        "costs.amount",
        "costs.cadence",
    ),
)
def idle_asset(known: Known) -> Iterator[Hit]:
    """Something of value, or something that costs money, did not earn or serve for half a year.

    What it checks: `last_used` of the Assets table, where the value is 5,000 or more, or something was or is paid
    for it: its cost, or a running cost that it needs.
    Why it matters: it ties up money that could earn elsewhere.
    How to mend: sell it, rent it out, or use it, and write the day.
    Known limits: an unknown day counts as idle, except of domains, sites, repositories and accounts; amounts in
    any currency are held against the same number.
    Source: Quarterdeck's own rule.
    """
    for asset in known.facts.of(Asset):
        if not isinstance(asset.asset, str) or not _ties_up_money(known.facts, asset):
            continue
        if isinstance(asset.last_used, date):
            days = (known.as_of - asset.last_used).days
            if days <= _IDLE_DAYS:
                continue
            says = f"{asset.asset} has not earned or served for {days} days"
        elif asset.last_used.why == "n/a" or asset.type in _ALWAYS_ON:
            continue
        else:
            says = f"Nobody wrote down when {asset.asset} last earned or served"
        known_value = asset.value if isinstance(asset.value, Money) else None
        worth = f"; it is worth {money(known_value)}" if known_value else ""
        yield Hit(
            entity=asset.entity, subject=asset.asset, message=f"{says}{worth}.", evidence=(asset.source,)
        )


def _ties_up_money(facts: Facts, asset: Asset) -> bool:
    if isinstance(asset.value, Money) and asset.value.amount >= _WORTH_USING:
        return True
    if isinstance(asset.cost, Money) and asset.cost.amount > 0:
        return True
    return any(
        folded(cost.needed_by) == folded(str(asset.asset))
        and cost.cadence != "one-time"
        and isinstance(cost.amount, Money)
        and cost.amount.amount > 0
        for cost in facts.of(Cost, asset.entity)
        if isinstance(cost.needed_by, str)
    )
