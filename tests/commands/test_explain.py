"""`quarterdeck explain`: every figure of the sample leads back to its inputs and to the lines of the books."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from quarterdeck import cli
from quarterdeck.brief import brief
from quarterdeck.commands.explain import Derivation, Step, as_json, as_text, entries_of
from quarterdeck.commands.inputs import read
from quarterdeck.figures.exchange import Exchange
from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.present import presented
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.errors import UsageError
from quarterdeck.model.figure import Figure, Input, Missing
from quarterdeck.model.journal import Journals
from quarterdeck.model.values import Day, Money, Ratio
from tests.sites import ROOT, a_sample

WEEKLY = {"F-C2", "F-C3", "F-K6", "F-N12"}
"""Formulas whose inputs are whole tables of rows; their figures name the rows that count, each as an input."""
YEARS = {str(year) for year in range(2000, 2100)}
"""Places of inputs that are numbered by year."""
Sample = tuple[Briefing, Journals, Derivation]


def _never(_: str) -> date:
    raise AssertionError


@pytest.fixture(scope="module")
def sample() -> Sample:
    inputs = read(ROOT, {}, today=_never)
    briefing = brief(inputs)
    journals = Journals(inputs.reading.ledger, inputs.as_of)
    return briefing, journals, Derivation(briefing, journals, ROOT)


def _steps(step: Step) -> Iterator[Step]:
    yield step
    for below in step.inputs:
        yield from _steps(below)


def test_the_lines_of_every_figure_add_up_to_it(sample: Sample) -> None:
    briefing, journals, _ = sample
    exchange = Exchange(journals.prices, briefing.as_of, briefing.assumed.fx_max_age_days)
    followed = [one for one in briefing.figures if one.lines and isinstance(one.value, Money)]
    assert len(followed) > 100
    wrong = []
    for one in followed:
        assert isinstance(one.value, Money)
        entries = entries_of(one, journals, exchange, one.value.currency)
        total = sum((amount for _, amount in entries), Decimal(0))
        if round(total, 2) != one.value.amount:
            wrong.append(f"{one.entity}.{one.id}: {one.value.amount}, lines {total}")
    assert wrong == []


def test_every_figure_can_be_explained_and_every_input_is_there(sample: Sample) -> None:
    briefing, _, derivation = sample
    for one in briefing.figures:
        step = derivation.of(f"{one.entity}.{one.id}" if one.entity else one.id)
        lost = [below.figure for below in _steps(step) if below.figure and not below.label]
        assert lost == [], one.id
        assert as_text(step).startswith(f"{one.label}: ")
        json.loads(as_json(step))


def _value(one: Figure) -> object:
    return _number(one.value)


def _number(value: object) -> object:
    match value:
        case Money(amount):
            return amount
        case Ratio(value=share):
            return share
        case Day(date=on):
            return on
        case _:
            return value


def _plain(given: Input, briefing: Briefing) -> object:
    if given.figure:
        return _value(briefing.figure(given.figure, given.entity))
    if given.value is not None:
        return None if isinstance(given.value, Missing) else _number(given.value)
    return given.text


def _json_of(thing: object) -> object:
    return (
        thing.isoformat() if isinstance(thing, date) else str(thing) if isinstance(thing, Decimal) else thing
    )


def _as_inputs(figure: Figure, briefing: Briefing) -> dict[str, object]:
    """The inputs of a figure as its formula takes them: `months[1]`, `months[2]` make a list."""
    made: dict[str, object] = {}
    for one in figure.inputs:
        name, *places = one.name.replace("]", "").split("[")
        value = _json_of(_plain(one, briefing))
        if not places:
            made[name] = value
            continue
        held = made.setdefault(name, {} if places[0] in YEARS else [])
        if isinstance(held, dict):
            held[places[0]] = value
            continue
        for place in places[:-1]:
            assert isinstance(held, list)
            if len(held) < int(place):
                held.append([])
            held = held[int(place) - 1]
        assert isinstance(held, list)
        held.append(value)
    return made


def test_derived_figures_can_be_computed_again_from_what_they_name(sample: Sample) -> None:
    briefing, _, _ = sample
    checked, wrong = set(), []
    for one in briefing.figures:
        formula = BY_ID.get(one.formula)
        if formula is None or not one.inputs or not one.is_known:
            continue
        if one.formula in WEEKLY:
            continue
        inputs = _as_inputs(one, briefing)
        try:
            result = presented(formula, formula.compute(json.dumps(inputs)))
        except msgspec.ValidationError as error:
            wrong.append(f"{one.entity}.{one.id} {one.formula}: {error}: {inputs}")
            continue
        parts = (
            result.values() if isinstance(result, dict) else result if isinstance(result, list) else [result]
        )
        mine = _value(one)
        wanted = mine.isoformat() if isinstance(mine, date) else mine
        if not any(_is_same(part, wanted) for part in parts):
            wrong.append(f"{one.entity}.{one.id} {one.formula}: {wanted} is not {result} of {inputs}")
        checked.add(one.formula)
    assert wrong == []
    assert {"F-B1", "F-B2", "F-B3", "F-B6", "F-B8", "F-M1"} <= checked


def _is_same(part: object, wanted: object) -> bool:
    if isinstance(part, Decimal | int) and isinstance(wanted, Decimal):
        return abs(part - wanted) <= Decimal("1e-9") * max(abs(wanted), Decimal(1))
    return part == wanted


def test_a_leaf_shows_its_entries_and_their_sum(sample: Sample) -> None:
    text = as_text(sample[2].of("jada.operating_out:2026-10"))
    assert "ledger/jada-2026.beancount:" in text
    assert "2026-10-20  Marina" in text
    assert text.rstrip().splitlines()[-1].lstrip().startswith("sum ")


def test_a_stated_figure_shows_the_line_of_the_handoff(sample: Sample) -> None:
    briefing, _, derivation = sample
    one = next(one for one in briefing.figures if one.kind == "stated" and one.sources and not one.inputs)
    place = derivation.of(f"{one.entity}.{one.id}" if one.entity else one.id).sources[0]
    path, _, line = place.place.partition(":")
    if line:
        assert place.text[:40] in (ROOT / path).read_text(encoding="utf-8").splitlines()[int(line) - 1]


def test_what_is_not_known_says_where_to_add_it(sample: Sample) -> None:
    briefing, _, derivation = sample
    gaps = {(one.key, one.entity) for one in briefing.gaps}
    figure, key = next(
        (one, key)
        for one in briefing.figures
        if isinstance(one.value, Missing)
        for key in one.value.needs
        if (key, one.entity) in gaps
    )
    step = derivation.of(f"{figure.entity}.{figure.id}")
    gap = next(one for one in briefing.gaps if (one.key, one.entity) == (key, figure.entity))
    assert any(gap.why in line and f"to {gap.path}" in line for line in step.missing)


def test_a_figure_that_is_needed_twice_is_shown_in_full_once(sample: Sample) -> None:
    steps = [one for one in _steps(sample[2].of("jada.runway_months")) if one.figure]
    full = [one.figure for one in steps if not one.is_repeated]
    assert len(full) == len(set(full))


def test_a_circle_ends(sample: Sample) -> None:
    briefing, journals, _ = sample
    round_trip = Figure("a", "", "A", Decimal(1), "count", inputs=(Input("next", figure="b"),))
    back = Figure("b", "", "B", Decimal(1), "count", inputs=(Input("next", figure="a"),))
    circle = Briefing(
        name="x", as_of=briefing.as_of, currency="USD", timezone="UTC", figures=(round_trip, back)
    )
    assert as_text(Derivation(circle, journals, ROOT).of("a")) == (
        "A: 1  [a]\n  next = B: 1  [b]\n    next = A: 1  [a]  shown above\n"
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("jada.runway_month", r"no figure runway_month of jada\. The nearest: jada\.runway_months\."),
        ("cash_totl", r"no figure cash_totl of the whole portfolio\. The nearest: cash_total\."),
        ("jda.cash_total", r"no entity jda\. The nearest is jada\."),
        ("jada.zzzzzzzz", r"no figure zzzzzzzz of jada\. There are \w+"),
        ("jada.", r"no figure  of jada"),
    ],
)
def test_an_unknown_figure_names_the_nearest(sample: Sample, name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        sample[2].of(name)


def test_the_command_prints_text_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(ROOT / "ledger", a_sample(tmp_path, "jada") / "ledger")
    where = ["--portfolio", str(tmp_path)]
    assert cli.main(["explain", "jada.cash_available", *where]) == 0
    text = capsys.readouterr().out
    assert text.startswith("Available cash: $")
    assert cli.main(["explain", "jada.cash_available", "--format", "json", *where]) == 0
    assert json.loads(capsys.readouterr().out)["derivation"]["figure"] == "jada.cash_available"
    assert cli.main(["explain", "jada.cash_availible", "--format", "json", *where]) == 2
    said = json.loads(capsys.readouterr().out)
    assert said["exit_code"] == 2
    assert cli.main(["explain", "jada.cash_available", "--as-of", "2026-06-30", *where]) == 0
    assert capsys.readouterr().out != text
