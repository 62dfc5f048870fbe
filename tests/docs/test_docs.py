"""The guides in docs/: every example in them is read, run or compared, so that none can go stale."""

import errno
import inspect
import json
import os
import re
import shlex
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

import click
import jinja2
import pytest
from beancount.parser.parser import parse_string
from click.testing import CliRunner

from quarterdeck.brief import brief
from quarterdeck.cli import cli
from quarterdeck.cli.options import SEVERITIES
from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.repos.deploying import plain
from quarterdeck.collectors.run import MODULES
from quarterdeck.commands.check import check
from quarterdeck.commands.inputs import read
from quarterdeck.commands.roles import PAGE as ROLES_PAGE
from quarterdeck.commands.roles import roles_page
from quarterdeck.figures import sales
from quarterdeck.model.assumed import STALE_AFTER
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.columns import Column, Field, Grammar
from quarterdeck.model.errors import InputError
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import STATE_WORDS, Figure
from quarterdeck.model.finding import ROLES
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.page import HOW_MADE
from quarterdeck.model.tables import SECTIONS, TABLES
from quarterdeck.model.values import Blank, Money, Ratio
from quarterdeck.parse.categories import parse_categories
from quarterdeck.parse.handoff import parse_handoff
from quarterdeck.parse.refusal import Refusal
from quarterdeck.parse.sections import section_of
from quarterdeck.parse.values import READERS
from quarterdeck.portfolio import RULES_FILE
from quarterdeck.publish.infrastructure import mail_template_text, template
from quarterdeck.reports import words
from quarterdeck.reports.catalogue import catalogue, formula_links, rule_links
from quarterdeck.reports.guides import guides
from quarterdeck.reports.handwritten import read_docs
from quarterdeck.reports.named_charts import NAMED
from quarterdeck.reports.readers import reader_pages
from quarterdeck.rules import margins, registry
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from quarterdeck.settings import StaleAfter, load_settings
from quarterdeck.site.macros import chart_html, figure_html, findings_html, kpi_table_html

ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = ROOT / "docs"
GUIDES: Final = sorted((DOCS / "guide").glob("*.md"))
NOTHING: Final = Briefing(name="", as_of=date(2026, 6, 8), currency="USD", timezone="UTC", roles=ROLES)
MADE: Final = (*catalogue(), *reader_pages(NOTHING))
GENERATED: Final = frozenset(page.path for page in MADE)
SAMPLE: Final = "handoffs/bell-harbor-kayaks.md"
READ_ON: Final = date(2026, 6, 8)
OTHER_PROGRAMS: Final = {".", "aws", "cat", "cd", "git", "npm", "osv-scanner", "pip-audit", "python3"}

EXTRAS: Final = frozenset(
    tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
)

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`]+)`")


class Fence(NamedTuple):
    """One fenced block of a guide."""

    guide: str
    number: int
    language: str
    text: str

    def __str__(self) -> str:
        """Its name in the list of tests."""
        return f"{self.guide}-{self.number}"


def guide(name: str) -> str:
    return (DOCS / "guide" / name).read_text(encoding="utf-8")


def fences_of(name: str) -> list[Fence]:
    found = enumerate(_FENCE.finditer(guide(name)), start=1)
    return [Fence(name, number, match[1], match[2]) for number, match in found]


def fences(*languages: str) -> list[Fence]:
    found = [fence for path in GUIDES for fence in fences_of(path.name)]
    return [fence for fence in found if fence.language in languages]


def table(name: str, first: str) -> list[list[str]]:
    """The rows of the one table of a guide whose header begins with that word."""
    _, _, rest = guide(name).partition(f"\n| {first} |")
    assert rest, f"{name} has no table that begins with {first}"
    lines = [line for line in rest.split("\n\n", 1)[0].split("\n")[2:] if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" |")] for line in lines]


def section(name: str, heading: str) -> str:
    """The text under one heading of a guide."""
    return guide(name).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


# ── the pages themselves ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_a_guide_begins_with_its_place_and_title(path: Path) -> None:
    assert re.match(r"---\norder: \d+\n---\n# \S", path.read_text(encoding="utf-8"))


def test_titles_are_distinct_and_none_is_that_of_a_generated_page() -> None:
    titles = [page.title for page in read_docs(DOCS).pages]
    assert len(set(titles)) == len(titles)
    generated = {page.title for page in MADE}
    assert not set(titles) & {*generated, HOW_MADE}
    assert {"Formulas", "Rules", "Handoff format", "Settings", "KPIs"} < generated


def test_the_guides_stand_in_their_order() -> None:
    names = [page.path.removeprefix("guide/").removesuffix(".md") for page in guides()]
    assert names == [
        *(
            "tutorial",
            "writing",
            "how-to",
            "books",
            "bank",
            "numbers",
            "macros",
            "audit",
            "operating",
            "publishing",
        ),
        *("how-it-works", "threats", "roles", "commands", "extending"),
    ]
    orders = [re.findall(r"^order: (\d+)$", guide(f"{name}.md"), re.MULTILINE)[0] for name in names]
    assert [int(order) for order in orders] == list(range(1, len(names) + 1))


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_links_lead_to_pages_and_headings_that_are_there(path: Path) -> None:
    for target in _LINK.findall(path.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        if file.endswith(".svg"):
            assert (path.parent / file).is_file(), target
            assert anchor in {"", "only-light", "only-dark"}, target
            continue
        assert file.endswith(".md"), target
        page = (path.parent / file).resolve().relative_to(DOCS).as_posix()
        if page in GENERATED:
            assert not anchor or f"{page}#{anchor}" in {*formula_links().values(), *rule_links().values()}, (
                target
            )
        else:
            assert not anchor or anchor in headings(DOCS / page), target


def headings(path: Path) -> set[str]:
    """Anchors of a page's headings, as the site builder makes them."""
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in found}


def test_no_guide_names_a_place_on_our_own_machines() -> None:
    for path in GUIDES:
        assert not re.search(r"/(?:work|home|root|tmp)/", path.read_text(encoding="utf-8")), path.name


# ── handoffs ─────────────────────────────────────────────────────────────────────────────────────────────────


def parsed(text: str) -> Handoff:
    result = parse_handoff(text.encode(), SAMPLE)
    assert isinstance(result, Handoff), result
    return result


@pytest.fixture(scope="module")
def kayaks() -> Handoff:
    """The whole handoff of the guide for writers."""
    return parsed(fences("markdown")[0].text)


def test_the_whole_handoff_is_understood_to_the_last_cell(kayaks: Handoff) -> None:
    assert kayaks.problems == ()
    assert {name for name, _ in kayaks.tables} >= {
        *("offers", "bookings", "channels", "funnel", "costs", "assets", "compliance"),
        *("pipeline", "plan", "kpis"),
    }
    assert {type(row).__name__ for row in kayaks.rows} >= {"Compliance", "Lead"}
    assert len(kayaks.tasks) == 7
    assert {bullet.section for bullet in kayaks.bullets} == {"gaps", "decisions", "questions"}


class Example(NamedTuple):
    """A handoff of a guide, and what `quarterdeck check` says of it in the list below."""

    text: str
    said: list[str]


def checked_examples() -> list[Example]:
    listed = re.finditer(
        r"^```markdown\n(.*?)^```\n\n((?:- `handoffs/[^\n]*`\n)+)",
        guide("writing.md"),
        re.MULTILINE | re.DOTALL,
    )
    found = [Example(match[1], _CODE.findall(match[2])) for match in listed]
    return [Example(text.rpartition("```markdown\n")[2], said) for text, said in found]


@pytest.mark.parametrize("example", checked_examples(), ids=("warnings", "error"))
def test_messages_are_those_of_check(example: Example, tmp_path: Path) -> None:
    file = tmp_path / SAMPLE
    file.parent.mkdir()
    file.write_text(example.text, encoding="utf-8")
    result = check([], tmp_path, {})
    assert [str(problem) for problem in result.problems] == example.said
    assert any(problem.refused for problem in result.problems) == (example == checked_examples()[-1])


def test_every_handoff_is_read_by_a_test() -> None:
    assert len(fences("markdown")) == 1 + len(checked_examples())


def test_findings_are_those_that_the_guide_lists(kayaks: Handoff) -> None:
    listed = [
        (re.sub(r"\[(.+?)\]\(.+?\)", r"\1", rule), severity, says.replace("\u00a0", " "))
        for rule, severity, says in table("writing.md", "Rule")
    ]
    found = [
        (one.rule, str(one.severity), one.message.replace("\u00a0", " "))
        for one in findings(Known(Facts([kayaks], READ_ON)))
        if not one.rule.startswith("R-DAT")
    ]
    assert sorted(listed) == sorted(found)


def test_three_findings_are_acknowledged_as_the_guide_says(kayaks: Handoff) -> None:
    states = [one.state for one in findings(Known(Facts([kayaks], READ_ON)))]
    assert states.count("acknowledged") == 3


def test_a_sunset_tour_leaves_what_the_guide_says(kayaks: Handoff) -> None:
    figures = {one.id: one for one in sales.figures(Facts([kayaks], READ_ON), kayaks.entity, "USD")}
    assert figures["contribution:sunset-tour"].value == Money(Decimal(43), "USD")
    assert "$43 of a sunset tour, 66.2% of its price" in guide("writing.md").replace("\n", " ")
    assert words.value(figures["contribution_ratio:sunset-tour"]) == "66.2%"


def test_the_csv_file_adds_two_bookings(kayaks: Handoff) -> None:
    (block,) = fences("csv")
    text = fences("markdown")[0].text
    files = {"data/bell-harbor-kayaks/bookings.csv": block.text.encode()}
    result = parse_handoff(text.encode(), SAMPLE, csv_files=files)
    assert isinstance(result, Handoff)
    assert result.problems == ()
    assert len(result.rows) == len(kayaks.rows) + 2


GRAMMARS: Final[Mapping[str, Grammar]] = {
    "Money": "money",
    "Money, a range": "money range",
    "Share": "ratio",
    "Day": "date",
    "Period": "period",
    "Number": "number",
    "Yes or no": "flag",
    "Id": "id",
}


@pytest.mark.parametrize(("name", "good", "bad"), table("writing.md", "Value"))
def test_values_are_read_and_refused_as_the_guide_says(name: str, good: str, bad: str) -> None:
    field = Field("value", Column(""), GRAMMARS[name])
    for text in _CODE.findall(good):
        assert not isinstance(READERS[field.grammar](text, field, "USD"), Refusal | Blank), text
    for text in _CODE.findall(bad):
        assert isinstance(READERS[field.grammar](text, field, "USD"), Refusal), text


def test_ways_of_not_knowing_are_read_as_the_guides_say() -> None:
    field = Field("price", Column(""), "money")
    whys = {
        "zero": None,
        "not known": "unknown",
        "does not apply": "n/a",
        "nobody measures it": "not tracked",
    }
    for written, read_as, _ in table("numbers.md", "Written"):
        for text in [*_CODE.findall(written), *([""] if written.startswith("empty") else [])]:
            value = READERS["money"](text, field, "USD")
            assert value == Money(Decimal(0), "USD") if whys[read_as] is None else isinstance(value, Blank)
            assert getattr(value, "why", None) == whys[read_as], text


def test_tags_and_boxes_are_read_as_the_guide_says() -> None:
    boxes = [box for (cell, _) in table("writing.md", "Box") for box in _CODE.findall(cell)]
    tags = re.findall(r"^- `([^`]+)`", section("writing.md", "Tasks"), re.MULTILINE)
    lines = [f"{box} Do it {' '.join(tags if number == 0 else ())}" for number, box in enumerate(boxes)]
    handoff = parsed("## Tasks\n" + "\n".join(lines) + "\n")
    assert handoff.problems == ()
    assert [task.state for task in handoff.tasks] == ["open", "started", "waiting", "done", "dropped"]
    task = handoff.tasks[0]
    assert task.text == "Do it"
    assert len(tags) == 13
    left_at_default = {
        "done_on",
        "until",
        "waiting_on",
        "parent",
        "notes",
        "state",
        "has_own_id",
        "is_hard",
        "impact_word",
    }
    for name in set(task.__struct_fields__) - left_at_default:
        assert getattr(task, name) not in (None, "", (), False), name


def test_tables_to_begin_with_are_sections() -> None:
    names = {one.heading for one in TABLES} | {one.heading for one in SECTIONS}
    for _, sections in table("writing.md", "Kind of business"):
        for section in sections.split(", "):
            found = section_of(section)
            assert found is not None, section
            assert section in names or section == "Booking flow"


# ── settings, data files and commands ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("block", fences("yaml"), ids=str)
def test_yaml_is_settings_that_load_or_a_workflow(block: Fence, tmp_path: Path) -> None:
    kind = block.text.splitlines()[0].removeprefix("# ")
    if kind == ".github/workflows/check.yml":
        for line in re.findall(r"run: (.+)", block.text):
            check_command(line)
        return
    if kind == RULES_FILE:
        assert parse_categories(block.text.encode(), RULES_FILE)[1] == ()
        return
    assert kind == "portfolio.yml"
    (tmp_path / "handoffs").mkdir()
    (tmp_path / SAMPLE).touch()
    (tmp_path / "portfolio.yml").write_text(block.text, encoding="utf-8")
    try:
        assert load_settings(tmp_path, {}).name == "Harbor Group"
    except InputError as error:
        pytest.fail(str(error))


def help_of(*names: str) -> str:
    runner = CliRunner(env={"COLUMNS": "80"})
    return runner.invoke(cli, [*names, "--help"], prog_name="quarterdeck").output.strip()


def every_command(group: click.Group, *above: str) -> list[tuple[str, ...]]:
    """The words of every command, those of a group with the group's before them."""
    found: list[tuple[str, ...]] = [above]
    for name, command in sorted(group.commands.items()):
        found += (
            every_command(command, *above, name) if isinstance(command, click.Group) else [(*above, name)]
        )
    return found


@pytest.mark.parametrize("names", every_command(cli), ids=" ".join)
def test_the_page_of_commands_equals_help(names: tuple[str, ...]) -> None:
    text = help_of(*names)
    assert f"```text\n{text}\n```" in guide("commands.md"), (
        f"write this into docs/guide/commands.md:\n\n{text}"
    )


def test_every_command_has_a_heading_and_no_other_has() -> None:
    listed = re.findall(r"^## (\w+)$", guide("commands.md"), re.MULTILINE)
    assert sorted(listed) == sorted(cli.commands)


@pytest.mark.parametrize("block", fences("sh"), ids=str)
def test_shell_examples_name_commands_and_options_that_there_are(block: Fence) -> None:
    for line in commands_of(block.text):
        check_command(line.replace("\\\n", " ").partition("\n")[0])


def commands_of(text: str) -> list[str]:
    """The commands of a block of shell, each with the text that it is handed."""
    here = r"[^\n]*<<'(\w+)'\n(?:.*\n)*?\1\n"
    return [found[0].rstrip("\n") for found in re.finditer(rf"{here}|(?:[^\n]*\\\n)*[^\n]+\n", text)]


@pytest.mark.parametrize("path", [*GUIDES, ROOT / "README.md"], ids=lambda path: path.stem)
def test_commands_in_sentences_are_there(path: Path) -> None:
    for code in _CODE.findall(_FENCE.sub("", path.read_text(encoding="utf-8"))):
        if re.match(r"(?:\.venv/bin/)?quarterdeck (?!stands)\w", code):
            check_command(code)


def check_command(line: str) -> None:
    """Parse one line of shell as the program would, without running it."""
    program, *arguments = shlex.split(line.partition(" > ")[0].partition(" <<")[0], comments=True)
    if program in OTHER_PROGRAMS:
        return
    if program == ".venv/bin/python":
        assert arguments[0] == "-m"
        assert find_spec(arguments[1]), line
        return
    if program == "quarterdeck/bin/python":
        assert arguments[:3] == ["-m", "pip", "install"], line
        assert set(re.findall(r"[\[,](\w+)", arguments[3])) <= EXTRAS, line
        return
    if program.startswith("scripts/"):
        assert (ROOT / program).is_file(), line
        return
    assert program in {"quarterdeck", ".venv/bin/quarterdeck"}, line
    name, *rest = arguments
    assert name in cli.commands, line
    command = cli.commands[name]
    while isinstance(command, click.Group):
        name, *rest = rest
        assert name in command.commands, line
        command = command.commands[name]
    context = click.Context(command, info_name=name, parent=cli.make_context("quarterdeck", ["check"]))
    values, _, _ = command.make_parser(context).parse_args(rest)
    for parameter in command.params:
        if isinstance(parameter.type, click.Choice) and isinstance(
            given := values.get(parameter.name or ""), (str, tuple)
        ):
            for value in (given,) if isinstance(given, str) else given:
                parameter.type.convert(value, parameter, context)


def test_a_check_of_commands_would_notice() -> None:
    for line in (
        "quarterdeck mend",
        "quarterdeck build --fast",
        "quarterdeck import bonk a.csv",
        "quarterdeck import bank a.csv --fast",
        "quarterdeck check --format xml",
        "scripts/nothing",
    ):
        with pytest.raises((AssertionError, click.ClickException)):
            check_command(line)


def test_messages_in_the_table_of_failures_are_those_of_the_program() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "generators").rglob("*.py")]
    said = "\n".join([*sources, os.strerror(errno.ENOSPC).lower()])
    for cell, _ in table("operating.md", "What you read"):
        for part in re.split(r"…|^\S+: ", _CODE.findall(cell)[0]):
            words_of_it = part.strip(" :,")
            assert not re.search(r"[a-z] [a-z]", words_of_it) or words_of_it in said, words_of_it


# ── publishing ───────────────────────────────────────────────────────────────────────────────────────────────


def amount_of(cell: str) -> Decimal:
    """The number at the head of a cell."""
    return Decimal(cell.split(maxsplit=1)[0].replace(",", ""))


BILLS: Final = ("publishing.md", "how-it-works.md")


@pytest.mark.parametrize(
    ("part", "amount", "price", "dollars"), [row for name in BILLS for row in table(name, "Part")]
)
def test_a_part_of_the_bill_is_its_amount_times_its_price(
    part: str, amount: str, price: str, dollars: str
) -> None:
    each, _, unit = price.partition(" per ")
    cost = amount_of(amount) * Decimal(each) / amount_of(unit)
    assert Decimal(dollars) == cost.quantize(Decimal("0.01"), ROUND_HALF_UP), part


def test_the_bill_is_the_sum_of_its_parts() -> None:
    totals = {name: sum(Decimal(dollars) for *_, dollars in table(name, "Part")) for name in BILLS}
    for name, total in totals.items():
        assert f"Together **{total} dollars a month**" in guide(name)
    assert f"[some {totals['publishing.md']} dollars](publishing.md#what-it-costs)" in guide(
        "how-it-works.md"
    )
    assert 10 * 10 * 22 * 15 == 33_000


def test_what_is_charged_for_mail_and_audit_is_what_there_is() -> None:
    types = [one["Type"] for one in plain.block(mail_template_text(), "mail.yml")["Resources"].values()]
    amounts = {part: amount for part, amount, *_ in table("how-it-works.md", "Part")}
    assert amounts["CloudWatch, alarms of mail"] == f"{types.count('AWS::CloudWatch::Alarm')} alarms"
    assert amounts["KMS, key of the feedback"] == f"{types.count('AWS::KMS::Key')} key"
    assert "$0.01 for each question to ce: four a run" in COLLECTORS["aws-cost"].charges


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("publishing.md", template()["Parameters"]),
        ("how-to.md", plain.block(mail_template_text(), "mail.yml")["Parameters"]),
    ],
)
def test_parameters_of_the_guide_are_those_of_the_template(name: str, parameters: Mapping[str, Any]) -> None:
    (fence,) = [one for one in fences_of(name) if one.language == "json"]
    given = dict(line.split("=", 1) for line in json.loads(fence.text))
    assert (
        {one for one, about in parameters.items() if "Default" not in about} <= set(given) <= set(parameters)
    )
    for one, value in given.items():
        assert re.fullmatch(parameters[one]["AllowedPattern"], value), one


def test_settings_of_the_guide_are_those_that_the_stack_puts_out() -> None:
    (fence,) = [one for one in fences_of("publishing.md") if one.language == "yaml"]
    put_out = template()["Outputs"]["Settings"]["Value"]["Fn::Sub"]
    keys = [line.partition(":")[0] for line in put_out.splitlines()]
    assert [line.partition(":")[0] for line in fence.text.splitlines()[2:]] == keys


# ── what is made, drawn, or shown as code ─────────────────────────────────────────────────────────────────────────


def test_the_page_of_roles_is_made_from_the_templates() -> None:
    assert guide("roles.md") == roles_page(), f"write {ROLES_PAGE} anew: python -m quarterdeck.commands.roles"


def test_roles_that_jobs_take_change_and_delete_nothing_but_their_own() -> None:
    """What the head of that page promises of all four."""
    granted = set(re.findall(r"`([a-z0-9-]+:[A-Za-z]+)`<br>|`([a-z0-9-]+:[A-Za-z]+)` \|", guide("roles.md")))
    actions = {one or other for one, other in granted if not (one or other).startswith("dynamodb:Leading")}
    assert len(actions) > 40
    may_write = re.compile(r"\w*:(?!Get|List|Describe|BatchGet|Scan|View)")
    assert {one for one in actions if may_write.search(one)} == {
        *("s3:PutObject", "cloudfront-keyvaluestore:UpdateKeys", "ses:SendEmail", "ses:SendRawEmail"),
        *("dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem"),
        *("logs:CreateLogStream", "logs:PutLogEvents", "sqs:DeleteMessage", "sqs:ReceiveMessage"),
    }


PICTURES: Final = sorted((DOCS / "guide").glob("*.svg"))
TOKENS: Final = {
    "#f4f6f8": "#1b2530",
    "#7d8a98": "#748393",
    "#14202e": "#e8edf2",
    "#4b5867": "#a9b5c2",
    "#1f5fa8": "#7db6f0",
}
"""Colours of the site: light -> dark."""


def test_a_picture_is_the_same_in_light_and_dark() -> None:
    light, dark = (
        {
            file.stem.removesuffix(f"-{one}"): file.read_text(encoding="utf-8")
            for file in PICTURES
            if one in file.stem
        }
        for one in ("light", "dark")
    )
    assert light
    assert set(light) == set(dark)
    for name, text in light.items():
        assert set(re.findall(r"#[0-9a-f]{6}", text)) <= set(TOKENS), name
        assert re.sub(r"#[0-9a-f]{6}", lambda found: TOKENS[found[0]], text) == dark[name], name


def test_pictures_say_in_words_what_they_show() -> None:
    shown = [found for path in GUIDES for found in re.findall(r"!\[(.*)\]\((\S+)\)", path.read_text("utf-8"))]
    assert {target.partition("#")[0] for _, target in shown} == {file.name for file in PICTURES}
    assert all(len(words) > 80 for words, _ in shown)


def test_the_rule_of_the_guide_runs(monkeypatch: pytest.MonkeyPatch, kayaks: Handoff) -> None:
    (fence,) = fences("python")
    monkeypatch.setattr(registry, "RULES", dict(registry.RULES))
    names = dict(vars(margins))
    exec(compile(fence.text, "extending.md", "exec"), names)  # noqa: S102 - our own guide
    made = registry.RULES["R-CFO-90"]
    assert set(re.findall(r"^([A-Z][a-z ]+):", inspect.getdoc(made.check) or "", re.MULTILINE)) >= {
        *("What it checks", "Why it matters", "How to mend", "Known limits", "Source"),
    }
    assert list(made.check(Known(Facts([kayaks], READ_ON)))) == []
    dear = parsed(fences("markdown")[0].text.replace("| $22 |", "| $70 |"))
    (hit,) = made.check(Known(Facts([dear], READ_ON)))
    assert hit.message == "Sunset tour costs $70 and brings $65."


def test_code_that_a_guide_names_is_there() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "generators").rglob("*.py")))
    for code in _CODE.findall(_FENCE.sub("", guide("extending.md"))):
        if re.fullmatch(r"[\w./-]+\.(?:py|yml|md)|[\w/-]+/", code):
            places = [ROOT / code, ROOT / "generators" / "quarterdeck" / code]
            assert any(place.exists() for place in places), code
        elif re.fullmatch(r"@?[A-Za-z_]+", code):
            assert re.search(rf"\b{code.removeprefix('@')}\b", sources), code


@pytest.mark.parametrize("fence", fences("beancount"), ids=str)
def test_entries_of_the_books_are_read_without_a_fault(fence: Fence) -> None:
    entries, errors, _ = parse_string(fence.text)
    assert entries
    assert errors == []


def test_every_block_is_read_by_some_test() -> None:
    """`text` marks what is shown and not typed: output, which the pages' own tests compare, or a file's beginning."""
    known = {"beancount", "csv", "json", "markdown", "python", "sh", "text", "yaml"}
    opened = {
        name for path in GUIDES for name in re.findall(r"^```(.*)$", path.read_text("utf-8"), re.MULTILINE)
    }
    assert opened == {*known, ""}
    assert len(fences(*known)) * 2 == sum(path.read_text("utf-8").count("\n```") for path in GUIDES)


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_states_are_those_of_the_model() -> None:
    assert [printed for printed, _ in table("numbers.md", "Printed")] == list(STATE_WORDS.values())


def test_severities_are_those_of_the_model() -> None:
    assert f"({', '.join(SEVERITIES)})" in guide("numbers.md").replace("\n", " ")


def test_inputs_grow_old_after_the_days_that_the_guide_names() -> None:
    rows = [(days, setting) for _, days, setting in table("numbers.md", "What") if setting]
    assert rows
    for days, setting in rows:
        name = _CODE.findall(setting)[0].removeprefix("thresholds.stale_after.")
        assert getattr(StaleAfter(), name) == STALE_AFTER[name] == int(days.split()[0])


def test_numbers_are_printed_as_the_guide_says() -> None:
    def dollars(text: str) -> Money:
        return Money(Decimal(text), "USD")

    shown = [
        words.value(dollars("12899.50")),
        words.value(dollars("999.99")),
        words.value(dollars("79.10")),
        words.value(dollars("79.00")),
        words.value(dollars("-250.00")),
        words.value(Ratio(Decimal("0.1236"))),
        words.value(Ratio(Decimal(5) / 31, Decimal(5), Decimal(31))),
        words.value(Ratio(Decimal(480) / 1210, Decimal(480), Decimal(1210))),
        words.value(Figure("runway_months", "", "Runway", Decimal("5.46"), "months")),
    ]
    assert [printed for _, printed in table("numbers.md", "Held")] == [
        text.replace("\u00a0", " ") for text in shown
    ]


@pytest.fixture(scope="module")
def sample() -> Briefing:
    """The briefing of this repository's portfolio."""
    return brief(read(ROOT, {}, today=lambda _: READ_ON))


def test_macros_of_the_guide_print_numbers_of_the_sample(sample: Briefing) -> None:
    calls: dict[str, Callable[..., str]] = {
        "chart": chart_html,
        "figure": figure_html,
        "kpi_table": kpi_table_html,
        "findings": findings_html,
    }
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=True)
    environment.globals.update({name: partial(macro, sample) for name, macro in calls.items()})
    text, ours = guide("macros.md"), (DOCS / "in-our-words.md").read_text(encoding="utf-8")
    page = environment.from_string(ours).render()
    assert set(re.findall(r"{{ (\w+)\(", text)) == set(calls)
    assert re.search(r"JADA has sold .*\$[\d,]+.* of sailings to come", page)
    shown = [line for fence in fences_of("macros.md") for line in fence.text.splitlines() if "{{" in line]
    assert len(shown) == len(calls)
    assert [line for line in shown if line not in ours.splitlines()] == []
    assert figure_html(sample, "", "upcoming_sales")


def test_the_guide_names_every_chart() -> None:
    text = guide("macros.md")
    assert {one for one in re.findall(r"`([a-z0-9-]+)`", text) if one in NAMED} == set(NAMED)


def test_the_guide_says_what_every_collector_looks_at_and_no_other() -> None:
    told = (
        (DOCS / "guide" / "audit.md")
        .read_text("utf-8")
        .partition("## What is asked\n")[2]
        .partition("\n## ")[0]
    )
    rows = [line.split("|")[1] for line in told.splitlines() if line.startswith("| ")][1:]
    named = [name.strip() for row in rows for name in row.split(",")]
    assert sorted(named) == sorted(COLLECTORS)
    assert MODULES, "importing them is what fills the list"


def test_settings_that_the_guides_name_exist() -> None:
    schema = json.loads((ROOT / "schemas" / "portfolio.schema.json").read_text(encoding="utf-8"))
    for path in GUIDES:
        for key in re.findall(r"`([a-z_]+):`", path.read_text(encoding="utf-8")):
            assert key in schema["properties"] or key in {
                "updated",
                "fixes",
                "until",
                "roles",
                "entity",
                "ledger",
                "purpose",
            }, key


def test_F229_a_weakness_is_reported_in_private_and_answered_within_days() -> None:
    text = " ".join((ROOT / "SECURITY.md").read_text(encoding="utf-8").split())
    assert "report it privately" in text
    assert re.search(r"an answer within [1-9] working days", text)
    assert "SECURITY.md" in (ROOT / "README.md").read_text(encoding="utf-8")
