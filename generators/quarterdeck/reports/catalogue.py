"""The pages that explain: every formula, rule, table and key of a handoff, setting and KPI."""

import inspect
from collections.abc import Iterable, Iterator
from functools import cache

import msgspec
from markupsafe import Markup

from quarterdeck.figures.kpis import CATALOGUE, KpiDefinition
from quarterdeck.formulas.catalogue import FORMULAS
from quarterdeck.formulas.present import inputs_in_words
from quarterdeck.formulas.registry import Formula
from quarterdeck.model.columns import Field, fields_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Unit
from quarterdeck.model.finding import ROLE_TITLES
from quarterdeck.model.page import Page
from quarterdeck.model.tables import SECTIONS, TABLES
from quarterdeck.reports.check_catalogue import check_pages
from quarterdeck.reports.components import Cell, Column, Table, TableRow, joined, slug
from quarterdeck.reports.escape import safe
from quarterdeck.reports.explained import WORDS, Item, explaining, labelled
from quarterdeck.reports.settings_catalogue import settings_page
from quarterdeck.reports.sources import href
from quarterdeck.reports.words import counted
from quarterdeck.rules import run
from quarterdeck.rules.registry import RULES, Rule

FORMULA_PAGE = "how/formulas.md"
RULE_PAGE = "how/rules.md"

_WORDS_OF_RESULT = {"Result": "Result and edges"}
_UNIT_WORDS: dict[Unit, str] = {
    "money": "money",
    "ratio": "a share",
    "count": "a count",
    "months": "months",
    "days": "days",
    "hours": "hours",
    "score": "a number",
    "date": "a day",
}
_GRAMMAR = {
    "money": "money: $1,250, 1.2k, (250)",
    "money range": "money, or a range: $10K-50K",
    "money or ratio": "money or a share: $90, 12%",
    "ratio": "a share: 25% or 0.25",
    "date": "a day: 2026-12-05 or Dec 5, 2026",
    "date or mtm": "a day, or mtm",
    "period": "a month, quarter, year or week: 2026-10, 2026-Q4, 2026, 2026-W41",
    "count": "a whole number",
    "number": "a number",
    "flag": "yes or no",
    "id": "an id: letters, digits, hyphens",
    "name": "a name",
    "text": "text",
    "ids": "ids, separated by commas",
    "names": "names, separated by commas",
    "parts": "names, separated by commas",
    "kpi value": "a number, money, a share, 5 of 31, not tracked, or n/a: reason",
}


class Subject(msgspec.Struct, frozen=True):
    """Formulas that stand on one page."""

    title: str
    path: str
    families: str
    """The first letters or digits of their ids, after any `F-`; those of no other page where it is empty."""

    def has(self, formula: Formula) -> bool:
        """Whether a formula stands on this page."""
        named = "".join(one.families for one in SUBJECTS)
        family = formula.id.removeprefix("F-")[0]
        return family in self.families if self.families else family not in named

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Those of this page, in order of id."""
        return tuple(filter(self.has, FORMULAS))


SUBJECTS = (
    Subject("Cash and capital", "how/formulas/cash.md", "BCEK1"),
    Subject("Sales and customers", "how/formulas/sales.md", "GMQTV"),
    Subject("Books and billing", "how/formulas/books.md", "ALPR"),
    Subject("Rented property", "how/formulas/property.md", "N"),
    Subject("Systems and work", "how/formulas/work.md", ""),
)
"""The pages of formulas, in the order of the navigation."""


def formula_links() -> dict[str, str]:
    """Formula id -> page and anchor that explain it."""
    return {one.id: f"{each.path}#{slug(one.id)}" for each in SUBJECTS for one in each.formulas}


_ = run.MODULES  # importing them is what fills the list of rules


class RuleSubject(msgspec.Struct, frozen=True):
    """Rules that stand on one page."""

    title: str
    path: str
    groups: tuple[str, ...]
    """The middle of their codes."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Those of this page, in order of code."""
        return tuple(RULES[code] for code in sorted(RULES) if code.split("-")[1] in self.groups)


RULE_SUBJECTS = (
    RuleSubject("Selling online", "how/rules/selling.md", ("QDN",)),
    RuleSubject("The whole portfolio", "how/rules/portfolio.md", ("CEO", "GAP")),
    RuleSubject("Systems and security", "how/rules/systems.md", ("CTO",)),
    RuleSubject("Books and tax", "how/rules/books.md", ("ACC",)),
    RuleSubject("Cash and plans", "how/rules/cash.md", ("CFO",)),
    RuleSubject("Marketing", "how/rules/marketing.md", ("CMO",)),
    RuleSubject("Rental, deliveries, clients", "how/rules/services.md", ("RNT", "DLV", "CLI")),
    RuleSubject("Missing and wrong inputs", "how/rules/inputs.md", ("DAT",)),
)
"""The pages of rules, in the order of the navigation."""


def rule_links() -> dict[str, str]:
    """Rule code -> page and anchor that explain it."""
    return {one.code: f"{each.path}#{slug(one.code)}" for each in RULE_SUBJECTS for one in each.rules}


@cache
def catalogue() -> tuple[Page, ...]:
    """The catalogue pages; they depend on the package alone."""
    return (
        *(page.under("Formulas") for page in _formula_pages()),
        *(page.under("Rules") for page in _rule_pages()),
        *(page.under("Audit checks") for page in check_pages()),
        *(page.under("What you may write") for page in _input_pages()),
    )


def _input_pages() -> Iterator[Page]:
    """The tables of handoffs, the keys of the settings, and what is worth measuring."""
    yield explaining(
        "how/handoff-format.md",
        "Handoff format",
        f"A handoff is one Markdown file in which {len(TABLES)} tables may stand, all of them optional.",
        _format_items(),
    )
    yield settings_page()
    yield explaining(
        "how/kpis.md",
        "KPIs",
        f"{len(CATALOGUE)} numbers are worth measuring; each business is asked only for those of its kind.",
        _kpi_items(),
    )


def _formula_pages() -> Iterator[Page]:
    """The list of subjects, then the formulas of each."""
    yield explaining(
        FORMULA_PAGE,
        "Formulas",
        f"{len(FORMULAS)} formulas make every computed number; each is worked out with an example on the page "
        "of its subject. To try one: quarterdeck formula F-B4.",
        map(_subject_item, SUBJECTS),
    )
    for each in SUBJECTS:
        yield explaining(
            each.path,
            f"Formulas: {each.title}",
            f"{len(each.formulas)} of the formulas that make computed numbers, each worked out with an example.",
            map(_formula_item, each.formulas),
        )


def _rule_pages() -> Iterator[Page]:
    """The list of subjects, then the rules of each."""
    yield explaining(
        RULE_PAGE,
        "Rules",
        f"{len(RULES)} rules read handoffs, books and what was collected, and say what is wrong, missing or about "
        "to run out; each is explained on the page of its subject.",
        map(_rule_subject_item, RULE_SUBJECTS),
    )
    for each in RULE_SUBJECTS:
        yield explaining(
            each.path,
            f"Rules: {each.title}",
            f"{counted(len(each.rules), 'rule')}: what each checks and why, and how to mend what it finds.",
            map(_rule_item, each.rules),
        )


def _subject_item(subject: Subject) -> Item:
    """The formulas of one page by name, each with the anchor that it has there."""
    columns = (Column("formula", "Formula"), Column("unit", "Gives"))
    rows = tuple(
        TableRow(
            (
                Cell(f"{one.id} {one.title}", href=href(FORMULA_PAGE, subject.path, slug(one.id))),
                _UNIT_WORDS[one.unit],
            ),
            anchor=slug(one.id),
        )
        for one in subject.formulas
    )
    table = Table(columns, rows, is_index=True)
    return Item(subject.title, slug(subject.title), counted(len(rows), "formula"), table=table)


def _formula_item(formula: Formula) -> Item:
    parts = _first_examples(labelled(formula.text))
    first = next((at for at, (label, _) in enumerate(parts) if label), len(parts))
    definition = Markup("<br>").join(Markup("<code>%s</code>") % safe(line) for line in formula.working)
    return Item(
        f"{formula.id} {formula.title}",
        slug(formula.id),
        f"gives {_UNIT_WORDS[formula.unit]}",
        (
            *parts[:first],
            *((("Definition", definition),) if formula.working else ()),
            *((_WORDS_OF_RESULT.get(label, label), text) for label, text in parts[first:]),
        ),
        _inputs_table(formula),
    )


def _first_examples(parts: tuple[tuple[str, Markup], ...]) -> tuple[tuple[str, Markup], ...]:
    """A docstring's parts with its first two examples; the page is for people, the others are tests."""
    examples = [at for at, (label, _) in enumerate(parts) if label == WORDS.get("Example", "Example")]
    return tuple(part for at, part in enumerate(parts) if at not in examples[2:])


def _inputs_table(formula: Formula) -> Table:
    """What to write for each input, with the type in words."""
    return Table(
        columns=(Column("input", "Input"), Column("form", "What to write"), Column("else", "If left out")),
        rows=tuple(
            TableRow((one.name, one.words, "needed" if one.is_needed else one.default))
            for one in inputs_in_words(formula.function)
        ),
        is_sortable=False,
    )


def _rule_subject_item(subject: RuleSubject) -> Item:
    """The rules of one page by name, each with the anchor that it has there."""
    columns = (Column("rule", "Rule"), Column("severity", "Severity"))
    rows = tuple(
        TableRow(
            (
                Cell(f"{one.code} {one.name}", href=href(RULE_PAGE, subject.path, slug(one.code))),
                one.severity.capitalize(),
            ),
            anchor=slug(one.code),
        )
        for one in subject.rules
    )
    table = Table(columns, rows, is_index=True)
    return Item(subject.title, slug(subject.title), counted(len(rows), "rule"), table=table)


def _rule_item(rule: Rule) -> Item:
    readers = joined([ROLE_TITLES[role] for role in rule.roles])
    moves = joined(list(dict.fromkeys(ROLE_TITLES[effect.role] for effect in rule.affects)))
    grey = f"{rule.severity}, for {readers}" + (f"; also moves {moves}" if moves else "")
    text = inspect.getdoc(rule.check) or ""
    return Item(f"{rule.code} {rule.name}", slug(rule.code), grey, labelled(text))


def _format_items() -> Iterator[Item]:
    yield Item(
        "Front matter",
        "front-matter",
        "between two lines of three dashes at the top of the file",
        table=_columns_table(fields_of(Entity), are_keys=True),
    )
    for table in TABLES:
        also = f"also read under {joined([word.capitalize() for word in table.also])}" if table.also else ""
        doc = inspect.getdoc(table.record) or ""
        yield Item(
            table.heading,
            slug(table.name),
            also,
            (("", safe(doc.splitlines()[0])),),
            _columns_table(fields_of(table.record)),
        )
    for section in SECTIONS:
        also = (
            f"also read under {joined([word.capitalize() for word in section.also])}" if section.also else ""
        )
        yield Item(section.heading, slug(section.name), also, (("", safe("Text, bullets or tasks.")),))


def _columns_table(fields: Iterable[Field], *, are_keys: bool = False) -> Table:
    return Table(
        columns=(
            Column("column", "Key" if are_keys else "Column"),
            Column("meaning", "What to write"),
            Column("form", "Form"),
        ),
        rows=tuple(
            TableRow(
                (
                    Cell(field.name if are_keys else field.header, "needed" if field.column.required else ""),
                    field.column.help,
                    Cell(
                        joined(list(field.words)) if field.words else _GRAMMAR[field.grammar],
                        f"also read as: {', '.join(field.column.also)}" if field.column.also else "",
                    ),
                )
            )
            for field in fields
        ),
        is_sortable=False,
    )


def _kpi_items() -> Iterator[Item]:
    kinds: dict[str, list[KpiDefinition]] = {}
    for kpi in CATALOGUE:
        kinds.setdefault(joined(list(kpi.kinds)) or "every business", []).append(kpi)
    for kind, kpis in kinds.items():
        yield Item(f"For {kind}", slug(kind), f"{len(kpis)} KPIs", table=_kpi_table(kpis))


def _kpi_table(kpis: Iterable[KpiDefinition]) -> Table:
    good = {"up": "more is better", "down": "less is better", "band": "neither too much nor too little"}
    return Table(
        columns=(
            Column("kpi", "KPI"),
            Column("what", "What it is"),
            Column("cadence", "Measured"),
            Column("source", "From"),
        ),
        rows=tuple(
            TableRow((kpi.id, f"{kpi.title}: {kpi.what}; {good[kpi.direction]}", kpi.cadence, kpi.source))
            for kpi in kpis
        ),
        is_sortable=False,
    )
