"""How long it takes to tell what changed, and to write it to everybody, where every business is edited."""

from __future__ import annotations

from tests.bench.measure import Measure, cold

FEW, MANY = 250, 1000
PEOPLE = 50

_COMPARE = """
import gc, sys, time
sys.path[:0] = ["generators", "."]
import msgspec
from quarterdeck.changes.compare import Side, changes
from quarterdeck.model.finding import Gap
from quarterdeck.model.figure import Input
from quarterdeck.model.source import Source
from tests.changes.histories import a_figure, a_finding, a_state, usd
from tests.figures.builders import a_task, an_entity

def state(count, day):
    entities, figures, findings, tasks, gaps = [], [], [], [], []
    for at in range(count):
        name = f"e{at:05}"
        entities.append(an_entity(name))
        for step in range(20):
            below = [Input("a", figure=f"f{step - 1}"), Input("b", figure=f"f{step - 2}")] if step > 1 else []
            place = (Source(f"handoffs/{name}.md", step),)
            value = usd(1000 + step * 10 + day * 900)
            figures.append(a_figure(f"f{step}", value, *below, entity=name, sources=place))
        cash = usd(1000 + day * 500)
        figures.append(a_figure("cash_available", cash, Input("x", figure="f19"), entity=name))
        findings += [a_finding(f"s{step + day}", entity=name) for step in range(4)]
        tasks += [a_task(f"{name}-{step + day}", name, text=f"do {step}") for step in range(6)]
        gaps.append(Gap(f"g{day}", name, "x", "y", "z", f"handoffs/{name}.md"))
    figures.append(a_figure("cash_available", usd(count * (1000 + day * 500)), entity=""))
    parts = {"findings": findings, "tasks": tasks, "gaps": gaps, "entities": entities}
    return a_state(*figures, **{key: tuple(value) for key, value in parts.items()})

count = int(sys.argv[1])
sides = [Side(state(count, day)) for day in (0, 1)]
gc.collect(); gc.freeze()
start = time.process_time()
found = changes(*sides)
spent = time.process_time() - start
assert len(found.changes) > 20 * count, len(found.changes)
print(spent)
people = int(sys.argv[2])
if people:
    from quarterdeck.mail.digest import digest
    from quarterdeck.mail.message import message
    from quarterdeck.model.finding import ROLES
    from tests.mail.digests import EDITION, ENVELOPE, a_reader
    before, after = (one.briefing for one in sides)
    readers = [
        a_reader(*(ROLES if at % 6 == 5 else ROLES[at % 5 : at % 5 + 2]), person=f"p{at}", name=f"Pat {at}")
        for at in range(people)
    ]
    message(digest(before, after, found, readers[0], EDITION), ENVELOPE, None)
    start = time.process_time()
    sent = [message(digest(before, after, found, one, EDITION), ENVELOPE, None) for one in readers]
    print(time.process_time() - start)
    assert len({one.message_id for one in sent}) == people
    assert all(len(one.data) > 4000 for one in sent)
"""


def bench() -> list[Measure]:
    """Time for each business of many over that of few, and of all mails over that of telling, best of three runs."""
    few = min(cold(_COMPARE, str(FEW), "0")[0] for _ in range(3))
    runs = [cold(_COMPARE, str(MANY), str(PEOPLE)) for _ in range(3)]
    many, mails = min(one[0] for one in runs), min(one[1] for one in runs)
    return [
        Measure(
            f"what changed, a business of {MANY:,} / of {FEW}",
            many / MANY / (few / FEW),
            1.5,
            note=f"{many:.2f} s / {few:.2f} s",
        ),
        Measure(
            f"what changed in {MANY:,} businesses, {PEOPLE} mails / telling it",
            mails / many,
            5.0,
            note=f"{mails:.2f} s / {many:.2f} s",
        ),
    ]
