"""Data rules: inputs that are missing, wrong, old, doubled or left in prose."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

import msgspec

from quarterdeck.figures.inputs import INPUT_OF_TABLE, input_states, is_answer
from quarterdeck.figures.missing.gaps import gaps
from quarterdeck.figures.missing.registry import FIELD_BY_KEY
from quarterdeck.model.briefing import by_entity
from quarterdeck.model.errors import NO_BUSINESS, Problem
from quarterdeck.model.evidence import AUDITED
from quarterdeck.model.facts import Facts
from quarterdeck.model.finding import ROLES, Gap, InputState, Role
from quarterdeck.model.holdings import Property
from quarterdeck.model.sales import FunnelStep
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.tables import TABLE_BY_NAME
from quarterdeck.model.values import Blank, Ratio
from quarterdeck.rules.clients import client_without_model
from quarterdeck.rules.known import Known
from quarterdeck.rules.mailing import list_without_consent
from quarterdeck.rules.ownership import insurance_not_known
from quarterdeck.rules.registry import Check, Hit, rule
from quarterdeck.rules.rental import no_basis_for_depreciation, value_of_house_is_old
from quarterdeck.rules.revenue import no_billing_model, tax_not_confirmed
from quarterdeck.rules.twice import told_twice
from quarterdeck.rules.words import days

_MINUTES = Decimal("0.25")
"""Hours that one cell or line takes."""

_EVERYBODY: tuple[Role, ...] = ROLES


def _of_rule(code: str) -> Callable[[Facts], Iterator[Problem]]:
    """The parser's problems that a rule repeats, for entities that are there."""

    def problems(facts: Facts) -> Iterator[Problem]:
        return (problem for problem in facts.problems if problem.rule == code and problem.entity)

    return problems


def _repeat(problem: Problem, subject: str) -> Hit:
    return Hit(
        entity=problem.entity,
        subject=subject,
        message=_sentence(problem.what if not problem.why else f"{problem.what}; {problem.why}"),
        evidence=(Source(problem.path, problem.line, what=problem.table),),
        action=problem.mend,
    )


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def repeated(facts: Facts, code: str) -> Iterator[Hit]:
    """The parser's problems of a rule as hits.

    A subject holds neither line nor wording: table, row and field, and a number where those do not tell two apart.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for problem in _of_rule(code)(facts):
        subject = "/".join(
            part for part in (problem.table, problem.row, problem.field or problem.code) if part
        )
        seen[problem.entity, subject] += 1
        number = seen[problem.entity, subject]
        yield _repeat(problem, subject if number == 1 else f"{subject}/{number}")


def _value_lacks_its_basis_alone(known: Known) -> Iterator[Hit]:
    """Values of houses without a basis, of businesses in which nothing else of a value is missing."""
    for hit in value_of_house_is_old(known):
        houses = known.facts.of(Property, hit.entity)
        if all(is_answer(one.value) and is_answer(one.value_date) for one in houses):
            yield hit


_TOLD_BY_RULES: Mapping[str, Check] = {
    "billing_model": no_billing_model,
    "insured_until": insurance_not_known,
    "list_source": list_without_consent,
    "property_basis": no_basis_for_depreciation,
    "property_value": _value_lacks_its_basis_alone,
    "tax_treatment": tax_not_confirmed,
}
"""Key of the registry of missing data -> the rule that tells of its absence, and says more."""

_CELLS_TOLD_BY_RULES: Mapping[tuple[str, str], Check] = {("clients", "billing_model"): client_without_model}
"""Table and column -> the rule that tells of a row whose cell is absent; the row is its subject."""


@rule(
    "R-DAT-01",
    severity=Severity.LOW,
    roles=_EVERYBODY,
    action="Add the field.",
    effort_hours=_MINUTES,
    reads=("gaps", "inputs", "problems"),
)
def required_field_missing(known: Known) -> Iterator[Hit]:
    """A field that a section of an active business needs is not written down.

    What it checks: every entry of the missing-data registry, and every required cell of every row that is there.
    Why it matters: figures that need the field are printed as not known.
    How to mend: add the field in the file that the finding names.
    Known limits: `n/a: reason` and `not tracked` are answers; the books and the audits speak for themselves, and so
    do fields whose absence has a rule of its own.
    Source: Quarterdeck's own rule.
    """
    states = {(state.entity, state.key): state for state in input_states(known.facts)}
    active = {entity.entity: entity.title for entity in known.facts.active()}
    cells = by_entity(_of_rule("R-DAT-01")(known.facts))
    told = {(key, hit.entity) for key, check in _TOLD_BY_RULES.items() for hit in check(known)}
    for gap in gaps(known.facts):
        is_told = (gap.key, gap.entity) in told or _is_told_by_cell(gap, cells.get(gap.entity, ()))
        if not gap.is_written or is_told:
            continue
        yield Hit(
            entity=gap.entity,
            subject=gap.key,
            message=f"{active[gap.entity]}: {gap.what[:1].lower()}{gap.what[1:]} is not known.",
            evidence=(Source(gap.path, what=gap.heading),),
            severity=_weight(states.get((gap.entity, FIELD_BY_KEY[gap.key].input))),
            action=f"Add {gap.add} to {gap.path}.",
            roles=gap.roles or None,
        )
    told_cells = {
        (*cell, hit.entity, hit.subject)
        for cell, check in _CELLS_TOLD_BY_RULES.items()
        for hit in check(known)
    }
    for hit, problem in zip(
        repeated(known.facts, "R-DAT-01"), _of_rule("R-DAT-01")(known.facts), strict=True
    ):
        cell = (problem.table, problem.field, problem.entity, problem.row)
        if problem.entity in active and cell not in told_cells:
            state = states.get((problem.entity, _input_of(problem.table)))
            yield msgspec.structs.replace(hit, severity=_weight(state))


def _is_told_by_cell(gap: Gap, cells: Iterable[Problem]) -> bool:
    """Whether the rows of its entity that lack the field are named one by one already."""
    return any(
        problem.table in TABLE_BY_NAME
        and TABLE_BY_NAME[problem.table].heading == gap.heading
        and problem.field.replace("_", " ").capitalize() in gap.add
        for problem in cells
    )


def _input_of(table: str) -> str:
    """The key of the input that a table belongs to; of what is no table, such as tasks, its own name."""
    return INPUT_OF_TABLE[TABLE_BY_NAME[table].record] if table in TABLE_BY_NAME else table


def _weight(state: InputState | None) -> Severity:
    """High where the CEO's or CFO's page requires the input, medium where another does, else low."""
    required = set(state.required) if state else set()
    if required & {"ceo", "cfo"}:
        return Severity.HIGH
    return Severity.MEDIUM if required else Severity.LOW


@rule(
    "R-DAT-02",
    severity=Severity.MEDIUM,
    roles=_EVERYBODY,
    action="Write the value again.",
    effort_hours=_MINUTES,
    reads=("problems",),
)
def value_not_understood(known: Known) -> Iterator[Hit]:
    """A date, amount, percentage or word that could not be read, and was therefore not used.

    What it checks: every cell, key and tag of every handoff and CSV file.
    Why it matters: the value is treated as not known, never guessed.
    How to mend: write it in one of the accepted forms; the message names them.
    Known limits: text columns take anything.
    Source: Quarterdeck's own rule.
    """
    return repeated(known.facts, "R-DAT-02")


@rule(
    "R-DAT-03",
    severity=Severity.MEDIUM,
    roles=_EVERYBODY,
    action="Correct one of the two.",
    effort_hours=_MINUTES,
    reads=(
        "problems",
        "assets.insured_until",
        "assets.value",
        "compliance.expires",
        "property.value",
        "clients.fee",
        "clients.mrr",
        "clients.last_invoice",
        "invoices.issued",
    ),
)
def two_values_for_one_fact(known: Known) -> Iterator[Hit]:
    """The same fact stands in two places with two values.

    What it checks: rows with equal ids in a handoff and its CSV file; amounts that carry another span than the
    column beside them; the insurance of an asset, the value of a house, and the fee and last invoice of a client
    in two tables.
    Why it matters: one of them is wrong; both are shown, and the one that was used is named.
    How to mend: correct or remove the other one.
    Known limits: other totals are not compared with their records here; the books have rules of their own.
    Source: Quarterdeck's own rule.
    """
    yield from repeated(known.facts, "R-DAT-03")
    yield from told_twice(known.facts)


_TOLD_BY_OTHERS = AUDITED | {"entity", "funnel", "channels", "close"}
"""Inputs whose age has a rule of its own: R-CTO-29, R-CEO-11, R-QDN-07, R-CMO-13 and R-ACC-11."""


@rule(
    "R-DAT-04",
    severity=Severity.MEDIUM,
    roles=_EVERYBODY,
    action="Read it again and set the date.",
    effort_hours=_MINUTES,
    reads=("inputs", "entity.owner", "entity.updated"),
)
def stale_input(known: Known) -> Iterator[Hit]:
    """An input is older than its limit.

    What it checks: the newest date of every input against its stale-after days.
    Why it matters: figures that rest on it may no longer be true.
    How to mend: confirm the input and write today's date beside it.
    Known limits: what carries no date is as old as its handoff; handoffs, steps to an order, channels, audits and
    accounts that nobody compared have rules of their own.
    Source: Quarterdeck's own rule.
    """
    entities = {entity.entity: entity for entity in known.facts.active()}
    for state in input_states(known.facts):
        if state.state != "old" or state.as_of is None or state.key in _TOLD_BY_OTHERS:
            continue
        if state.key != "ledger" and state.as_of == entities[state.entity].updated:
            continue
        owner = entities[state.entity].owner
        yield Hit(
            entity=state.entity,
            subject=state.key,
            message=f"{state.title}: last confirmed {days((known.as_of - state.as_of).days)} ago.",
            evidence=(Source(known.facts.handoff(state.entity).path, as_of=state.as_of),),
            action=f"{'The owner' if isinstance(owner, Blank) else known.person(owner)} reads it again and dates it.",
        )


_OF_PAYMENTS = "payments/"
"""How subjects begin that are told by R-DLV-08."""


@rule(
    "R-DAT-05",
    severity=Severity.MEDIUM,
    roles=_EVERYBODY,
    action="Correct the id.",
    effort_hours=_MINUTES,
    reads=("problems",),
)
def unknown_reference(known: Known) -> Iterator[Hit]:
    """An id is used that stands nowhere.

    What it checks: offers of bookings, channels of bookings, leads and readiness, bookings that were moved,
    clients of hours, and `part_of`, each where the table that it points to has rows; accounts of the books and
    folders of tables that no handoff claims. What a task needs and the invoice that a payment names have rules of
    their own.
    Why it matters: what belongs together is not added up.
    How to mend: correct the spelling, or add the row that is meant.
    Known limits: an invoice's `ref` may name a lease or client elsewhere and is not checked.
    Source: Quarterdeck's own rule.
    """
    for problem in known.facts.problems:
        if problem.code == NO_BUSINESS:
            yield _repeat(problem, f"{problem.row}/{problem.code}")
    yield from (hit for hit in repeated(known.facts, "R-DAT-05") if not hit.subject.startswith(_OF_PAYMENTS))


@rule(
    "R-DAT-06",
    severity=Severity.MEDIUM,
    roles=_EVERYBODY,
    action="Correct the value.",
    effort_hours=_MINUTES,
    reads=("problems",),
)
def impossible_value(known: Known) -> Iterator[Hit]:
    """A value that cannot be: a share over 100%, a negative count, an end before its start.

    What it checks: bounds of every number, and dates and counts of one row against each other.
    Why it matters: the value is not used.
    How to mend: correct it in the line that is named.
    Known limits: what is unlikely but possible passes.
    Source: Quarterdeck's own rule.
    """
    return repeated(known.facts, "R-DAT-06")


@rule(
    "R-DAT-07",
    severity=Severity.MEDIUM,
    roles=_EVERYBODY,
    action="Give each row its own id.",
    effort_hours=_MINUTES,
    reads=("problems",),
)
def duplicate_id(known: Known) -> Iterator[Hit]:
    """Two rows of one table, or two tasks, carry the same id.

    What it checks: the key columns of every table, and task ids over the whole portfolio.
    Why it matters: only the first is counted.
    How to mend: renumber one of them, or remove the double.
    Known limits: rows without an id cannot be compared.
    Source: Quarterdeck's own rule.
    """
    return repeated(known.facts, "R-DAT-07")


@rule(
    "R-DAT-08",
    severity=Severity.HIGH,
    roles=_EVERYBODY,
    action="Remove the sample, or unmark it.",
    effort_hours=_MINUTES,
    reads=("entity.sample",),
)
def sample_among_real(known: Known) -> Iterator[Hit]:
    """Invented data stands beside real data.

    What it checks: whether some handoffs, but not all, are marked `sample: true`.
    Why it matters: samples are left out of every total as soon as one business is real.
    How to mend: remove the sample's handoff, or its mark if it is real.
    Known limits: none.
    Source: Quarterdeck's own rule.
    """
    samples = [entity for entity in known.facts.entities if entity.is_sample]
    if len(samples) == len(known.facts.entities):
        return
    for entity in samples:
        yield Hit(
            entity=entity.entity,
            subject="sample",
            message=f"{entity.title} is a sample and is left out of all totals.",
            evidence=(entity.source,),
        )


@rule(
    "R-DAT-09",
    severity=Severity.HIGH,
    roles=_EVERYBODY,
    action="Mend the file.",
    effort_hours=_MINUTES,
    reads=("problems",),
)
def unreadable_file(known: Known) -> Iterator[Hit]:
    """A file could not be read, and was left out.

    What it checks: every handoff, CSV file and file of evidence.
    Why it matters: everything in it is not known until it is mended; publishing and mailing wait for a file that
    people write, and go on without evidence.
    How to mend: the message names line and reason.
    Known limits: none.
    Source: Quarterdeck's own rule.
    """
    for problem in known.facts.problems:
        if problem.refused or problem.rule == "R-DAT-09":
            place = (problem.path, problem.code, problem.row)
            yield _repeat(problem, "/".join(part for part in place if part))


_CLAIM = re.compile(r"(?<![\w#-])(?:[$€£]\s?\d[\d,.]*\s?[kKmM]?|\d[\d,.]*\s?%|\d{1,3}(?:,\d{3})+)(?![\w-])")
_ENOUGH = 3


@rule(
    "R-DAT-10",
    severity=Severity.INFO,
    roles=("ceo",),
    action="Move the number into a table.",
    effort_hours=_MINUTES,
    reads=("prose",),
)
def number_only_in_prose(known: Known) -> Iterator[Hit]:
    """A sentence claims a number that no table or field holds, or names a step of selling that no table holds.

    What it checks: amounts, percentages and large numbers in Summary, Gaps and Notes against every value that is
    read, and words of the booking flow in gaps of a business without a funnel table.
    Why it matters: a number in prose is never counted.
    How to mend: add it to the table that it belongs to.
    Known limits: at most three sentences a handoff; years and dates are not numbers here.
    Source: Quarterdeck's own rule.
    """
    for handoff in known.facts.handoffs:
        entity = handoff.entity.entity
        texts = [
            (prose.text, prose.source) for prose in handoff.prose if prose.section in {"summary", "notes"}
        ]
        texts += [(bullet.text, bullet.source) for bullet in handoff.bullets if bullet.section == "gaps"]
        claims = [(match.group(), source) for text, source in texts for match in _CLAIM.finditer(text)]
        held = _numbers_held(known.facts, entity) if claims else set()
        claims = [(claim.strip(" .,"), source) for claim, source in claims if _digits(claim) not in held]
        for number, source in claims[:_ENOUGH]:
            yield Hit(
                entity=entity,
                subject=f"prose/{number}",
                message=f"The text says {number}, and no table holds that number.",
                evidence=(source,),
            )
        yield from _flow_in_words(known.facts, entity)


_FLOW = re.compile(r"\b(?:cart|checkout|pay(?:ment)? online|pay online|book(?:ing)? online)\b", re.IGNORECASE)


def _flow_in_words(facts: Facts, entity: str) -> Iterator[Hit]:
    """Gaps that speak of the booking flow where no funnel table says which step."""
    if facts.of(FunnelStep, entity):
        return
    for bullet in facts.handoff(entity).bullets:
        if bullet.section == "gaps" and _FLOW.search(bullet.text):
            yield Hit(
                entity=entity,
                subject="prose/funnel",
                message=f"A gap says “{bullet.text}”, but no Funnel table says which step works.",
                evidence=(bullet.source,),
                action=f"Add `## Funnel` with Step, State and Checked on to {bullet.source.path}.",
            )
            return


def _digits(number: str) -> str:
    """A number as bare digits, so that `$1,250.00`, `1250` and `1.25k` meet."""
    text = number.strip(" .,$€£%").replace(",", "")
    if text[-1:] in "kKmM":
        whole, _, fraction = text[:-1].strip().partition(".")
        text = whole + (fraction + "000000")[: 3 if number.strip()[-1] in "kK" else 6]
    return text.removesuffix(".00").lstrip("0")


def _numbers_held(facts: Facts, entity: str) -> set[str]:
    """Every number in the source text of the rows and fields of an entity, as bare digits."""
    handoff = facts.handoff(entity)
    values = [value for row in (handoff.entity, *handoff.rows) for value in _texts(row)]
    return {_digits(value) for value in values}


def _texts(value: object) -> Iterator[str]:
    """Every number inside a record, as written without zeros at the end."""
    fields = getattr(value, "__struct_fields__", None)
    if fields is not None:
        for field in fields:
            if field != "source":
                yield from _texts(getattr(value, field))
        if isinstance(value, Ratio):
            yield str((value.value * 100).normalize())
    elif isinstance(value, tuple):
        for member in value:
            yield from _texts(member)
    elif value is not None and not isinstance(value, bool):
        text = str(value)
        if text[:1].isdigit() or text[:1] == "-":
            yield text.lstrip("-")
