"""Figures from elsewhere, each with unit, source and the day it was checked."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

import msgspec

from quarterdeck.model.errors import InputError
from quarterdeck.text import nodes
from quarterdeck.text.yaml import read_yaml

REFERENCE_FILE = "reference.yml"


class Reference(msgspec.Struct, frozen=True):
    """One benchmark: printed as such, never mixed into what a business did."""

    topic: str
    """Its key, such as `dscr`: what `assumptions.benchmarks` of portfolio.yml overrides."""
    figure: str
    """As printed: `1.20-1.25`, `under 5%`."""
    unit: str
    meaning: str
    source: str
    checked_on: date


@cache
def references() -> Mapping[str, Reference]:
    """Every reference figure by topic, in the order of `reference.yml`."""
    text = resources.files("quarterdeck").joinpath(REFERENCE_FILE).read_text(encoding="utf-8")
    return read_references(text)


def read_references(text: str) -> Mapping[str, Reference]:
    """Read the text of a reference file.

    Raises:
        InputError: It is no YAML that we read.
        msgspec.ValidationError: An entry lacks a key or has a wrong date; a defect of ours.
    """
    node, problems = read_yaml(text, REFERENCE_FILE)
    if problems:
        raise InputError(problems)
    entries = node.entries if isinstance(node, nodes.Mapping) else ()
    return {topic.text: _reference(topic.text, entry) for topic, entry in entries}


def _reference(topic: str, node: nodes.Node) -> Reference:
    pairs = node.entries if isinstance(node, nodes.Mapping) else ()
    written = {key.text: value.text for key, value in pairs if isinstance(value, nodes.Scalar)}
    return msgspec.convert({"topic": topic, **written}, Reference)
