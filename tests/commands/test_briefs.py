"""A briefing is remembered, and never once after anything that it was made of has changed."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import quarterdeck
from quarterdeck.brief import EverythingRead, brief
from quarterdeck.commands import briefs as remembering
from quarterdeck.commands.briefs import EVERYTHING, briefs, written
from quarterdeck.commands.inputs import read
from quarterdeck.figures import collect
from quarterdeck.figures.collect import Keep
from quarterdeck.git.history import History
from quarterdeck.model.briefing import Briefing, encode
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure
from quarterdeck.reading import Reading
from quarterdeck.settings import Audience
from tests.commands.test_finished_pages import AUDIENCES, EDITS, TEXTS, edit
from tests.sites import BOAT, ROOT, SETTINGS, a_portfolio, write

DAY = date(2026, 11, 23)
BOOK = """2026-01-01 open Assets:BOAT:Bank
2026-01-01 open Income:BOAT:Charter
2026-02-01 * "Guest" "Sail"
  Assets:BOAT:Bank  10.00 USD
  Income:BOAT:Charter
"""
LEADS = "Lead,Source,Stage,Value,Date\nL-1,phone,new,$500,2026-11-01\n"

BOOKED = (
    ("ledger/main.beancount", "10.00 USD", "70.00 USD"),
    ("ledger/main.beancount", "2026-02-01 *", "2026-10-01 *"),
)
"""As `EDITS`."""

LOADED = """import sys, quarterdeck.brief
print(*(one.__file__ for name, one in sys.modules.items() if name.partition(".")[0] == "quarterdeck"))"""
"""Prints the files of all modules that a briefing needs."""

Change = Callable[[Path], object]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """One boat with a CSV and books."""
    root = a_portfolio(tmp_path / "p")
    write(root, "ledger/main.beancount", BOOK)
    write(root, "data/boat/pipeline.csv", LEADS)
    return root


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Audience | None]:
    """The audiences for which a briefing was made and not remembered."""
    calls: list[Audience | None] = []

    def noted(inputs: EverythingRead, audience: Audience | None, keep: Keep) -> Briefing:
        calls.append(audience)
        return brief(inputs, audience, keep)

    monkeypatch.setattr(remembering, "brief", noted)
    return calls


def three(root: Path) -> Path:
    """A boat with its shop and books, and a truck."""
    write(a_portfolio(root, **TEXTS), "ledger/main.beancount", BOOK)
    return root


def inputs_of(root: Path) -> EverythingRead:
    return read(root, {}, today=lambda _zone: DAY)


@cache
def sample() -> EverythingRead:
    return inputs_of(ROOT)


def briefed(root: Path, inputs: EverythingRead, audience: Audience | None = None) -> Briefing:
    """As a run makes it, with the cache beside the portfolio."""
    with briefs(root, {"XDG_CACHE_HOME": str(root.parent / "cache")}, inputs) as make:
        return make(audience)


@pytest.mark.parametrize("audience", [None, Audience(entities=("jada",))])
def test_what_is_remembered_is_what_is_made(
    tmp_path: Path, made: list[Audience | None], audience: Audience | None
) -> None:
    inputs = sample()
    fresh = brief(inputs, audience)
    for _ in range(2):
        with briefs(ROOT, {"XDG_CACHE_HOME": str(tmp_path)}, inputs) as make:
            assert make(audience) == fresh
    assert made == [audience]


@pytest.mark.parametrize(
    "change",
    [
        lambda root: write(root, "handoffs/boat.md", BOAT.replace("$180", "$190")),
        lambda root: write(root, "handoffs/boat.md", f"\n{BOAT}"),
        lambda root: write(root, "handoffs/other.md", BOAT.replace("entity: boat", "entity: other")),
        lambda root: write(root, "data/boat/pipeline.csv", LEADS.replace("$500", "$501")),
        lambda root: write(root, "ledger/main.beancount", BOOK.replace("10.00", "10.01")),
        lambda root: write(root, "ledger/main.beancount", BOOK.replace('"Sail"', '"Sails"')),
        lambda root: write(root, "portfolio.yml", SETTINGS.replace("Fleet", "Fleets")),
        lambda root: write(root, "portfolio.yml", f"{SETTINGS}assumptions: {{reserve_months: 4}}\n"),
    ],
)
def test_a_change_of_any_file_makes_the_briefing_anew(
    root: Path, made: list[Audience | None], change: Change
) -> None:
    briefed(root, inputs_of(root))
    change(root)
    inputs = inputs_of(root)
    assert briefed(root, inputs) == brief(inputs)
    assert made == [None, None]


def test_a_default_that_somebody_wrote_down_is_a_change(root: Path) -> None:
    ours = inputs_of(root).settings
    told = ours.model_copy(update={"currency": ours.currency})
    assert "currency" not in ours.model_fields_set
    assert ours.model_dump_json() == told.model_dump_json()
    assert written(ours) != written(told)


def test_a_day_a_commit_and_an_audience_are_changes(root: Path, made: list[Audience | None]) -> None:
    inputs = inputs_of(root)
    others = (
        msgspec.structs.replace(inputs, as_of=date(2026, 11, 24)),
        msgspec.structs.replace(inputs, history=History(commit="4f1c9ae")),
    )
    for one in (inputs, *others):
        assert briefed(root, one) == brief(one)
    assert briefed(root, inputs, Audience(entities=())) == brief(inputs, Audience(entities=()))
    assert len(made) == 4


def test_a_change_of_our_code_is_one(
    root: Path, made: list[Audience | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = inputs_of(root)
    briefed(root, inputs)
    monkeypatch.setattr("quarterdeck.commands.cache.__version__", "0.0.other")
    briefed(root, inputs)
    assert made == [None, None]


def test_every_part_that_a_briefing_is_made_of_is_watched() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    package = Path(str(quarterdeck.__file__)).parent
    assert {str(Path(file).parent.relative_to(package)) for file in done.stdout.split()} == set(EVERYTHING)


def test_what_was_read_can_be_told_from_its_bytes() -> None:
    reading = sample().reading
    bare = msgspec.structs.replace(
        reading, handoffs=tuple(msgspec.structs.replace(one, rows=()) for one in reading.handoffs)
    )
    assert msgspec.json.decode(written(bare), type=Reading) == bare, "two readings have never the same bytes"


def test_what_has_no_bytes_is_refused() -> None:
    with pytest.raises(NotImplementedError):
        written(object())


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b'{"a": {"name": 3}}', b"[]"])
def test_F234_a_damaged_cache_is_made_anew(root: Path, damage: bytes) -> None:
    inputs = inputs_of(root)
    first = briefed(root, inputs)
    for file in (root.parent / "cache" / "quarterdeck").iterdir():
        file.write_bytes(file.read_bytes().partition(b"\n")[0] + b"\n" + damage)
    assert briefed(root, inputs) == first


# --- figures of single businesses ----------------------------------------------------------------------------------


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from((*EDITS, *BOOKED)), st.sampled_from(AUDIENCES), st.integers(0, 40)),
        min_size=1,
        max_size=4,
    )
)
def test_after_any_edits_a_briefing_has_the_bytes_of_one_without_memory(
    steps: list[tuple[tuple[str, str, str], Audience | None, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = three(Path(folder) / "p")
        briefed(root, inputs_of(root))
        for change, audience, days in steps:
            edit(root, *change)
            inputs = msgspec.structs.replace(inputs_of(root), as_of=DAY + timedelta(days=days))
            assert encode(briefed(root, inputs, audience)) == encode(brief(inputs, audience))


@pytest.mark.parametrize("change", [*EDITS, *BOOKED], ids=lambda one: one[2][:20])
def test_after_each_edit_a_briefing_has_the_bytes_of_one_without_memory(
    tmp_path: Path, change: tuple[str, str, str]
) -> None:
    root = three(tmp_path / "p")
    before = encode(briefed(root, inputs_of(root)))
    edit(root, *change)
    inputs = inputs_of(root)
    after = encode(briefed(root, inputs))
    assert before != after == encode(brief(inputs))


def test_figures_are_made_anew_for_the_family_that_changed_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    figures_of = collect.figures_of

    def noted(facts: Facts, entity: Entity, *, currency: str) -> Iterator[Figure]:
        made.append(entity.entity)
        return figures_of(facts, entity, currency=currency)

    monkeypatch.setattr(collect, "figures_of", noted)
    root = three(tmp_path / "p")
    for change in (("handoffs/haul.md", "$2000", "$900"), ("handoffs/shop.md", "Mend the form", "Mend both")):
        briefed(root, inputs_of(root))
        edit(root, *change)
    briefed(root, inputs_of(root))
    assert made == ["boat", "haul", "shop", "haul", "boat", "shop"]


def test_what_nobody_asked_for_is_kept_for_the_next_time(root: Path) -> None:
    briefed(root, inputs_of(root))
    (file,) = (root.parent / "cache" / "quarterdeck").glob("figures-*")
    before = file.read_bytes()
    briefed(root, inputs_of(root))
    assert file.read_bytes() == before
