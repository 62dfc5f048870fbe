"""What a handoff with a fault gets, one test for each id."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.handoff import Handoff
from quarterdeck.model.holdings import Asset
from quarterdeck.model.sales import Booking, Offer
from quarterdeck.model.values import Blank, Money
from quarterdeck.parse.handoff import parse_handoff
from quarterdeck.parse.markdown import COLUMN_LIMIT, ROW_LIMIT

if TYPE_CHECKING:
    from quarterdeck.model.errors import Problem

PATH = "handoffs/acme.md"
HEAD = "---\nname: Acme\nkind: hauling\n---\n"


def read(text: str | bytes, path: str = PATH) -> Handoff:
    handoff = parse_handoff(text.encode() if isinstance(text, str) else text, path)
    assert isinstance(handoff, Handoff), handoff
    return handoff


def refused(text: str | bytes, path: str = PATH) -> Problem:
    result = parse_handoff(text.encode() if isinstance(text, str) else text, path)
    assert not isinstance(result, Handoff)
    return next(problem for problem in result if problem.refused)


def codes(handoff: Handoff) -> list[str]:
    return [problem.code for problem in handoff.problems]


def test_F001_bytes_that_are_no_text_refuse_the_file() -> None:
    problem = refused(HEAD.encode() + b"caf\xff\n")
    assert (problem.code, problem.line, problem.column) == ("not-utf8", 5, 4)


def test_F002_byte_order_mark_is_stripped() -> None:
    assert read(b"\xef\xbb\xbf" + HEAD.encode()).entity == read(HEAD).entity


def test_F003_line_ends_do_not_matter() -> None:
    text = f"{HEAD}## To do\n- [ ] Call #A-1\n"
    for other in ("\r\n", "\r"):
        assert read(text.replace("\n", other)) == read(text)


def test_F005_control_characters_are_reported_and_replaced() -> None:
    handoff = read(f"{HEAD}## Gaps\n- no\x00lock\n")
    assert handoff.bullets[0].text == "no\ufffdlock"
    assert codes(handoff) == ["control-character"]
    assert refused("---\nentity: a\x00b\n---\n").code == "bad-entity-id"


def test_F008_rows_and_columns_have_limits() -> None:
    rows = "".join(f"| a{row} | ${row} |\n" for row in range(ROW_LIMIT + 7))
    handoff = read(f"{HEAD}## Assets\n| Asset | Value |\n|---|---|\n{rows}")
    assert len(handoff.rows) == ROW_LIMIT
    assert "7 more rows were not read" in [problem.what for problem in handoff.problems]
    wide = "|".join(["Asset", *(f"c{column}" for column in range(COLUMN_LIMIT + 4))])
    handoff = read(f"{HEAD}## Assets\n|{wide}|\n|{'---|' * (COLUMN_LIMIT + 5)}\n| trailer |\n")
    assert "5 more columns were not read" in [problem.what for problem in handoff.problems]
    assert len(handoff.rows) == 1


DEEP = {
    "quotes": "> " * 25_000 + "x",
    "lists": "\n".join("  " * depth + "- x" for depth in range(500)),
    "emphasis": "*a " * 500 + "a*" * 500,
}


@pytest.mark.parametrize("name", DEEP)
def test_F009_nested_too_deep_is_refused(name: str) -> None:
    assert refused(HEAD + DEEP[name]).code == "too-deep"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 30_000,
        "*a " * 32_500,
        "x" * 3_900_000,
        "|" + "a|" * 10_000 + "\n|" + "-|" * 10_000 + "\n" + "|\n" * 20_000,
        "".join(f"[l{number}]: http://x.example/{number}\n" for number in range(20_000)) + "\n[l1] [l2]\n",
        "## To do\n- [ ] " + "due: " * 50_000,
        "## To do\n" + "- [ ] x due:2026-13-01 effort:?\n" * 5_000,
        "## Assets\n|Asset|Value|\n|-|-|\n" + "|a|b|\n" * 100_000,
        "`" * 100_000,
        "<a " * 50_000,
        "sk_live_" * 50_000,
        "AKIA" * 100_000,
        "-----BEGIN PRIVATE KEY-----\n" * 20_000,
        "https://x.example/?sig=" * 20_000,
        "10." * 100_000,
    ],
    ids=lambda text: text[:20],
)
def test_F007_F009_F010_F102_hostile_text_stays_bounded(text: str) -> None:
    start = time.perf_counter()
    parse_handoff((HEAD + text).encode(), PATH)
    assert time.perf_counter() - start < 60, "hang guard, no measurement"


@pytest.mark.parametrize("text", ["", " \n\t\n", HEAD])
def test_F011_empty_handoffs_are_listed(text: str) -> None:
    handoff = read(text)
    assert handoff.is_empty
    assert handoff.entity.entity == "acme"
    assert handoff.problems == ()


def test_F012_missing_values_are_gaps_and_never_filled() -> None:
    handoff = read(f"{HEAD}## Offers\n| Offer | Unit |\n|---|---|\n| Haul | ? |\n")
    (offer,) = handoff.rows
    assert isinstance(offer, Offer)
    assert (offer.price, offer.unit) == (Blank("absent"), Blank("unknown"))
    assert [(problem.field, problem.rule) for problem in handoff.problems] == [
        ("price", "R-DAT-01"),
        ("unit", "R-DAT-01"),
    ]


def test_F013_unknown_columns_keys_and_headings_name_the_nearest() -> None:
    handoff = read(
        "---\nname: Acme\nbiling_model: mixed\n---\n## Complience\ntext\n\n"
        "## Assets\n| Asset | Type | Wroth | Colour |\n|---|---|---|---|\n| Truck | vehicle | 3 | red |\n"
    )
    assert [(problem.code, problem.mend) for problem in handoff.problems] == [
        ("unknown-key", "Did you mean billing_model: ?"),
        ("unknown-heading", 'Did you mean "Compliance"?'),
        ("unknown-column", "Nothing has to be done."),
        ("unknown-column", "Nothing has to be done."),
    ]
    assert handoff.rows[0].extra == (("Wroth", "3"), ("Colour", "red"))
    assert handoff.entity.extra == (("biling_model", "mixed"),)
    assert [(prose.section, prose.heading, prose.text) for prose in handoff.prose] == [
        ("notes", "Complience", "text")
    ]


def test_F014_two_sections_are_read_as_one_and_equal_ids_named() -> None:
    table = "| Id | Date | Gross | Channel | Status |\n|---|---|---|---|---|\n| {} | 2026-10-07 | $1 | phone | hold |\n"
    handoff = read(
        f"{HEAD}## Jobs\n{table.format('Q-1')}\n## Bookings\n{table.format('q-1')}{'| Q-2 | | | | |'}\n"
    )
    assert [(row.id, row.source.line) for row in handoff.rows if isinstance(row, Booking)] == [
        ("Q-1", 8),
        ("Q-2", 14),
    ]
    (problem,) = [problem for problem in handoff.problems if problem.rule == "R-DAT-07"]
    assert problem.what == "Q-1 stands twice in Bookings, in lines 8 and 13; line 8 is used"


def test_F015_conflict_markers_refuse_the_file() -> None:
    assert refused(f"{HEAD}<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n").line == 5


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{HEAD}\n```yaml\nx: 1\n\n## Assets\n", 6),
        (f"{HEAD}\n~~~~\nx\n~~~\n", 6),
        (f"{HEAD}text\n\n<!-- note\n\n## Assets\n", 7),
        (f"{HEAD}<script>\nx\n", 5),
        (f"{HEAD}- item\n\n  ```\n  code\n", 7),
        ("---\nname: Acme\n\n## Assets\n", 1),
    ],
)
def test_F016_what_is_never_closed_refuses_the_file(text: str, line: int) -> None:
    problem = refused(text)
    assert (problem.code, problem.line) == ("unclosed", line)


def test_F016_closed_fences_are_fine() -> None:
    assert (
        read(f"{HEAD}```\nx\n```\n\n~~~~ yaml\n~~~\n~~~~\n\n> ```\n> x\n> ```\n\n    indented\n").problems
        == ()
    )


@pytest.mark.parametrize("name", ["Jáda", "раypal", "ja\u200bda", "JADA", "a" * 64, "-a", "a.b"])  # noqa: RUF001  # look-alikes
def test_F017_entity_ids_are_plain_ascii(name: str) -> None:
    problem = refused(f"---\nentity: {name}\n---\n")
    assert problem.code == "bad-entity-id"
    assert problem.line == 2


def test_F018_other_scripts_are_kept() -> None:
    handoff = read(f"{HEAD}## Gaps\n- 🚚 Ключи 山田さん, é e\u0301\n")
    assert handoff.bullets[0].text == "🚚 Ключи 山田さん, é e\u0301"
    assert handoff.problems == ()


def test_F022_comments_are_private() -> None:
    handoff = read(
        f"{HEAD}## Summary\nSeen <!-- hidden --> text\n\n<!--\n\nsecret plan\n\n-->\n\n## Gaps\n- a<!-- b -->\n"
    )
    assert "hidden" not in str(handoff)
    assert "secret plan" not in str(handoff)
    assert handoff.problems == ()


def test_F023_embedded_pictures_are_left_out() -> None:
    handoff = read(f"{HEAD}## Summary\n![chart](data:image/png;base64,{'A' * 500})\n")
    assert handoff.prose[0].html == "<p>chart</p>"
    assert codes(handoff) == ["embedded-picture"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name: !!python/object/apply:os.system [ls]", "yaml-tag"),
        ("a: &a [x]\nb: *a", "yaml-anchor"),
        ("a: &a\n  b: *a", "yaml-anchor"),
        ("name: a\nname: b", "yaml-duplicate-key"),
        ("name: " + "[" * 2_000, "yaml-depth"),
        ("name: [a", "yaml-syntax"),
        ("name: a\n\tkind: b", "yaml-tab"),
        ("name: a\n- b", "yaml-syntax"),
    ],
)
def test_F024_to_F029_F035_bad_front_matter_refuses_the_file(text: str, code: str) -> None:
    result = parse_handoff(f"---\n{text}\n---\n".encode(), PATH)
    assert not isinstance(result, Handoff)
    assert code in {problem.code for problem in result if problem.refused}
    assert all(problem.line > 1 for problem in result)


def test_F030_F031_front_matter_is_typed_from_the_written_text() -> None:
    handoff = read(
        "---\nname: 0123\nancillary: no\nlegal_entity: 1.10\nlist_source: 12:30:45\n"
        "capacity_per_month: 1e3\nupdated: 2026-02-30\nlist_size: 0123\n---\n"
    )
    entity = handoff.entity
    assert (entity.name, entity.ancillary, entity.legal_entity) == ("0123", False, "1.10")
    assert entity.list_source == "12:30:45"
    assert entity.capacity_per_month == Blank("refused", "1e3")
    assert entity.updated == Blank("refused", "2026-02-30")
    assert [(problem.line, problem.field, problem.rule) for problem in handoff.problems] == [
        (6, "capacity_per_month", "R-DAT-02"),
        (7, "updated", "R-DAT-02"),
    ]


def test_F033_wrong_types_say_what_was_expected() -> None:
    handoff = read("---\nname: [a, b]\nsites: {a: b}\nrepos: one, two\nowner:\n---\n")
    assert [problem.what for problem in handoff.problems] == [
        "name: one value is expected, a list was found",
        "sites: a list of names is expected, a map was found",
    ]
    assert handoff.entity.repos == ("one", "two")
    assert handoff.entity.owner == Blank("unknown")


@pytest.mark.parametrize(
    "text", ["---\n\nA rule above.\n", "-----\nname: x\n-----\n", "---\n- a list\n", "***\nname: x\n"]
)
def test_F039_rules_are_no_front_matter(text: str) -> None:
    handoff = read(text)
    assert handoff.entity.name == Blank("absent")
    assert not handoff.is_empty


def test_a_bare_question_mark_is_unknown_in_front_matter_too() -> None:
    handoff = read("---\nname: Acme\nlist_source: ?\nmin_cash: ~$3,000\n---\n")
    assert handoff.entity.list_source == Blank("unknown")
    assert handoff.entity.min_cash == Money(Decimal(3000), "USD")
    assert handoff.entity.estimates == ("min_cash",)
    assert handoff.problems == ()


@pytest.mark.parametrize(
    "name", ["../../x", "/etc/passwd", "a\\b", '"%2e%2e"', "a/b", "..", "con.", "a b", '"a\\0b"', "A"]
)
def test_F071_ids_that_are_paths_refuse_the_file(name: str) -> None:
    assert refused(f"---\nentity: {name}\n---\n").code == "bad-entity-id"


def test_F071_file_names_are_ids_too() -> None:
    assert refused("", "handoffs/My Boat.md").mend.startswith("Write entity: my-boat")
    handoff = parse_handoff(b"", "somewhere/My Boat.md", stand_alone=True)
    assert isinstance(handoff, Handoff)
    assert handoff.entity.entity == "my-boat"


def test_F105_a_secret_refuses_the_file_and_is_not_repeated() -> None:
    secret = f"{'sk_live'}_{'4eC39HqLyjWDarjtT1zdp7dc'}"
    for place in (
        f"{HEAD}## Notes\nkey {secret}\n",
        f"{HEAD}## Assets\n| Asset | {secret} |\n|---|---|\n| {secret} | 1 |\n",
    ):
        result = parse_handoff(place.encode(), PATH)
        assert not isinstance(result, Handoff)
        assert secret not in str(result)
        assert {problem.code for problem in result} == {"secret"}
        assert result[0].line == 6


def test_a_wrong_cell_costs_that_cell_alone() -> None:
    handoff = read(
        f"{HEAD}## Assets\n| Asset | Type | Value | Insured until |\n|---|---|---|---|\n"
        "| Truck | vehicle | 1.234,56 | 2026-12-01 |\n| Van | vehcle | -5 | 12/05/2026 |\n"
    )
    truck, van = handoff.rows
    assert isinstance(truck, Asset)
    assert isinstance(van, Asset)
    assert truck.value == Blank("refused", "1.234,56")
    assert truck.type == "vehicle"
    assert [(problem.line, problem.column, problem.rule, problem.what) for problem in handoff.problems] == [
        (8, 21, "R-DAT-02", 'value: "1.234,56" can be read in more than one way'),
        (9, 9, "R-DAT-02", 'type: "vehcle" is not known here'),
        (9, 18, "R-DAT-06", 'value: "-5" is negative'),
        (9, 23, "R-DAT-02", 'insured until: "12/05/2026" can be 12 May or 5 December'),
    ]
