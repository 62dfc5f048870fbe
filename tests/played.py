"""The names and sites of the sample estate, as questions for the collectors that ask them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from quarterdeck.collectors.run import MODULES, Brought
from quarterdeck.commands.collect import scopes_of
from quarterdeck.settings import load_settings
from tests.cloud import TAKEN_AT
from tests.sites import ROOT

if TYPE_CHECKING:
    from quarterdeck.collectors.scope import Played, Scope

_ = MODULES  # importing them is what registers the collectors

BROUGHT = msgspec.json.Decoder(Brought)
SETTINGS = load_settings(ROOT, {})
SITES = tuple(sorted(site for one in SETTINGS.entities.values() for site in one.sites))
SELECTORS = {"jada.example": ("jadakey1", "jadakey2", "jadakey3")}
"""What the mail service of the estate signs with."""


def a_played_scope(played: Played) -> Scope:
    """What a run of the sample asks outside every account."""
    *_, found = scopes_of(SETTINGS, ROOT, TAKEN_AT, endpoint="")
    return msgspec.structs.replace(found, played=played, selectors=SELECTORS)
