"""Figures from elsewhere, each with unit, source and the day it was checked."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from ipaddress import IPv4Address, IPv4Network

import msgspec

from quarterdeck.model.declared import Reference, RuntimeEnd, UnitPrices
from quarterdeck.model.errors import InputError
from quarterdeck.text import nodes
from quarterdeck.text.yaml import read_yaml

REFERENCE_FILE = "reference.yml"
RANGES_FILE = "aws-ranges.txt"
RUNTIMES = "lambda-runtimes"
LANGUAGES = "language-versions"
PRICES = "unit-prices"
_LISTS = frozenset({RUNTIMES, LANGUAGES, PRICES})
"""The entries that are lists, and no benchmarks."""


@cache
def references() -> Mapping[str, Reference]:
    """Every reference figure by topic, in the order of `reference.yml`."""
    return read_references(_text())


@cache
def runtime_ends() -> Mapping[str, RuntimeEnd]:
    """When support of each runtime of AWS Lambda and of each version of a language ends, by its id."""
    found = (_list(topic, "ends") for topic in (RUNTIMES, LANGUAGES))
    return {
        name: msgspec.convert({"day": day, **said}, RuntimeEnd)
        for said, days in found
        for name, day in days.items()
    }


@cache
def unit_prices() -> UnitPrices:
    """What the provider asks for one unit of each thing, in dollars."""
    said, prices = _list(PRICES, "prices")
    regions = frozenset(said.pop("regions").split(", "))
    return msgspec.convert({**said, "regions": regions, "prices": prices}, UnitPrices, strict=False)


def _list(topic: str, key: str) -> tuple[dict[str, str], dict[str, str]]:
    """What an entry says of itself, and the pairs of its list."""
    entry = next(one for name, one in _entries(_text()) if name.text == topic)
    held = {name.text: value for name, value in entry.entries} if isinstance(entry, nodes.Mapping) else {}
    pairs = held.pop(key)
    entries = pairs.entries if isinstance(pairs, nodes.Mapping) else ()
    return _written(held.items()), _written((name.text, value) for name, value in entries)


def _written(pairs: Iterable[tuple[str, nodes.Node]]) -> dict[str, str]:
    return {name: value.text for name, value in pairs if isinstance(value, nodes.Scalar)}


@cache
def _ranges() -> Mapping[IPv4Network, str]:
    lines = (line.split() for line in _text(RANGES_FILE).splitlines() if not line.startswith("#"))
    return {IPv4Network(one): region for region, *networks in filter(None, lines) for one in networks}


@cache
def region_of(address: str) -> str:
    """The region in which AWS gives an address to customers; empty for what is no such address."""
    try:
        known = IPv4Address(address)
    except ValueError:
        return ""
    return next((region for network, region in _ranges().items() if known in network), "")


def _text(name: str = REFERENCE_FILE) -> str:
    return resources.files("quarterdeck").joinpath(name).read_text(encoding="utf-8")


def read_references(text: str) -> Mapping[str, Reference]:
    """Read the text of a reference file.

    Raises:
        InputError: It is no YAML that we read.
        msgspec.ValidationError: An entry lacks a key or has a wrong date; a defect of ours.
    """
    return {
        topic.text: _reference(topic.text, entry)
        for topic, entry in _entries(text)
        if topic.text not in _LISTS
    }


def _entries(text: str) -> tuple[tuple[nodes.Scalar, nodes.Node], ...]:
    node, problems = read_yaml(text, REFERENCE_FILE)
    if problems:
        raise InputError(problems)
    return node.entries if isinstance(node, nodes.Mapping) else ()


def _reference(topic: str, node: nodes.Node) -> Reference:
    pairs = node.entries if isinstance(node, nodes.Mapping) else ()
    written = _written((key.text, value) for key, value in pairs)
    return msgspec.convert({"topic": topic, **written}, Reference)
