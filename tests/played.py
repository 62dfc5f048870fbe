"""The names and sites of the sample estate, as questions for the collectors that ask them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from quarterdeck.checks.run import results
from quarterdeck.collectors.run import MODULES, Brought, files_of
from quarterdeck.commands.collect import scopes_of
from quarterdeck.model.facts import Facts
from quarterdeck.model.mail_account import MailIdentity
from quarterdeck.parse.evidence import parse_evidence
from quarterdeck.settings import load_settings
from tests.audits import seen
from tests.cloud import TAKEN_AT
from tests.figures.builders import AS_OF, a_handoff, an_entity
from tests.sites import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quarterdeck.collectors.run import Done
    from quarterdeck.collectors.scope import Played, Scope
    from quarterdeck.model.entity import EntityKind

_ = MODULES  # importing them is what registers the collectors

BROUGHT = msgspec.json.Decoder(Brought)
SETTINGS = load_settings(ROOT, {})
SITES = tuple(sorted(site for one in SETTINGS.entities.values() for site in one.sites))
SELECTORS = {"jada.example": ("jadakey1", "jadakey2", "jadakey3")}
"""What the mail service of the estate signs with."""

_KINDS: Mapping[str, EntityKind] = {
    "dangerouscentaur": "agency",
    "expert-yacht-delivery": "delivery",
    "jada": "charter",
    "queenofsandiego": "concert",
    "quickdumpnow": "hauling",
    "shipcaptaincrew": "saas",
}
_SENDER = seen(
    MailIdentity,
    name="jada.example",
    region="us-west-2",
    is_verified=True,
    dkim=True,
    dkim_tokens=SELECTORS["jada.example"],
    mail_from=None,
)


def a_played_scope(played: Played) -> Scope:
    """What a run of the sample asks outside every account."""
    *_, found = scopes_of(SETTINGS, ROOT, TAKEN_AT, endpoint="")
    return msgspec.structs.replace(found, played=played, selectors=SELECTORS)


def statuses(*done: Done) -> Mapping[str, str]:
    """What every check says of what was brought, and of the one sender whose keys are played; by identity."""
    evidence, problems = parse_evidence({file.path: file.data for file in files_of(done, (), {})})
    assert problems == []
    whole = msgspec.structs.replace(evidence, facts=(*evidence.facts, _SENDER))
    handoffs = [a_handoff(an_entity(entity, kind)) for entity, kind in _KINDS.items()]
    return {one.id: one.status for one in results(Facts(handoffs, AS_OF, evidence=whole))}


def become_other(before: Mapping[str, str], after: Mapping[str, str]) -> Mapping[str, tuple[str, str]]:
    """What a fault made of answers that it may at most make unknown; of what is there before and after."""
    return {
        name: (before[name], status)
        for name, status in after.items()
        if name in before and status not in {before[name], "unknown"}
    }
