"""The edge function says what its own tests under Node expect."""

import re
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parent / "edge.test.mjs"
AT_LEAST = 200
"""Rows of tokens, paths and requests; a table that is never read would pass, too."""


@pytest.mark.node
def test_the_edge_function(node: str) -> None:
    done = subprocess.run(
        [node, "--test", "--test-reporter=tap", str(TESTS)], capture_output=True, text=True, check=False
    )
    counts = dict(re.findall(r"^# (pass|fail) (\d+)$", done.stdout, re.MULTILINE))
    assert (done.returncode, counts.get("fail")) == (0, "0"), done.stdout[-8000:] + done.stderr
    assert int(counts["pass"]) >= AT_LEAST
