"""Every detector finds its forms, and nothing that looks alike; every secret here is made at run time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.severity import Severity
from quarterdeck.secrets.detectors import LONG_LINE, MOST, WINDOW, lowered, search, spans, windows
from quarterdeck.secrets.guards import database_password
from quarterdeck.secrets.marks import Marks
from quarterdeck.secrets.redact import redact
from quarterdeck.secrets.shapes import Candidate
from quarterdeck.secrets.table import BY_NAME, DETECTORS
from tests.secrets.corpus import corpus
from tests.secrets.forms import FORMS, MISSES, Form
from tests.secrets.made import Maker

CODES = [f"SEC-{number:02}" for number in range(1, 63)]
PLACEHOLDERS = (
    "${SECRET}",
    "{{ secret }}",
    "<your-secret-here>",
    "changeme",
    "process.env.SECRET",
    "x" * 40,
    "your-key-goes-here",
)


def _found(text: str, path: str) -> list[tuple[str, str, str]]:
    return [(one.code, one.vendor, text[one.start : one.stop]) for one in search(text, path).spans]


def test_the_table_is_whole() -> None:
    assert list(DETECTORS) == CODES
    assert len(BY_NAME) == len(CODES)
    for one in DETECTORS.values():
        assert one.finds.endswith(".")
        assert one.passes.endswith(".")
        assert all(mark == mark.lower() for pattern in one.patterns for mark in pattern.marks)


def test_every_detector_and_vendor_has_forms_and_misses() -> None:
    every = {(one.code, vendor) for one in DETECTORS.values() for vendor in one.vendors}
    assert every - {(form.code, form.vendor) for form in FORMS} == set()
    assert {form.code for form in FORMS} == set(CODES)
    assert {code for code, _, _ in MISSES} == set(CODES)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.code} {form.vendor}")
@pytest.mark.parametrize("seed", [7, 8])
def test_a_form_is_found(form: Form, seed: int) -> None:
    value = form.make(Maker(seed))
    assert (form.code, form.vendor, value) in _found(form.line.format(value), form.path)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.code} {form.vendor}")
def test_F099_a_placeholder_is_not(form: Form) -> None:
    value = form.make(Maker())
    half = len(value) // 2
    for told in (*PLACEHOLDERS, f"{value[:half]}EXAMPLE{value[half + 7 :]}"):
        found = _found(form.line.format(told), form.path)
        assert [code for code, _, value in found if value in told] == [], told


@pytest.mark.parametrize(("code", "line", "path"), MISSES, ids=lambda value: value[:24])
def test_what_looks_alike_is_not(code: str, line: str, path: str) -> None:
    assert code not in {each for each, _, _ in _found(line, path)}


def test_the_corpus_keeps_its_budget_of_errors() -> None:
    lines = list(corpus())
    right = wrong = missed = 0
    for one in lines:
        found = {value for _, _, value in _found(one.text, one.path)}
        right += bool(one.secret) and one.secret in found
        missed += bool(one.secret) and one.secret not in found
        wrong += not one.secret and bool(found)
    assert len(lines) >= 400
    assert right / (right + wrong) >= 0.95, "precision"
    assert right / (right + missed) >= 0.95, "recall"


@pytest.mark.parametrize(
    ("host", "password", "severity"),
    [
        ("db.jada.example", "Tr0ubad0ur", Severity.CRITICAL),
        ("10.0.0.7", "Tr0ubad0ur", Severity.HIGH),
        ("database", "Tr0ubad0ur", Severity.HIGH),
        ("localhost", "Tr0ubad0ur", Severity.HIGH),
        ("localhost", "postgres", Severity.LOW),
        ("db.jada.example", "postgres", None),
    ],
)
def test_a_database_is_as_grave_as_its_host(host: str, password: str, severity: Severity | None) -> None:
    around = f"url: postgres://postgres:{password}@{host}:5432/app"
    found = database_password(Candidate(password, Severity.CRITICAL, "a.yml", around))
    assert (found and found.severity) == severity


def test_P8_a_test_key_in_an_example_is_a_note() -> None:
    key = "sk" + "_test_" + Maker().signs(24)
    live = "sk" + "_live_" + Maker().signs(24)
    for path, severity in (
        ("src/a.py", Severity.LOW),
        ("tests/a.py", Severity.INFO),
        ("docs/a.md", Severity.INFO),
    ):
        assert [one.severity for one in search(f"k = '{key}'", path).spans] == [severity]
        assert [one.severity for one in search(f"k = '{live}'", path).spans] == [Severity.CRITICAL]


def test_F098_a_value_that_is_encoded_once_is_found() -> None:
    import base64  # noqa: PLC0415 - for this alone

    coded = base64.b64encode(("sk" + "_live_" + Maker().signs(30)).encode()).decode()
    assert _found(f"api_token: {coded}", "a.yml")[0][0] == "SEC-01"


def test_F098_a_split_key_is_found_to_its_end() -> None:
    text = Maker().pem()
    assert [each for _, _, each in _found(text, "a.pem")] == [text.partition("\n-----END")[0]]


def test_what_goes_by_names_is_not_looked_for_in_prose() -> None:
    text = f"password: {Maker().signs(30)}"
    assert spans(text) == ()
    assert _found(text, "a.yml")[0][0] == "SEC-62"


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=300),
    st.sampled_from(["a.py", "b.yml", "wp-config.php"]),
)
def test_a_search_never_fails_and_stays_inside(text: str, path: str) -> None:
    end = 0
    for one in search(text, path).spans:
        assert end <= one.start < one.stop <= len(text)
        end = one.stop
    assert len(lowered(text)) == len(text)


@given(st.lists(st.tuples(st.sampled_from(FORMS), st.text(max_size=20)), max_size=4), st.integers(0, 50))
def test_redacting_removes_every_find(parts: list[tuple[Form, str]], seed: int) -> None:
    made = (form.line.format(form.make(Maker(100 * seed + at))) for at, (form, _) in enumerate(parts))
    text = "\n".join(f"{line}\n{words}" for line, (_, words) in zip(made, parts, strict=True))
    values = [text[one.start : one.stop] for one in spans(text)]
    clean = redact(text)
    assert [value for value in values if value in clean] == []
    assert spans(clean) == ()


def test_F102_long_lines_are_searched_in_windows() -> None:
    secret = "sk" + "_live_" + Maker().signs(40)
    text = f"{'a b ' * 5_000}{secret}{' c' * 5_000}\nshort\n"
    assert [value for _, _, value in _found(text, "a.txt")] == [secret]
    pieces = list(windows(text))
    assert max(len(piece) for _, piece in pieces) <= max(WINDOW, LONG_LINE)
    assert all(text[start : start + len(piece)] == piece for start, piece in pieces)
    assert sum(len(piece) for _, piece in pieces) <= 1.1 * len(text)


def test_F102_a_text_full_of_candidates_is_cut_and_says_so() -> None:
    text = "\n".join(f"k{number} = 'AK" + "IA" + Maker(number).signs(16) + "'" for number in range(2))
    assert search(text, "a.txt").is_whole
    many = ("AK" + "IA" + "B2C7" * 4 + " \n") * (MOST + 1)
    assert not search(many, "a.txt").is_whole


RUNAWAYS = {
    "signs that join words": f'password = "a{"-_.:?!*|" * 3}{"_-:.!?|*" * 3}%9Z"\n',
    "a key with heads alone": ("-----BEGIN " + f"PRIVATE KEY-----\n{'a: ' * 160}\n") * 50,
}


@pytest.mark.parametrize("text", RUNAWAYS.values(), ids=RUNAWAYS)
def test_F102_what_fits_in_many_ways_is_tried_in_one(text: str) -> None:
    searched = search(text, "app.yml")
    assert searched.is_whole
    assert len(searched.spans) <= 1


@pytest.mark.parametrize("one", DETECTORS.values(), ids=lambda one: one.code)
def test_F102_no_pattern_repeats_what_repeats(one: object) -> None:
    """A repeat of a repeat is how a pattern runs away; none has it without a bound."""
    for pattern in one.patterns:  # type: ignore[attr-defined]  # a detector
        unbounded = re.findall(r"\((?:\?:)?[^()]*[*+]\)[*+]", pattern.look.pattern)
        assert unbounded == []


@given(st.sets(st.text("ab-", min_size=1, max_size=4), min_size=1), st.text("ab-", max_size=30))
def test_one_pass_finds_the_words_that_one_search_each_finds(words: set[str], text: str) -> None:
    assert Marks(words).of(text) == {word for word in words if word in text}


def test_a_search_is_the_same_each_time() -> None:
    text = "\n".join(one.text for one in corpus() if one.path.endswith(".py"))
    assert search(text, "a.py") == search(text, "a.py")
