"""Rules of what is owned and licensed: insurance and permits that ran out, run out soon, or are not known."""

from collections.abc import Iterator
from datetime import date

from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Asset, Compliance
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule

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


def _in_days(days: int) -> str:
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


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
    reads=("assets.type", "assets.insured_until"),
)
def insurance_not_known(known: Known) -> Iterator[Hit]:
    """A vessel, vehicle, trailer or building of which nobody wrote down whether it is insured.

    What it checks: whether `insured_until` of the Assets table holds a date.
    Why it matters: nobody can say whether an accident would be covered.
    How to mend: find the policy and write its last day, or `n/a: reason`.
    Known limits: only the four types that are used among other people.
    Source: Quarterdeck's own rule.
    """
    for asset in _insurable(known.facts):
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
                    message=f"The insurance of {asset.asset} ends {_in_days(days)}.",
                    evidence=(asset.source,),
                )


def _dated(facts: Facts) -> Iterator[tuple[Compliance, date]]:
    for entity in facts.active():
        for row in facts.of(Compliance, entity.entity):
            if isinstance(row.expires, date) and isinstance(row.item, str) and row.type != "restore-test":
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
    reads=("compliance.item", "compliance.expires"),
)
def permit_ran_out(known: Known) -> Iterator[Hit]:
    """A licence, permit, policy or filing whose last day has passed.

    What it checks: `expires` of the Compliance table.
    Why it matters: the activity may not be allowed today.
    How to mend: renew it and write the new date, or stop the activity.
    Known limits: whether the law really asks for it is the adviser's question, not ours.
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
    reads=("compliance.item", "compliance.expires"),
)
def permit_ends_soon(known: Known) -> Iterator[Hit]:
    """A licence, permit, policy or filing that runs out within forty-five days.

    What it checks: `expires` of the Compliance table.
    Why it matters: offices take weeks.
    How to mend: start the renewal, and write its cost.
    Known limits: how long an office takes is not known.
    Source: Quarterdeck's own rule.
    """
    for row, expires in _dated(known.facts):
        days = _days_left(known.facts, expires)
        if 0 <= days <= _PERMIT_NOTICE_DAYS:
            yield Hit(
                entity=row.entity,
                subject=_subject(row),
                message=f"{row.item} runs out {_in_days(days)}.",
                evidence=(row.source,),
            )
