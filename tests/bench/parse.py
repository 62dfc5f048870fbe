"""How fast handoffs are read, against markdown-it-py that merely tokenises them, and how that grows."""

from __future__ import annotations

import sys

from tests.bench.measure import Measure, best_ratio, cold

FILES = 60

_TOKENISE = """
import sys, time
from markdown_it import MarkdownIt
from tests.bench.corpus import handoff
texts = [handoff(seed) for seed in range(int(sys.argv[1]))]
parser = MarkdownIt("commonmark").enable("table")
start = time.process_time()
for text in texts:
    parser.parse(text)
print(time.process_time() - start)
"""

_PARSE = """
import sys, time
sys.path.insert(0, "generators")
from quarterdeck.parse.handoff import parse_handoff
from tests.bench.corpus import handoff
files = [handoff(seed).encode() for seed in range(int(sys.argv[1]))]
start = time.process_time()
for seed, data in enumerate(files):
    parse_handoff(data, f"handoffs/bench-{seed}.md")
print(time.process_time() - start)
"""

_GROWTH = """
import sys, time
sys.path.insert(0, "generators")
from quarterdeck.parse.handoff import parse_handoff
from tests.bench.corpus import handoff
body = handoff(1).split("---", 2)[2].replace("Q-", "Q-{n}x").replace("#B1-", "#B{n}-")
def text(copies):
    return "".join(body.replace("{n}", str(n)) for n in range(copies)).encode()
def seconds(data):
    best = 1e9
    for _ in range(3):
        start = time.process_time()
        parse_handoff(data, "handoffs/bench.md")
        best = min(best, time.process_time() - start)
    return best
print(seconds(text(80)) / seconds(text(40)))
"""

_MEMORY = """
import resource, sys
sys.path.insert(0, "generators")
from quarterdeck.model.handoff import Handoff
from quarterdeck.parse.handoff import parse_handoff
from tests.bench.corpus import handoff
kept = []
for seed in range(int(sys.argv[1])):
    result = parse_handoff(handoff(seed).encode(), f"handoffs/bench-{seed}.md")
    assert isinstance(result, Handoff)
    kept.append((result.entity.entity, [task.id for task in result.tasks], result.problems))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def bench() -> list[Measure]:
    """Time of parsing against tokenising, growth on twice the input, and memory of 10,000 handoffs."""
    count = "2000" if "--quick" in sys.argv else "10000"
    return [
        Measure(
            "parse/tokenise",
            best_ratio(_PARSE, _TOKENISE, str(FILES)),
            0.6,
            note="bytes to facts, fresh process",
        ),
        Measure("parse/growth", cold(_GROWTH)[0], 2.5, note="time for twice the text"),
        Measure(
            "parse/memory",
            cold(_MEMORY, count)[0],
            600.0,
            "MB",
            f"{count} handoffs of 4 KB, as check keeps them",
        ),
    ]
