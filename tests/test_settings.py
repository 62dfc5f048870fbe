"""Settings: the sample, the defaults, and one problem at its line for everything that is wrong."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.commands.schemas import portfolio_schema
from quarterdeck.mail.recipients import copies
from quarterdeck.model.errors import InputError, Problem
from quarterdeck.reference import read_references, references, runtime_ends, unit_prices
from quarterdeck.settings import Settings, Thresholds, load_settings
from quarterdeck.settings_check import SOURCE_FOLDERS
from quarterdeck.settings_file import PORTFOLIO_FILE

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty portfolio folder."""
    folder = tmp_path / "harbor"
    folder.mkdir()
    return folder


def load(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> Settings:
    (folder / PORTFOLIO_FILE).write_text(text, encoding="utf-8")
    return load_settings(folder, environ or {})


def problems(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> list[Problem]:
    """What is wrong with a file that must be refused."""
    with pytest.raises(InputError) as caught:
        load(folder, text, environ)
    assert all(problem.refused for problem in caught.value.problems)
    return list(caught.value.problems)


def places(found: list[Problem]) -> list[tuple[str, int, int]]:
    return [(problem.code, problem.line, problem.column) for problem in found]


def test_the_sample_portfolio_loads() -> None:
    settings = load_settings(ROOT, {})
    assert settings.as_of == date(2026, 11, 23)
    assert set(settings.entities) >= {path.stem for path in (ROOT / "handoffs").glob("*.md")}
    assert settings.assumptions.hurdle_rate == Decimal("0.14")
    assert copies(settings) == settings.mail.bcc != ()
    assert {person.audience for person in settings.people.values()} == {"all"}
    assert settings.accepted[0].until == date(2027, 3, 31)


def test_without_a_file_everything_is_default_and_the_folder_names_the_portfolio(folder: Path) -> None:
    assert load_settings(folder, {}) == Settings(name="harbor")


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "people:\nmail:\n", "name: harbor\n"])
def test_keys_without_a_value_are_defaults(folder: Path, text: str) -> None:
    assert load(folder, text) == Settings(name="harbor")


def test_defaults_are_those_of_the_settings_table() -> None:
    in_force = {default.key: default.value for default in Settings().defaults_in_force()}
    assert in_force == {
        "thresholds.approval_limit": "0",
        "thresholds.capital_threshold": "2500",
        "thresholds.contractor_threshold.2025": "600",
        "thresholds.contractor_threshold.2026": "2000",
        "thresholds.receipt_exception_below": "75",
        "thresholds.variance_flag.abs": "250",
        "thresholds.variance_flag.pct": "0.10",
        "thresholds.bill_tolerance.abs": "25",
        "thresholds.bill_tolerance.pct": "0.01",
        "thresholds.send_stop.bounce": "0.04",
        "thresholds.send_stop.complaint": "0.0008",
        "thresholds.deposit_limit_months": "1",
        "thresholds.stale_after.handoff": "45",
        "thresholds.stale_after.evidence": "14",
        "thresholds.stale_after.funnel": "30",
        "thresholds.stale_after.channels": "60",
        "thresholds.stale_after.reconciled": "35",
        "thresholds.stale_after.values": "365",
        "thresholds.changes.money": "250",
        "thresholds.changes.money_ratio": "0.10",
        "thresholds.changes.ratio": "0.05",
        "thresholds.changes.months": "0.5",
        "thresholds.changes.count": "1",
        "assumptions.hurdle_rate": "0.12",
        "assumptions.reserve_months": "3",
        "assumptions.rental_reserve_months": "6",
        "assumptions.downside.receipts": "0.80",
        "assumptions.downside.delay_weeks": "2",
        "assumptions.upside_min_probability": "0.75",
        "assumptions.stage_probability.lead": "0.05",
        "assumptions.stage_probability.qualified": "0.15",
        "assumptions.stage_probability.proposal": "0.35",
        "assumptions.stage_probability.verbal": "0.70",
        "assumptions.loss_rates": "0.01, 0.02, 0.05, 0.15, 0.40",
        "assumptions.fx_max_age_days": "7",
        "assumptions.card_fee.pct": "0.029",
        "assumptions.card_fee.fix": "0.30",
        "assumptions.channel_weights.direct": "3",
        "assumptions.channel_weights.search": "3",
        "assumptions.channel_weights.ota": "2",
        "assumptions.channel_weights.others": "1",
        "assumptions.email_model.low.click": "0.010",
        "assumptions.email_model.low.order": "0.02",
        "assumptions.email_model.base.click": "0.022",
        "assumptions.email_model.base.order": "0.04",
        "assumptions.email_model.high.click": "0.030",
        "assumptions.email_model.high.order": "0.08",
        "assumptions.email_model.bounce": "0.03",
        "assumptions.email_model.sends": "3",
        "assumptions.email_model.decay": "0.8",
        "assumptions.email_model.unsub": "0.003",
        "assumptions.email_model.complaint": "0.0003",
        "assumptions.ramp.v0": "200",
        "assumptions.ramp.g": "1.5",
        "assumptions.ramp.cap": "1500",
        "pinned_rules": "R-CEO-01, R-CEO-04, R-CEO-06, R-CTO-01, R-CTO-02, R-CFO-02",
    }


def test_what_is_set_is_no_default_in_force(folder: Path) -> None:
    text = (
        "people: {sam: {name: Sam}, pat: {name: Pat, hours_per_week: 6}}\n"
        "thresholds: {variance_flag: {abs: 300}, contractor_threshold: {2027: 2100}}\n"
        "assumptions: {loss_rates: [1%, 2%, 3%, 4%, 5%], email_model: {low: {click: 1%, order: 1%}}}\n"
        "pinned_rules: [R-CFO-02]\n"
    )
    settings = load(folder, text)
    keys = {default.key for default in settings.defaults_in_force()}
    assert "people.sam.hours_per_week" in keys
    assert "thresholds.variance_flag.pct" in keys
    assert "thresholds.contractor_threshold.2026" in keys
    assert settings.thresholds.contractor_threshold[2027] == 2100
    assert settings.thresholds.contractor_threshold[2026] == 2000
    for key in (
        "people.pat.hours_per_week",
        "thresholds.variance_flag.abs",
        "assumptions.loss_rates",
        "assumptions.email_model.low.click",
        "pinned_rules",
    ):
        assert key not in keys


@pytest.mark.parametrize(
    ("written", "value"),
    [("2500", "2500"), ("2,500.00", "2500.00"), ("$1,000,000", "1000000"), ("0.10", "0.10"), ("-5", "-5")],
)
def test_F041_money_is_exact(folder: Path, written: str, value: str) -> None:
    amount = load(folder, f"thresholds: {{approval_limit: '{written}'}}").thresholds.approval_limit
    assert str(amount) == value


@pytest.mark.parametrize(
    "written",
    [".nan", ".inf", "1e309", "1_000", "12:30", "0x1F", "1,00", "10K", "~5", "9" * 5000, "5 EUR", ""],
)
def test_F032_F036_F044_doubtful_amounts_are_refused(folder: Path, written: str) -> None:
    (problem,) = problems(folder, f"thresholds:\n  approval_limit: '{written}'\n")
    assert (problem.code, problem.line, problem.column) == ("wrong-type", 2, 19)
    assert len(str(problem)) < 200


@pytest.mark.parametrize(
    ("written", "value"), [("12%", "0.12"), ("0.12", "0.12"), ("100%", "1.00"), ("0", "0")]
)
def test_shares_are_read_from_percent_and_fraction(folder: Path, written: str, value: str) -> None:
    assert str(load(folder, f"assumptions: {{hurdle_rate: {written}}}").assumptions.hurdle_rate) == value


@pytest.mark.parametrize("written", ["120%", "1.01", "-0.1", "12", "x"])
def test_F052_shares_outside_nothing_and_all_are_refused(folder: Path, written: str) -> None:
    assert places(problems(folder, f"assumptions: {{hurdle_rate: {written}}}")) == [("wrong-type", 1, 28)]


@pytest.mark.parametrize("written", ["2026-02-30", "30.11.2026", "2026-1-5", "2026-11-23T00:00", "yes"])
def test_F030_impossible_dates_are_refused_by_name(folder: Path, written: str) -> None:
    (problem,) = problems(folder, f"as_of: '{written}'\n")
    assert problem.what == f'as_of: found "{written}"'


def test_F031_account_numbers_and_names_keep_what_is_written(folder: Path) -> None:
    text = "known_accounts: [{account: 012345678901, reason: no}]\npeople: {no: {name: off}}\nname: 1.10\n"
    settings = load(folder, text)
    assert settings.known_accounts[0].account == "012345678901"
    assert settings.known_accounts[0].reason == "no"
    assert settings.people["no"].name == "off"
    assert settings.name == "1.10"


@pytest.mark.parametrize(
    ("text", "place", "what", "mend"),
    [
        ("people: [sam]\n", (1, 9), "people: found a list of 1", "a map"),
        ("mail: {bcc: a@b.example}\n", (1, 13), 'mail.bcc: found "a@b.example"', "a list"),
        ("name: [x, y]\n", (1, 7), "name: found a list of 2", "text"),
        ("as_of: {a: b}\n", (1, 8), "as_of: found a map", "a date"),
        ("thresholds: high\n", (1, 13), 'thresholds: found "high"', "a map"),
        ("assumptions: {loss_rates: [1%]}\n", (1, 27), "assumptions.loss_rates: found a list of 1", "five"),
        ("- a\n- b\n", (1, 1), "expected keys such as name: and people:, found a list", "name:"),
        ("just words\n", (1, 1), 'expected keys such as name: and people:, found "just words"', "name:"),
    ],
)
def test_F033_wrong_types_name_what_is_expected_and_found(
    folder: Path, text: str, place: tuple[int, int], what: str, mend: str
) -> None:
    (problem,) = problems(folder, text)
    assert (problem.line, problem.column) == place
    assert problem.what == what
    assert mend in problem.mend


@pytest.mark.parametrize(
    ("text", "place", "guess"),
    [
        ("nmae: x\n", (1, 1), "name"),
        ("mail:\n  sendr: a@b.example\n", (2, 3), "sender"),
        ("thresholds: {stale_after: {handof: 3}}\n", (1, 28), "handoff"),
        ("people: {sam: {name: Sam, adress: x}}\n", (1, 27), "address"),
        ("entities: {jada: {repos: [{name: a, ulr: b}]}}\n", (1, 37), "url"),
        ("entities: {jada: {aws: {tag: {}}}}\n", (1, 25), "tags"),
        ("people: {sam: {name: Sam, roles: [ceoo]}}\n", (1, 35), "ceo"),
        ("role_owners: {cfoo: sam}\npeople: {sam: {name: Sam}}\n", (1, 15), "cfo"),
        ("role_owners: {cfo: samm}\npeople: {sam: {name: Sam}}\n", (1, 20), "sam"),
        ("builder: mkdoc\n", (1, 10), "mkdocs"),
        ("entities: {jada: {}}\naudiences: {all: {entities: [jda]}}\n", (2, 30), "jada"),
        ("severity_overrides: [{rule: R-CFO-01, severity: hihg, reason: x}]\n", (1, 49), "high"),
        ("people: {sam: {name: Sam, audience: al}}\n", (1, 37), "all"),
        ("thresholds: {variance_flag: {absolute: 1}}\n", (1, 30), ""),
    ],
)
def test_F034_unknown_keys_and_words_are_refused_with_the_nearest(
    folder: Path, text: str, place: tuple[int, int], guess: str
) -> None:
    (problem,) = problems(folder, text)
    assert (problem.line, problem.column) == place
    assert problem.mend.startswith(f'Did you mean "{guess}"? ' if guess else "Known here: ")


def test_an_entity_may_be_known_by_its_handoff_alone(folder: Path) -> None:
    (folder / "handoffs").mkdir()
    (folder / "handoffs" / "jada.md").touch()
    text = "audiences: {all: {entities: [jada]}}\n"
    assert load(folder, text).audiences["all"].entities == ("jada",)


def test_every_key_of_an_accepted_finding_is_required(folder: Path) -> None:
    found = problems(folder, "accepted:\n  - {rule: R-CEO-10}\n")
    assert [problem.what for problem in found] == [
        f"accepted.{key} is missing" for key in ("owner", "reason", "subject", "until")
    ]
    assert {(problem.line, problem.column) for problem in found} == {(2, 5)}


ACCEPTED = """people: {sam: {name: Sam}}
accepted:
  - rule: R-CEO-13
    subject: sam
    until: 2027-01-31
    reason: Until spring.
    owner: sam
"""


@pytest.mark.parametrize("entity", ["", "    entity:\n"])
def test_a_finding_of_the_whole_portfolio_is_accepted_without_an_entity(folder: Path, entity: str) -> None:
    assert [one.entity for one in load(folder, ACCEPTED + entity).accepted] == [None]


@pytest.mark.parametrize("entity", ["''", "All businesses"])
def test_an_entity_that_is_none_tells_how_to_name_the_whole_portfolio(folder: Path, entity: str) -> None:
    found = problems(folder, f"{ACCEPTED}    entity: {entity}\n")[0]
    assert found.what.startswith("accepted.entity: no entity")
    assert found.mend.endswith("Leave entity: out for a finding of the whole portfolio.")


@pytest.mark.parametrize("environ", [{}, {"SENDER": ""}, {"SENDER": " \t"}])
def test_F037_unset_variables_are_named(folder: Path, environ: Mapping[str, str]) -> None:
    (problem,) = problems(folder, "mail:\n  sender: '${SENDER}'\n", environ)
    assert (problem.code, problem.line, problem.column) == ("unset-variable", 2, 11)
    assert "SENDER" in problem.what


def test_F037_the_value_of_a_variable_is_used_and_never_shown(folder: Path) -> None:
    text = "mail:\n  sender: '${USER_PART}@b.example'\n"
    assert load(folder, text, {"USER_PART": "a"}).mail.sender == "a@b.example"
    found = problems(folder, text + "nam: ${USER_PART}\n", {"USER_PART": "hunter2 {x: y}"})
    assert len(found) == 2
    assert "hunter2" not in str(found)
    assert "${USER_PART}" in found[0].what


def test_F037_an_unset_variable_hides_no_other_problem(folder: Path) -> None:
    found = problems(folder, "people: {sam: {name: '${WHO}', roles: [x]}}\nname: '${1x}${OPEN'\n")
    assert [problem.code for problem in found] == [
        "unset-variable",
        "unknown-word",
        "bad-variable",
        "bad-variable",
    ]


@pytest.mark.parametrize(
    "written",
    ["/", "..", ".", "../elsewhere", "a/b", ".git", "~", "site build", "", *sorted(SOURCE_FOLDERS), "Docs"],
)
def test_F038_output_folders_that_hold_other_things_are_refused(folder: Path, written: str) -> None:
    (problem, *_) = problems(folder, f"build: '{written}'\n")
    assert problem.line == 1
    assert problem.code in {"bad-folder", "wrong-type"}


def test_F038_the_home_folder_is_refused(folder: Path) -> None:
    (folder / "me").mkdir()
    (problem,) = problems(folder, "build: me\n", {"HOME": str(folder / "me")})
    assert "home folder" in problem.why


def test_F038_a_link_that_leaves_the_portfolio_is_refused(folder: Path) -> None:
    (folder / "build").symlink_to(folder.parent, target_is_directory=True)
    (problem,) = problems(folder, "name: x\n")
    assert "elsewhere" in problem.why


def test_F040_a_newer_schema_is_refused_with_the_needed_version(folder: Path) -> None:
    (problem,) = problems(folder, "name: x\nschema: 2\nlater_key: 1\n")
    assert (problem.code, problem.line) == ("newer-schema", 2)
    assert "reads schema 2" in problem.mend


@pytest.mark.parametrize("written", ["0", "one", "1.0", "-1"])
def test_F040_a_schema_that_never_was_is_refused(folder: Path, written: str) -> None:
    assert places(problems(folder, f"schema: {written}\n")) == [("wrong-type", 1, 9)]


@pytest.mark.parametrize(
    "written", ["../../x", "/x", "a\\b", "%2e%2e", "a b", "Jada", "-a", "a" * 65, "ä", "a_b"]
)
@pytest.mark.parametrize("table", ["entities", "people", "audiences"])
def test_F071_ids_follow_a_strict_grammar(folder: Path, table: str, written: str) -> None:
    value = "{name: X}" if table == "people" else "{}"
    (problem,) = problems(folder, f"{table}:\n  '{written}': {value}\n")
    assert (problem.code, problem.line, problem.column) == ("wrong-key", 2, 3)


@pytest.mark.parametrize(
    "written",
    [
        "x",
        "a@b",
        "a@@b.example",
        "a b@c.example",
        "a@b.example\\nBcc: c@d.example",
        "a@b.example,c@d.example",
    ],
)
def test_F157_an_address_is_one_address_on_one_line(folder: Path, written: str) -> None:
    assert places(problems(folder, f'mail: {{sender: "{written}"}}\n')) == [("wrong-type", 1, 16)]


def test_F157_names_that_enter_mail_headers_stay_on_one_line(folder: Path) -> None:
    text = 'mail: {subject_prefix: "a\\r\\nBcc: x"}\npeople: {sam: {name: "a\\nb"}}\n'
    assert [problem.line for problem in problems(folder, text)] == [1, 1, 2]  # the escape \r is told besides


@pytest.mark.parametrize("written", ["Mars/Olympus", "../../etc/passwd", "America", "", "a" * 5000])
def test_F050_time_zones_are_known_ones(folder: Path, written: str) -> None:
    assert places(problems(folder, f"timezone: '{written}'\n")) == [("wrong-type", 1, 11)]


def test_a_person_has_one_audience(folder: Path) -> None:
    one = "audiences: {crew: {}}\npeople: {sam: {name: Sam}}\n"
    assert load(folder, one).people["sam"].audience == "crew"
    two = "audiences: {crew: {roles: [cmo]}, owners: {}}\npeople:\n  sam: {name: Sam}\n"
    (missing,) = problems(folder, two)
    assert missing.what == "people.sam.audience is missing, and there are 2 audiences"
    (hidden,) = problems(folder, two.replace("Sam}", "Sam, audience: crew, roles: [cmo, cfo]}"))
    assert (hidden.code, hidden.line) == ("hidden-role", 3)


def test_repositories_are_names_paths_or_addresses(folder: Path) -> None:
    written = "[a, ../b/c, 'https://host.example/d/e.git', 'git@host.example:f.git', {name: g}]"
    text = f"entities: {{jada: {{repos: {written}}}}}"
    repos = load(folder, text).entities["jada"].repos
    assert [(repo.name, repo.path, repo.url) for repo in repos] == [
        ("a", None, None),
        ("c", "../b/c", None),
        ("e", None, "https://host.example/d/e.git"),
        ("f", None, "git@host.example:f.git"),
        ("g", None, None),
    ]


def test_repos_env_gives_sender_and_region_unless_the_portfolio_does(folder: Path) -> None:
    written = "# SES\nexport SES_SENDER='a@b.example'\nAWS_REGION = us-east-1 # far\nSES_REGION=us-west-2\n"
    (folder / "repos.env").write_text(written)
    mail = load(folder, "name: x\n").mail
    assert (mail.sender, mail.region) == ("a@b.example", "us-west-2")
    assert load(folder, "mail: {sender: c@d.example}\n").mail.sender == "c@d.example"
    (folder / "repos.env").write_text("\nSES_SENDER=nobody\nTOKEN=hunter2\n")
    (problem,) = problems(folder, "name: x\n")
    assert (problem.path, problem.line) == ("repos.env", 2)
    assert "hunter2" not in str(problem)


def test_all_problems_of_one_run_are_listed_in_order(folder: Path) -> None:
    found = problems(folder, "a: 1\nname: x\nname: y\ntimezone: [x]\nmail: {sender: '${NO}', bcc: [z]}\n")
    assert places(found) == [
        ("unknown-key", 1, 1),
        ("yaml-duplicate-key", 3, 1),
        ("wrong-type", 4, 11),
        ("unset-variable", 5, 16),
        ("wrong-type", 5, 31),
    ]
    assert found == sorted(found)


@pytest.mark.parametrize(
    "data", [b"\xff", b"<<<<<<< HEAD\n", b"a" * 4_000_001, b"name: a\x00b\n", b"a: [\n", b"a: *b\n"]
)
def test_F001_F015_F006_F005_F029_F025_bad_files_are_refused(folder: Path, data: bytes) -> None:
    (folder / PORTFOLIO_FILE).write_bytes(data)
    with pytest.raises(InputError) as caught:
        load_settings(folder, {})
    assert caught.value.problems[0].path == PORTFOLIO_FILE


def test_a_folder_in_place_of_the_file_is_refused(folder: Path) -> None:
    (folder / PORTFOLIO_FILE).mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        load_settings(folder, {})


KEYS = st.sampled_from(
    [
        *(field.alias or name for name, field in Settings.model_fields.items()),
        "sam",
        "jada",
        "all",
        "roles",
        "x",
    ]
)
WORDS = st.sampled_from(
    ["x", "", "2026-11-23", "12%", "5", "a@b.example", "ceo", "${X}", "${", "../x", "\u202e", "{{ x }}"]
)
TREES = st.recursive(
    WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)


@given(st.dictionaries(KEYS, TREES, max_size=5))
def test_F230_any_tree_gives_settings_or_problems_in_the_file(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[str, object]
) -> None:
    folder = tmp_path_factory.mktemp("portfolio")
    written = json.dumps(tree, indent=1)
    (folder / PORTFOLIO_FILE).write_text(written, encoding="utf-8")
    try:
        load_settings(folder, {})
    except InputError as error:
        for problem in error.problems:
            assert 0 <= problem.line <= written.count("\n") + 1
            assert problem.what
            assert problem.mend


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().name = "x"  # type: ignore[misc]  # what is tested
    assert Thresholds(approval_limit=Decimal("0.1") * 10).approval_limit == 1


def test_the_schema_for_editors_is_current() -> None:
    written = (ROOT / "schemas" / "portfolio.schema.json").read_text(encoding="utf-8")
    assert written == portfolio_schema(), "write quarterdeck.commands.schemas.portfolio_schema() to this file"


def test_every_setting_is_described() -> None:
    schema = json.loads(portfolio_schema())
    for part in (schema, *schema["$defs"].values()):
        for name, field in part.get("properties", {}).items():
            assert field.get("description") or "$ref" in field, name
            assert part["additionalProperties"] is False


def test_the_sample_names_its_schema() -> None:
    first = (ROOT / PORTFOLIO_FILE).read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=schemas/portfolio.schema.json"


def test_the_models_and_text_are_read_without_pydantic() -> None:
    code = "import sys, quarterdeck.text.yaml, quarterdeck.reference; print('pydantic' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_reference_figures_are_whole() -> None:
    assert references()["dscr"].checked_on == date(2026, 11, 1)
    for reference in references().values():
        assert reference.figure
        assert reference.unit
        assert reference.meaning
        assert reference.source


def test_ends_of_runtimes_have_a_source_and_may_be_set(folder: Path) -> None:
    assert runtime_ends()["python3.9"].day == date(2025, 12, 15)
    assert all(end.source and end.checked_on for end in runtime_ends().values())
    own = "assumptions:\n  runtime_end_dates:\n    python3.9: {date: 2026-12-31, checked_on: 2026-11-20}\n"
    ends = load(folder, own).declared().runtime_ends
    assert (ends["python3.9"].day, ends["python3.9"].source) == (date(2026, 12, 31), "portfolio.yml")
    assert ends["python3.12"] == runtime_ends()["python3.12"]


def test_unit_prices_have_a_source_and_regions() -> None:
    listed = unit_prices()
    assert listed.prices["secret-month"] == Decimal("0.40")
    assert "us-east-1" in listed.regions
    assert listed.source
    assert "unit-prices" not in references()


def test_what_is_declared_of_resources(folder: Path) -> None:
    declared = load(
        folder,
        """entities:
  jada: {sites: [jada.example], booking_path: [quote]}
  qos: {}
resources:
  box: {data: personal}
  toy: {use: test}
public_routes: [{route: POST /subscribe, reason: a form}]
mail: {streams: {news: marketing}}
""",
    ).declared()
    assert sorted(declared.personal | declared.spare) == ["box", "toy"]
    assert "toy" in declared.spare
    assert (declared.sites, declared.booking_path) == ({"jada": ("jada.example",)}, {"jada": ("quote",)})
    assert declared.public_routes == {"POST /subscribe"}
    assert declared.streams == {"news": "marketing"}


def test_a_reference_file_that_is_no_yaml_is_refused() -> None:
    with pytest.raises(InputError, match=r"reference\.yml:1:4"):
        read_references("a: [\n")
