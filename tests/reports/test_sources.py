"""The entry of a computed figure leads to the entries of its inputs."""

from decimal import Decimal

import msgspec

from quarterdeck.model.figure import Figure, Input
from quarterdeck.model.ledger import Lines
from quarterdeck.reports.html import sources_list
from quarterdeck.reports.sources import Sources

CASH = Figure("cash", "jada", "Cash <at hand>", Decimal(1), "count")
RUNWAY = Figure(
    "runway",
    "jada",
    "Runway",
    Decimal(2),
    "months",
    formula="F-B4",
    inputs=(Input("cash", figure="cash", entity="jada"), Input("net", figure="net", entity="jada")),
)


def test_inputs_on_the_page_are_linked_and_others_are_left_out() -> None:
    sources = Sources()
    sources.mark(RUNWAY)
    assert not any(one.inputs for one in sources.entries)
    sources.mark(CASH)
    assert sources.entries[0].inputs == ((2, "Cash <at hand>"),)
    assert ', from <a href="#s2">Cash &lt;at hand&gt;</a>' in sources_list(sources)


def test_what_no_entry_moved_says_where_was_looked() -> None:
    paid_back = Figure(
        "deposits_refunded",
        "jada",
        "Paid back",
        Decimal(0),
        "money",
        "actual",
        lines=(Lines("JADA", ("Liabilities:JADA:CustomerDeposits",)),),
    )
    for figure, place, words in (
        (paid_back, "Liabilities:JADA:CustomerDeposits", "nothing booked"),
        (CASH, "ledger/", "nothing booked"),
        (msgspec.structs.replace(CASH, kind="stated"), "handoffs/", "nothing written down"),
    ):
        sources = Sources()
        sources.mark(figure)
        assert f'<code>{place}</code> <span class="qd-grey">{words}</span>' in sources_list(sources)
