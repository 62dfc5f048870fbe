"""What `portfolio.yml` says of things outside that nobody can see from outside."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.model.mail_account import Stream


class RuntimeEnd(msgspec.Struct, frozen=True):
    """When a provider stops to support a runtime."""

    day: date
    """Last day of support."""
    checked_on: date
    source: str


class UnitPrices(msgspec.Struct, frozen=True):
    """What a provider asks for one unit of each thing."""

    prices: Mapping[str, Decimal]
    """Dollars by thing: `key-month`."""
    regions: frozenset[str]
    """Where these are the prices."""
    checked_on: date
    source: str


class Declared(msgspec.Struct, frozen=True):
    """The words of the settings by the name of what they are about."""

    personal: frozenset[str] = frozenset()
    """Resources that hold data about people."""
    spare: frozenset[str] = frozenset()
    """Resources that are samples or tests."""
    booking_path: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Functions, routes and sites of booking and payment, by business."""
    sites: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Web sites by business."""
    regions: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Regions in which the resources of a business may stand."""
    public_routes: frozenset[str] = frozenset()
    """Addresses that anyone may call on purpose."""
    site_stack: str = ""
    """The stack that the site of these reports was made as; empty where there is none."""
    streams: Mapping[str, Stream] = msgspec.field(default_factory=dict)
    """What each identity or configuration set sends."""
    reports_from: str = ""
    """The address that these reports are mailed from; empty where they are not."""
    replies_to: str = ""
    """The address that answers to these reports go to."""
    reports_through: str = ""
    """The configuration set that they go through."""
    runtime_ends: Mapping[str, RuntimeEnd] = msgspec.field(default_factory=dict)
    """By the provider's id of the runtime, or by language and version: `python 3.9`."""


NOTHING_DECLARED = Declared()


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
