"""Who sees what: nothing of a business stands anywhere in the tree of an audience that may not see it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from quarterdeck.brief import brief
from quarterdeck.commands.inputs import read
from quarterdeck.model.briefing import Briefing, decode
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.declared import Declared
from quarterdeck.model.history import (
    FOLDER,
    PastChannel,
    PastClient,
    PastEntity,
    PastKpi,
    PastPage,
    PastTask,
    encode_record,
)
from quarterdeck.model.mail_account import MailIdentity
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import FoundSecret
from quarterdeck.parse.evidence import Header, write_evidence
from tests.audits import seen
from tests.records import NEWEST, a_past_figure, a_past_finding, a_record, dollars
from tests.sites import AS_OF, Dom, a_portfolio, built, holding, once, pages_of, write

if TYPE_CHECKING:
    from pathlib import Path

    from quarterdeck.model.history import Earlier

CANARY = "Zanzibar"
HIDDEN = "undertow"
"""The business that the crew may not see: its id, and the beginning of what is its own."""

SETTINGS = f"""schema: 1
name: Fleet
as_of: {AS_OF}
repository: https://git.example.com/fleet/books
audiences:
  crew: {{title: Crew, roles: [cmo, cto], entities: [boat]}}
  owners: {{title: Owners}}
people:
  kim: {{name: Kim, roles: [cmo], audience: crew}}
  {CANARY.lower()}: {{name: {CANARY} Person, roles: [ceo], audience: owners}}
entities:
  {HIDDEN}: {{sites: [{CANARY.lower()}.example], repos: [{CANARY.lower()}-site]}}
mail: {{streams: {{boat.example: operational, {CANARY.lower()}.example: marketing}}}}
severity_overrides:
  - {{rule: R-CEO-02, entity: {HIDDEN}, severity: low, reason: {CANARY} reason.}}
accepted:
  - {{rule: R-CEO-10, entity: {HIDDEN}, subject: {CANARY} account, until: 2027-01-31, reason: {CANARY}, owner: kim}}
  - {{rule: R-CEO-13, subject: {CANARY.lower()}, until: 2027-01-31, reason: {CANARY}, owner: kim}}
"""

BOAT = """---
entity: boat
name: Sunset Boat
kind: charter
status: active
updated: 2026-11-01
billing_model: per-booking
sample: true
---

# Sunset Boat

## Offers
| Offer | Price | Unit | Variable cost |
|---|---|---|---|
| Sunset sail | $700 | sailing | $100 |

## Bookings
| Id | Date | Gross | Channel | Status | Paid |
|---|---|---|---|---|---|
| b-1 | 2026-10-04 | $700 | phone | completed | $300 |

## Assets
| Asset | Type | Value | Insured until |
|---|---|---|---|
| Hull | vessel | $50,000 | ? |

## Tasks
- [ ] Wait for the others #B-1 needs:UNDE-10,Q-9
- [ ] The same number #DUP-1
"""

SECRET = f"""---
entity: {HIDDEN}
name: {CANARY} Name
kind: charter
status: active
updated: 2026-11-02
billing_model: per-booking
legal_entity: {CANARY} Legal LLC
sites: [{CANARY.lower()}.example]
sample: true
---

# {CANARY} heading

## Summary
Prose about {CANARY}.

## {CANARY} notes
More about it, and [a link](https://{CANARY.lower()}.example/).

## Offers
| Offer | Price | Unit | Variable cost | {CANARY} column |
|---|---|---|---|---|
| {CANARY} sail | $1,246 | sailing | $17 | {CANARY} cell |

## Assets
| Asset | Type | Value | Insured until |
|---|---|---|---|
| {CANARY} hull | vessel | $77,777 | ? |

## Channels
| Channel | State | Checked |
|---|---|---|
| {CANARY} channel | live | 2026-11-01 |

## Tasks
- [ ] Task of {CANARY} #UNDE-1 @zanzibar due:2026-12-01 impact:$4,321
- [ ] The same number for {CANARY} #DUP-1

## Gaps
- Gap of {CANARY}

## Decisions
- Decision on {CANARY}
"""

REFUSED = f"---\nentity: {HIDDEN}-two\n---\n# {CANARY}\n\n<<<<<<< mine\n{CANARY}\n=======\n>>>>>>> theirs\n"

PAGES = {
    "open.md": "---\norder: 1\nroles: cmo\n---\n# For the crew, too\n\nEverybody reads this.\n",
    "money.md": f"---\nroles: cfo, ceo\n---\n# {CANARY} money page\n\n![Plan]({CANARY}.svg)\n",
    f"{HIDDEN}.md": f"---\nentities: {HIDDEN}\n---\n# {CANARY} business page\n",
    f"{CANARY}.svg": f'<svg xmlns="http://www.w3.org/2000/svg"><title>{CANARY} picture</title></svg>',
}
"""Hand-written pages, all but the first kept from the crew."""

KINDS = [
    "Name",
    "Legal LLC",
    "sail",
    "column",
    "cell",
    "hull",
    "channel",
    "gap",
    "decision",
    "kpi note",
    "booking",
    "function",
    "secret place",
]
"""Kinds of text that carry the canary, beside those that the sentences of the handoff begin with."""


def _audit() -> bytes:
    """An account that both businesses share: what is open in each, one secret in both, and what is nobody's alone."""
    facts = [
        seen(Function, entity="boat", name="boat-function", is_public=True),
        seen(Function, entity=HIDDEN, name=f"{CANARY} function", is_public=True),
        seen(Function, entity="", name=f"{CANARY} shared", is_public=True),
        seen(MailIdentity, entity="boat", region="us-west-2", name="boat.example"),
        seen(MailIdentity, entity=HIDDEN, region="us-west-2", name=f"{CANARY.lower()}.example"),
        *(
            seen(
                FoundSecret,
                entity=entity,
                place=place,
                path="pay.py",
                detector="a",
                use="payment",
                is_tracked=True,
                fingerprint="f1",
            )
            for entity, place in (("boat", "boat-site"), (HIDDEN, f"{CANARY} secret place"))
        ),
    ]
    gaps = [NotCollected("aws-lambda", f"{CANARY} function", f"GetPolicy: {CANARY}", HIDDEN)]
    header = Header("aws-lambda", datetime(2026, 11, 1, tzinfo=UTC), ("boat", HIDDEN), ("function",))
    return write_evidence(header, facts, gaps)


def _earlier() -> list[Earlier]:
    """Versions of three weeks, each with what both businesses left behind."""
    return [
        a_record(
            weeks,
            *(a_past_finding(f"{CANARY} hull", entity=entity) for entity in ("", HIDDEN)),
            a_past_finding("Hull", entity="boat"),
            entities=(PastEntity("boat"), PastEntity(HIDDEN)),
            figures=tuple(
                a_past_figure("sales_ttm", dollars(amount), entity=entity)
                for entity, amount in (("", 987123), ("boat", 7000), (HIDDEN, 876123))
            ),
            kpis=(PastKpi(HIDDEN, "revenue", "fresh", f"{CANARY} value"),),
            pages=(PastPage(f"reports/entities/{HIDDEN}.md", NEWEST, "00"),),
            tasks=(PastTask(HIDDEN, "UNDE-1"),),
            clients=(PastClient(HIDDEN, f"{CANARY} client", dollars(654329)),),
            channels=(PastChannel(HIDDEN, f"{CANARY} channel", 12),),
        )
        for weeks in (2, 1, 0)
    ]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "audiences", two_audiences)


def two_audiences(root: Path) -> None:
    """Make a portfolio with its sites, and with a file refused since."""
    a_portfolio(root, SETTINGS, boat=BOAT)
    write(root, f"handoffs/{HIDDEN}.md", SECRET)
    write(
        root,
        f"data/{HIDDEN}/bookings.csv",
        f"Id,Date,Gross,Channel,Status,Paid\n{CANARY}-booking,2026-10-05,$1246,{CANARY} channel,completed,$1\n",
    )
    write(root, f"data/{HIDDEN}/kpis.csv", f"KPI,Period,Value,Note\nreviews,2026-10,4,{CANARY} kpi note\n")
    write(root, "evidence/aws/lambda.json", _audit())
    write(root, f"evidence/aws/{CANARY}.json", "no JSON")
    for record in _earlier():
        write(root, record.path, encode_record(record))
    write(root, f"{FOLDER}/{CANARY}.json", "no JSON")
    for name, content in PAGES.items():
        write(root, f"docs/{name}", content)
    built(root)
    write(root, f"handoffs/{HIDDEN}-two.md", REFUSED)


@pytest.fixture(scope="module")
def hidden_page(root: Path) -> Dom:
    """The page of the hidden business, as its owners have it."""
    file = root / "build" / "owners" / "site" / "reports" / "entities" / HIDDEN / "index.html"
    return Dom(file.read_text(encoding="utf-8"))


def test_F070_the_canary_stands_in_no_file_of_the_others(root: Path) -> None:
    assert holding(root / "build" / "crew", CANARY) == []


def packed(site: Path) -> dict[str, str]:
    """Every workbook of a site as the text of its parts, by path."""
    found = {}
    for file in sorted(site.rglob("*.xlsx")):
        with ZipFile(file) as book:
            found[file.name] = "".join(book.read(name).decode() for name in book.namelist())
    return found


def test_F070_nor_in_a_workbook_a_list_of_pages_or_the_data_of_the_others(root: Path) -> None:
    crew, owners = (root / "build" / one / "site" for one in ("crew", "owners"))
    for word in (CANARY.casefold(), HIDDEN):
        assert not [name for name, text in packed(crew).items() if word in text.casefold()]
        assert [name for name, text in packed(owners).items() if word in text.casefold()]
        assert {"llms.txt", "briefing.json", f"reports/entities/{HIDDEN}/index.md"} <= set(
            holding(owners, word)
        )
    assert {"boat.xlsx", "cmo.xlsx"} <= set(packed(crew))
    assert "reports/entities/boat/index.md" in (crew / "llms.txt").read_text(encoding="utf-8")


def test_F070_nor_do_the_hidden_business_s_id_paths_and_tasks(root: Path) -> None:
    for word in (HIDDEN, 'UNDE-1"', "UNDE-1<", "UNDE-1 ", "1,246", "77,777", "77777", "4,321"):
        assert holding(root / "build" / "crew", word) == [], word


def test_F070_nor_does_what_earlier_versions_knew_of_it(root: Path) -> None:
    for word in ("987,123", "987123", "876,123", "876123", "654,329", "654329"):
        assert holding(root / "build" / "crew", word) == [], word
    crew, owners = (
        decode((root / "build" / one / "briefing.json").read_bytes()) for one in ("crew", "owners")
    )
    assert {one.entity for one in crew.history.series} == {"boat"}
    assert {one.entity for one in owners.history.series} == {"", "boat", HIDDEN}
    assert not crew.history.is_whole
    (hull,) = (one for one in crew.findings if (one.rule, one.subject) == ("R-CEO-02", "Hull"))
    assert hull.carried == 3
    assert holding(root / "build" / "owners" / "site", "987,123"), (
        "otherwise its absence elsewhere says nothing"
    )


@pytest.mark.parametrize("text", ["Prose about", "Task of", "Gap of", "Decision on", "More about it"])
def test_F070_and_it_does_stand_where_it_may(root: Path, hidden_page: Dom, text: str) -> None:
    assert text in hidden_page.text
    found = holding(root / "build" / "owners" / "site", CANARY)
    assert any(name.endswith(".csv") for name in found)
    assert any("search" in name and name.endswith(".json") for name in found)
    assert holding(root / "build" / "owners" / "site", f"entities/{HIDDEN}/")


@pytest.mark.parametrize("kind", KINDS)
def test_F070_every_kind_of_text_carries_the_canary(hidden_page: Dom, kind: str) -> None:
    words = {
        "gap": f"Gap of {CANARY}",
        "decision": f"Decision on {CANARY}",
        "booking": f"{CANARY}-booking",
        "channel": f"{CANARY}-channel",
    }
    wanted = words.get(kind, f"{CANARY} {kind}").casefold()
    assert wanted in hidden_page.text.replace("\u00ad", "").casefold(), (
        "otherwise its absence elsewhere says nothing"
    )


@pytest.mark.parametrize(
    ("page", "words"),
    [("money/index.html", "money page"), (f"{HIDDEN}/index.html", "business page")],
)
def test_F070_hand_written_pages_stand_where_they_may(root: Path, page: str, words: str) -> None:
    owners, crew = (root / "build" / one / "site" for one in ("owners", "crew"))
    assert f"{CANARY} {words}" in text_of(owners / page)
    assert (owners / f"{CANARY}.svg").is_file()
    assert not (crew / page).exists()
    assert "Everybody reads this." in text_of(crew / "open" / "index.html")


def text_of(file: Path) -> str:
    """What can be read on one page."""
    return Dom(file.read_text(encoding="utf-8")).text


def test_role_pages_that_an_audience_has_not_are_not_there(root: Path) -> None:
    def roles(audience: str) -> set[str]:
        docs = root / "build" / audience / "docs" / "reports"
        return {path.stem for path in docs.glob("*.md")}

    assert roles("crew") == {"board", "changes", "cmo", "cto", "cto-audit"}
    assert roles("owners") == {
        *("board", "changes", "ceo", "cto", "cto-audit", "cfo", "cfo-plan", "cmo", "accounting")
    }
    for role in ("ceo", "cfo", "cfo-plan", "accounting"):
        assert holding(root / "build" / "crew" / "site", f"reports/{role}/") == [], role
        assert not (root / "build" / "crew" / "site" / "reports" / role).exists()


def test_F069_no_link_leads_to_a_page_that_is_not_there(root: Path) -> None:
    site = root / "build" / "crew" / "site"
    for name, page in pages_of(site).items():
        for one in page.of("a"):
            address = one.attributes.get("href", "").partition("#")[0]
            if address and "://" not in address and name != "404.html" and not address.startswith("mailto:"):
                target = (site / name).parent / address
                assert target.exists(), f"{name} links {address}"


def test_an_audience_with_fewer_roles_alone_gets_no_more(tmp_path: Path) -> None:
    root = a_portfolio(
        tmp_path / "p",
        f"schema: 1\nname: Fleet\nas_of: {AS_OF}\naudiences:\n  crew: {{title: Crew, roles: [cmo]}}\n",
        boat=BOAT.replace(" needs:UNDE-10,Q-9", ""),
    )
    build = built(root)
    assert {path.stem for path in (build / "crew" / "docs" / "reports").glob("*.md")} == {
        "board",
        "changes",
        "cmo",
    }


def briefing_of(root: Path, audience: str) -> Briefing:
    inputs = read(root, {}, today=lambda _zone: pytest.fail("the settings say the date"))
    return brief(inputs, inputs.settings.audiences[audience])


def test_totals_of_an_audience_are_of_its_own_businesses(root: Path, tmp_path: Path) -> None:
    crew, owners = briefing_of(root, "crew"), briefing_of(root, "owners")
    without = a_portfolio(tmp_path, SETTINGS, boat=BOAT)
    for record in _earlier():
        write(without, record.path, encode_record(record))
    alone = briefing_of(without, "owners")
    assert crew.figures == alone.figures
    assert crew.figure("assets_value").value != owners.figure("assets_value").value
    assert {one.entity for one in crew.figures} <= {"", "boat"}


def test_problems_between_files_are_told_without_the_other_file(root: Path) -> None:
    crew = briefing_of(root, "crew")
    said = repr((crew.problems, crew.findings, crew.gaps, crew.assumptions, crew.accepted, crew.files))
    assert CANARY.casefold() not in said.casefold()
    assert HIDDEN not in said
    assert "Q-9 stands nowhere" in said, "its own are told"
    owners = briefing_of(root, "owners")
    assert {one.entity for one in owners.accepted} == {HIDDEN, ""}
    assert [problem.path for problem in owners.problems] == [f"handoffs/{HIDDEN}-two.md"]
    assert [problem.path for problem in crew.problems] == []


def test_what_audits_saw_is_told_to_those_who_may_see_its_business(root: Path) -> None:
    def told(audience: str) -> list[tuple[str, str, str]]:
        found = briefing_of(root, audience).findings
        return sorted((one.rule, one.entity, one.subject) for one in found if one.rule.startswith("R-CTO"))

    own = [
        ("R-CTO-01", "boat", "boat-site:pay.py"),
        ("R-CTO-11", "boat", "boat-function"),
        ("R-CTO-29", "boat", "aws-lambda"),
    ]
    assert told("crew") == own
    assert {one.entity for one in briefing_of(root, "crew").evidence.facts} == {"boat"}
    assert told("owners") == sorted(
        [
            *own,
            ("R-CTO-01", HIDDEN, f"{CANARY} secret place:pay.py"),
            ("R-CTO-02", "boat", "f1"),
            ("R-CTO-02", HIDDEN, "f1"),
            ("R-CTO-11", "", f"{CANARY} shared"),
            ("R-CTO-11", HIDDEN, f"{CANARY} function"),
            ("R-CTO-28", "", "R-CTO-01"),
            ("R-CTO-28", "", "R-CTO-11"),
            ("R-CTO-29", HIDDEN, "aws-lambda"),
        ]
    )


def test_a_refused_file_is_named_to_those_who_may_see_its_business(tmp_path: Path) -> None:
    root = a_portfolio(tmp_path, SETTINGS, boat=BOAT)
    write(root, f"handoffs/{HIDDEN}.md", SECRET)
    write(root, "handoffs/boat.md", b"# ok \xff\n")
    for audience in ("crew", "owners"):
        assert [one.path for one in briefing_of(root, audience).problems] == ["handoffs/boat.md"]


def test_briefing_on_disk_is_the_audience_s(root: Path) -> None:
    crew = decode((root / "build" / "crew" / "briefing.json").read_bytes())
    assert [one.entity for one in crew.entities] == ["boat"]
    assert crew.roles == ("cmo", "cto")
    assert crew.evidence.declared == Declared(streams={"boat.example": "operational"})
