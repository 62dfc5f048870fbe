"""Rules of selling: can a customer find the price, choose a day and pay."""

from collections.abc import Iterator

from quarterdeck.model.sales import FunnelStep
from quarterdeck.model.severity import Severity
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule


@rule(
    "R-QDN-01",
    severity=Severity.CRITICAL,
    roles=("ceo", "cto"),
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
    Known limits: without a Funnel table nobody knows which step works, and a data rule says so.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        stops = [
            step
            for step in known.facts.of(FunnelStep, entity.entity)
            if step.step in {"checkout", "payment"} and step.state in {"missing", "broken"}
        ]
        if stops:
            words = " and ".join(f"{step.step} is {step.state}" for step in stops)
            yield Hit(
                entity=entity.entity,
                subject="checkout",
                message=f"{entity.title} cannot take payment online: {words}.",
                evidence=tuple(step.source for step in stops),
            )
