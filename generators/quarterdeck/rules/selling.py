"""Rules of selling: can a customer find the price, choose a day, pay, and get what the order promises."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from quarterdeck.figures.ledger import entry_sources
from quarterdeck.model.entity import Entity
from quarterdeck.model.ledger import Entry, Lines, Posting
from quarterdeck.model.sales import FunnelStep
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money, Ratio
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import money, percent

_ENOUGH_VISITORS = 100
"""People of thirty days below which a step's counts say nothing."""
_LEAST_GOING_ON = Decimal("0.20")
_SPENT_WITHIN = timedelta(days=29)
"""Before the day of the report, which is the thirtieth."""
_STOPS_MONEY = frozenset({"R-QDN-01", "R-QDN-04"})


def _steps(
    known: Known, names: Collection[str], states: Collection[str]
) -> Iterator[tuple[Entity, FunnelStep]]:
    """The steps of active businesses that have one of these names and stand in one of these states."""
    for entity in known.facts.active():
        for step in known.facts.of(FunnelStep, entity.entity):
            if step.step in names and step.state in states:
                yield entity, step


@rule(
    "R-QDN-01",
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    affects=(
        ("cfo", "targets rest on phone sales alone (F-T1, F-T3)"),
        ("cmo", "paid traffic is wasted (F-Q5)"),
    ),
    action="Put a hosted payment link on each offer; the cart can follow.",
    effort_hours=8,
    reads=("funnel.step", "funnel.state"),
)
def no_online_payment(known: Known) -> Iterator[Hit]:
    """An active business that sells online has no way to pay online.

    What it checks: the steps `checkout` and `payment` of the Funnel table, where there is one.
    Why it matters: whoever wants to buy now cannot; every target that counts on online sales is not supported.
    How to mend: the smallest thing that takes money is a hosted payment link for each offer.
    Known limits: of a business with a site but without a Funnel table nobody knows which step works, and a data
    rule says so.
    Source: Quarterdeck's own rule.
    """
    stops: dict[str, tuple[Entity, list[FunnelStep]]] = {}
    for entity, step in _steps(known, {"checkout", "payment"}, {"missing", "broken"}):
        stops.setdefault(entity.entity, (entity, []))[1].append(step)
    for entity, steps in stops.values():
        words = " and ".join(f"{step.step} is {step.state}" for step in steps)
        yield Hit(
            entity=entity.entity,
            subject="checkout",
            message=f"{entity.title} cannot take payment online: {words}.",
            evidence=tuple(step.source for step in steps),
        )


@rule(
    "R-QDN-02",
    severity=Severity.HIGH,
    roles=("cmo", "ceo"),
    affects=(("cmo", "the share of visitors who order (F-Q1)"),),
    action="Publish a price for each offer or size, with “from” where it varies.",
    effort_hours=2,
    reads=("funnel.step", "funnel.state"),
)
def no_price_shown(known: Known) -> Iterator[Hit]:
    """An active business whose site does not say what it costs.

    What it checks: the step `price` of the Funnel table.
    Why it matters: most people who cannot find a price neither call nor write; they go on to the next site.
    How to mend: publish a price for each load or size; “from” is enough where it varies.
    Known limits: whether the price is the right one is not looked at.
    Source: Quarterdeck's own rule.
    """
    for entity, step in _steps(known, {"price"}, {"missing", "broken"}):
        where = "nowhere on the site" if step.state == "missing" else "broken on the site"
        yield Hit(
            entity=entity.entity,
            subject="price",
            message=f"The price of {entity.title} is {where}.",
            evidence=(step.source,),
        )


@rule(
    "R-QDN-03",
    severity=Severity.HIGH,
    roles=("cmo", "cto"),
    affects=(("cfo", "the bookings that a target needs (F-T3)"),),
    action="Show a calendar, or at least the next three free dates.",
    effort_hours=8,
    reads=("entity.kind", "funnel.step", "funnel.state"),
)
def no_free_dates_shown(known: Known) -> Iterator[Hit]:
    """A charter or hauling business whose customers cannot see which days are free.

    What it checks: the step `availability` of the Funnel table, for kinds charter and hauling.
    Why it matters: people book a day; whoever has to ask for one first often does not.
    How to mend: a calendar, or the next three free dates in plain text, renewed each week.
    Known limits: a step that somebody does by hand counts as there.
    Source: Quarterdeck's own rule.
    """
    for entity, step in _steps(known, {"availability"}, {"missing"}):
        if entity.kind in {"charter", "hauling"}:
            yield Hit(
                entity=entity.entity,
                subject="availability",
                message=f"Customers of {entity.title} cannot see which days are free.",
                evidence=(step.source,),
            )


@rule(
    "R-QDN-04",
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    affects=(
        ("cfo", "revenue online stands still (F-T1, F-T3)"),
        ("cmo", "whatever brings people to the site is wasted (F-Q5)"),
    ),
    action="Walk that step on a phone today, and read the error log.",
    effort_hours=2,
    reads=("funnel.step", "funnel.state", "funnel.visitors", "funnel.completions"),
)
def step_that_nobody_passes(known: Known) -> Iterator[Hit]:
    """A step that is said to work, and that nobody of a hundred or more got past.

    What it checks: visitors and completions of each step in state `works` of the Funnel table.
    Why it matters: something is broken that looks whole from the office.
    How to mend: order something on a phone, and read the log of that hour.
    Known limits: the counts are of the thirty days before the step was last walked; fewer visitors say nothing.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        for step in known.facts.of(FunnelStep, entity.entity):
            if _is_stuck(step) and isinstance(step.step, str):
                yield Hit(
                    entity=entity.entity,
                    subject=step.step,
                    message=(
                        f"Of {step.visitors:,} people who reached {step.step} at {entity.title} in 30 days, "
                        "nobody went on."
                    ),
                    evidence=(step.source,),
                )


def _is_stuck(step: FunnelStep) -> bool:
    return step.state == "works" and _is_counted(step) and step.completions == 0


def _is_counted(step: FunnelStep) -> bool:
    return isinstance(step.visitors, int) and step.visitors >= _ENOUGH_VISITORS


@rule(
    "R-QDN-05",
    severity=Severity.HIGH,
    roles=("cmo", "cto"),
    affects=(("cmo", "the share of visitors who order (F-Q1)"),),
    action="Walk that step on a phone; watch recordings of visits if there are any.",
    effort_hours=4,
    reads=("figure.funnel_step", "funnel.step", "funnel.visitors", "funnel.completions"),
)
def step_that_loses_most(known: Known) -> Iterator[Hit]:
    """A step at which more than four of five people turn back.

    What it checks: the share that goes on from each step, where a hundred or more reached it.
    Why it matters: one step often loses more customers than all the others together.
    How to mend: walk it on a phone; look for what it asks that people do not want to answer.
    Known limits: on the first page many never wanted to buy. A step that works and lets nobody through is a
    finding of its own.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        for step in known.facts.of(FunnelStep, entity.entity):
            figure = known.figure(f"funnel_step:{step.step}", entity.entity)
            share = figure.value if figure else None
            if not isinstance(share, Ratio) or not _is_counted(step) or _is_stuck(step):
                continue
            if share.value < _LEAST_GOING_ON and isinstance(step.step, str):
                yield Hit(
                    entity=entity.entity,
                    subject=step.step,
                    message=(
                        f"{percent(1 - share.value)} of the {step.visitors:,} people "
                        f"who reached {step.step} at {entity.title} in 30 days turned back."
                    ),
                    evidence=(step.source,),
                )


@rule(
    "R-QDN-06",
    severity=Severity.HIGH,
    roles=("cmo", "cfo"),
    affects=(("cfo", "burn, without a chance of revenue (F-B1, F-B2)"),),
    action="Pause the ads until people can pay.",
    effort_hours=1,
    reads=("ledger", "findings"),
    late=True,
)
def ads_for_a_broken_shop(known: Known) -> Iterator[Hit]:
    """Money went into ads in the last thirty days while nobody can order online.

    What it checks: what the books hold under `Ads`, where no payment online (R-QDN-01) or a step that nobody
    passes (R-QDN-04) is open.
    Why it matters: every click is paid for and none can buy.
    How to mend: pause the ads today; start them again when a test order has gone through.
    Known limits: ads that bring phone calls are stopped with the others; ads booked elsewhere are not seen.
    Source: Quarterdeck's own rule.
    """
    stopped = {one.entity for one in known.found if one.rule in _STOPS_MONEY and one.state != "accepted"}
    since = known.as_of - _SPENT_WITHIN
    for entity in known.facts.active():
        lines = ads_of(known, entity, since, known.as_of) if entity.entity in stopped else []
        spent = [one for one in sums_of(posting.units for _, posting in lines) if one.amount > 0]
        if spent:
            words = " and ".join(money(one) for one in spent)
            yield Hit(
                entity=entity.entity,
                subject="ads",
                message=f"{entity.title} spent {words} on ads in the last 30 days, and nobody can order online.",
                evidence=entry_sources(entry for entry, _ in lines),
                at_stake=spent[0] if len(spent) == 1 else None,
            )


def ads_of(known: Known, entity: Entity, since: date, until: date) -> list[tuple[Entry, Posting]]:
    """What the books hold under `Ads` of some days, both ends included."""
    journal = known.facts.journal(entity)
    names = tuple(one for one in journal.used if one.startswith("Expenses:") and "Ads" in one.split(":"))
    if not names:
        return []
    return list(journal.lines(Lines(journal.component, names, since, until)))


def sums_of(amounts: Iterable[Money]) -> list[Money]:
    """The sum of each currency, in order of its code."""
    by_currency: dict[str, Money] = {}
    for one in amounts:
        before = by_currency.get(one.currency)
        by_currency[one.currency] = one if before is None else before + one
    return [by_currency[currency] for currency in sorted(by_currency)]


@rule(
    "R-QDN-07",
    severity=Severity.MEDIUM,
    roles=("cmo", "ceo"),
    affects=(("ceo", "what is known of selling may no longer be true (F-X6)"),),
    action="Walk the way to an order again, and date each step.",
    effort_hours=1,
    reads=("funnel.step", "funnel.checked_on"),
)
def funnel_not_walked(known: Known) -> Iterator[Hit]:
    """Steps of the way to an order that nobody walked for longer than the limit.

    What it checks: `checked_on` of each row of the Funnel table against `thresholds.stale_after.funnel`, 30 days
    by default.
    Why it matters: a site breaks without telling anybody.
    How to mend: order something as a customer would, and date each step.
    Known limits: a step without a date is the matter of a data rule.
    Source: Quarterdeck's own rule.
    """
    limit = known.facts.stale_after["funnel"]
    for entity in known.facts.active():
        dated = [
            (step.checked_on, step)
            for step in known.facts.of(FunnelStep, entity.entity)
            if isinstance(step.checked_on, date) and isinstance(step.step, str)
        ]
        old = [(day, step) for day, step in dated if (known.as_of - day).days > limit]
        if not old:
            continue
        day, oldest = min(old, key=lambda one: one[0])
        yield Hit(
            entity=entity.entity,
            subject="funnel",
            message=(
                f"Nobody walked {len(old)} of {len(dated)} steps to an order at {entity.title} in the last "
                f"{limit} days; {oldest.step} was last tried {(known.as_of - day).days} days ago."
            ),
            evidence=tuple(step.source for _, step in old),
        )


@rule(
    "R-QDN-08",
    severity=Severity.MEDIUM,
    roles=("cto", "accounting"),
    affects=(("accounting", "nothing in writing says what was agreed (R-ACC-01)"),),
    action="Send an automatic mail with the order, the price and the terms.",
    effort_hours=4,
    reads=("funnel.step", "funnel.state"),
)
def nothing_in_writing(known: Known) -> Iterator[Hit]:
    """A business whose customers get no confirmation or no receipt.

    What it checks: the steps `confirmation` and `receipt` of the Funnel table.
    Why it matters: the mail with the terms is the evidence of the contract, for revenue and for chargebacks.
    How to mend: an automatic mail with order, price and terms.
    Known limits: what the mail says is not read; a step that is done by hand counts as there.
    Source: Quarterdeck's own rule.
    """
    for entity, step in _steps(known, {"confirmation", "receipt"}, {"missing"}):
        yield Hit(
            entity=entity.entity,
            subject=str(step.step),
            message=f"Whoever orders from {entity.title} gets no {step.step}.",
            evidence=(step.source,),
        )


@rule(
    "R-QDN-09",
    severity=Severity.MEDIUM,
    roles=("cto", "ceo"),
    affects=(("ceo", "guests on board without a signed waiver"),),
    action="Send the waiver link with the confirmation.",
    effort_hours=4,
    reads=("entity.kind", "funnel.step", "funnel.state"),
)
def waiver_by_hand(known: Known) -> Iterator[Hit]:
    """A charter or concert business whose guests sign no waiver, or only when somebody remembers it.

    What it checks: the step `waiver` of the Funnel table, for kinds charter and concert.
    Why it matters: the one guest who did not sign is the one who falls.
    How to mend: send the link with the confirmation, and count who signed before the lines are cast off.
    Known limits: whether a waiver holds is a lawyer's question.
    Source: Quarterdeck's own rule.
    """
    for entity, step in _steps(known, {"waiver"}, {"missing", "manual"}):
        if entity.kind in {"charter", "concert"}:
            how = "sign no waiver" if step.state == "missing" else "get their waiver by hand"
            yield Hit(
                entity=entity.entity,
                subject="waiver",
                message=f"Guests of {entity.title} {how}.",
                evidence=(step.source,),
            )
