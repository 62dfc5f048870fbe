"""Drawn charts: the same bytes everywhere, nothing from outside, colours of the page, names for screen readers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

import msgspec
import pytest

from quarterdeck.charts import render
from quarterdeck.charts.render import LIGHT, drawings, png, svg, svgs
from quarterdeck.model.page import Drawing
from quarterdeck.site.builder import ASSETS
from tests.charts.samples import FORMS, LINES, LYING, PAIRED
from tests.reports.samples import HOSTILE, LONG, Golden

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion
    from syrupy.location import PyTestLocation

ROOT = "/".join(__file__.split("/")[:-3])


class Picture(Golden):
    """Keeps a drawing as an SVG file that a browser shows."""

    file_extension = "svg"

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        """Apart from the pages."""
        return super().dirname(test_location=test_location).replace("golden/reports", "golden/charts")


@pytest.mark.parametrize("form", FORMS)
def test_form(form: str, snapshot: SnapshotAssertion) -> None:
    wide, narrow = (svg(one) for one in drawings(FORMS[form]))
    assert wide.replace("><", ">\n<") + "\n" == snapshot(extension_class=Picture, name="wide")
    assert narrow.replace("><", ">\n<") + "\n" == snapshot(extension_class=Picture, name="narrow")


@pytest.mark.parametrize("form", FORMS)
def test_a_picture_is_one_image_with_a_name(form: str) -> None:
    for one in drawings(FORMS[form]):
        drawn = svg(one)
        root = fromstring(drawn)  # noqa: S314 - drawn right here
        ids = {child.get("id"): child.text for child in root if child.get("id")}
        named = root.get("aria-labelledby", "").split()
        assert [ids[name] for name in named] == [one.title, one.about]
        assert root.get("role") == "img"
        assert drawn.count("role=") == 1
        assert drawn.count("aria-") == 1
        assert not re.search(r"\sstyle=|<style|<script|clip-path|url\(|href|https?:|class=|\n|[{}]", drawn)


def test_both_widths_share_no_id() -> None:
    wide, narrow = (set(re.findall(r'\bid="([^"]+)"', svg(one))) for one in drawings(LINES))
    assert wide
    assert not wide & narrow


def test_colours_are_those_of_the_style_sheet() -> None:
    light = (ASSETS / "qd.css").read_text(encoding="utf-8").split('[data-md-color-scheme="slate"]')[0]
    values = dict(re.findall(r"--qd-([a-z0-9-]+): (#[0-9a-f]{3,6});", light))
    for token, colour in LIGHT.items():
        short = values[token[1:]]
        assert colour == (short if len(short) == 7 else "#" + "".join(sign * 2 for sign in short[1:])), token
    drawn = "".join(svg(one) for form in FORMS.values() for one in drawings(form))
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", drawn)) <= set(LIGHT.values())
    assert "var(--qd-c1,#1f5fa8)" in drawn


@pytest.mark.parametrize("name", [HOSTILE, LONG, "@c1", "\x00\u202e", "</svg><script>alert(1)</script>"])
def test_words_stay_words(name: str) -> None:
    chart = msgspec.structs.replace(LYING, reading=name, about=name, labels=(name,) * 3, notes=(name,) * 3)
    for one in drawings(chart):
        drawn = svg(one)
        fromstring(drawn)  # noqa: S314 - drawn right here
        assert "<script" not in drawn
        assert "<img" not in drawn
        assert not {"{", "}"} & set(drawn)


def test_nothing_is_fetched() -> None:
    leaking = Drawing("x-880", "", "", '{"data":{"url":"http://127.0.0.1:9/x.csv"},"mark":"bar"}')
    with pytest.raises(ValueError, match=r"127\.0\.0\.1"):
        svg(leaking)


def test_many_are_drawn_in_processes_as_one_would(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [one for form in (LINES, PAIRED) for one in drawings(form)]
    alone = svgs(wanted)
    monkeypatch.setattr(render, "_EACH", 2)
    monkeypatch.setattr(render, "cpu_count", lambda: 2)
    assert svgs(wanted) == alone == [svg(one) for one in wanted]


SCRIPT = """
from hashlib import sha256
from quarterdeck.charts.render import drawings, png, svg
from tests.charts.samples import FORMS
for form in FORMS.values():
    for one in drawings(form):
        print(one.id, sha256(svg(one).encode()).hexdigest())
print(sha256(png(drawings(FORMS["lines"])[1])).hexdigest())
"""


def test_the_same_bytes_under_another_seed_and_zone() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONHASHSEED": seed,
                "TZ": zone,
                "PYTHONPATH": ROOT,
                "LC_ALL": locale,
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone, locale in (("1", "UTC", "C.UTF-8"), ("2", "Pacific/Apia", "C"))
    }
    assert len(said) == 1
    assert len(said.pop().splitlines()) == 2 * len(FORMS) + 1


@pytest.mark.parametrize("form", FORMS)
def test_a_picture_for_mail(form: str) -> None:
    for one, width in zip(drawings(FORMS[form]), (880, 350), strict=True):
        drawn = png(one)
        assert drawn.startswith(b"\x89PNG")
        assert int.from_bytes(drawn[16:20]) == 2 * width
        assert len(drawn) < 30_000
