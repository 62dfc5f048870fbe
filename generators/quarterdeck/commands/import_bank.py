"""Brings a bank's statement into the books: reads it, shows the change, and writes it."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from quarterdeck.commands.replace import Change, replace
from quarterdeck.model.entity import Entity
from quarterdeck.model.errors import InputError, Problem, QuarterdeckError, UsageError
from quarterdeck.model.statement import Profile, Statement
from quarterdeck.parse.bank_columns import Table, find_table, guess_profile
from quarterdeck.parse.bank_csv import Understood, days_of, parse_bank_csv
from quarterdeck.parse.bank_entries import counted
from quarterdeck.parse.bank_ofx import is_ofx, parse_bank_ofx
from quarterdeck.parse.bank_plan import Plan, Target, plan_import
from quarterdeck.parse.bank_profile import profile_lines, with_profile
from quarterdeck.parse.bank_text import decode_statement, refused
from quarterdeck.parse.categories import CategoryRule, parse_categories
from quarterdeck.portfolio import RULES_FILE, find_ledger, find_rules, read_file
from quarterdeck.reading import read_handoffs
from quarterdeck.settings import Settings, load_settings
from quarterdeck.settings_file import PORTFOLIO_FILE
from quarterdeck.settings_types import ID
from quarterdeck.text.decode import Text
from quarterdeck.text.nearest import nearest

_ACCOUNT = re.compile(r"(?:Assets|Liabilities)(?::[A-Z0-9][A-Za-z0-9-]*){2,}")
_MOST_PAYEES = 10
_NO_ENTRIES = "no handoff yet: make one in handoffs/"


class RefusedStatementError(QuarterdeckError):
    """A statement cannot be read as it stands; tells every line, and how the columns were understood."""

    def __init__(self, problems: Sequence[Problem], guess: Profile | None) -> None:
        """Keep the lines, and show the guess, for it is the place where a question is answered."""
        lines = [str(problem) for problem in problems]
        if guess is not None:
            lines += [
                "",
                "The columns were taken for the following; copy it into portfolio.yml to correct it:",
            ]
            lines += ["", "banks:", *profile_lines(guess)]
        super().__init__("\n".join(lines))


class Import(msgspec.Struct, frozen=True):
    """An import that was worked out and not yet written."""

    root: Path
    statement: Statement
    plan: Plan
    files: Mapping[str, Change]
    guess: Profile | None = None
    """The profile that was guessed, where none was set."""
    target: Target | None = None

    def diff(self) -> str:
        """What would change, as a unified diff; empty for nothing."""
        return "".join(_diff(path, change) for path, change in self.files.items())

    def sentences(self) -> Iterator[str]:
        """What was found, for the person who decides."""
        yield from _told(self)

    def write(self) -> None:
        """Write all files, or none.

        Raises:
            UsageError: A file was changed meanwhile.
            OutsideError: The disk refused.
        """
        replace(self.root, self.files)


def import_bank(
    file: Path,
    account: str,
    root: Path,
    environ: Mapping[str, str],
    *,
    bank: str = "",
    here: Path | None = None,
) -> Import:
    """Work out what a bank's file adds to the books of a portfolio; nothing is written.

    Args:
        file: CSV, OFX or QFX, as the bank gives it.
        account: Account of the books whose statement it is.
        root: The portfolio.
        environ: For the settings.
        bank: Name of a profile below `banks:`; without it the one of the account, else one is guessed.
        here: The folder that the file is named from in messages.

    Raises:
        RefusedStatementError: The file is in doubt; names each line.
        InputError: Settings, rules or books cannot be read.
        UsageError: The account, the profile or the file is not there.
    """
    settings = load_settings(root, environ)
    entity = _entity(account, root, settings.currency)
    text = _text(file, here or Path.cwd(), settings, account, bank)
    is_card = account.startswith("Liabilities:")
    statement, guess = _statement(text, account, settings, bank, is_card=is_card)
    rules = _rules(root)
    files, faults = find_ledger(root)
    if any(one.refused for one in faults):
        raise InputError(one for one in faults if one.refused)
    currency = entity.currency if isinstance(entity.currency, str) else settings.currency
    target = Target(
        account, entity.entity, entity.title, statement.currency or currency, settings.name, settings.currency
    )
    plan = plan_import(statement, target, files, rules)
    if not isinstance(plan, Plan):
        raise InputError(plan)
    changes = dict(_with_guess(root, guess)) if guess else {}
    return Import(root, statement, plan, {**plan.files, **changes}, guess, target)


def _entity(account: str, root: Path, currency: str) -> Entity:
    """The business that the second part of an account names."""
    if not _ACCOUNT.fullmatch(account):
        raise UsageError(
            f"{account!r} is no account of a bank or card. Write Assets:BUSINESS:Bank:Checking or"
            " Liabilities:BUSINESS:CreditCard:Visa, each part with a capital letter or digit first."
        )
    reading = read_handoffs(root, currency)
    entities = {handoff.entity.component: handoff.entity for handoff in reading.handoffs}
    component = account.split(":")[1]
    if component in entities:
        return entities[component]
    near = nearest(component, entities)
    hint = f"Did you mean {account.replace(f':{component}:', f':{near}:', 1)}? " if near else ""
    known = ", ".join(f"{name} ({entity.title})" for name, entity in sorted(entities.items()))
    raise UsageError(
        f"{account}: no business is called {component} in the books. {hint}Known are {known or _NO_ENTRIES}."
        " The name stands as ledger: in the handoff; without it, it is the id in capitals."
    )


def _text(file: Path, here: Path, settings: Settings, account: str, bank: str) -> Text:
    """The statement's text, named as the user named it."""
    shown = str(file)
    problems: list[Problem] = []
    data = read_file(here / file, shown, problems)
    if data is None:
        raise UsageError(f"{shown} {problems[0].what}. Name the file that the bank gave you.")
    profiles = settings.banks.items()
    encodings = [one.encoding for name, one in profiles if (name == bank if bank else one.account == account)]
    text = decode_statement(data, shown, encodings[0] if encodings else None)
    if isinstance(text, Problem):
        raise RefusedStatementError([text], None)
    if not text.text.strip():
        raise RefusedStatementError(
            [refused(shown, 0, "empty", "the file is empty", "Download it again.")], None
        )
    return text


def _statement(
    text: Text, account: str, settings: Settings, bank: str, *, is_card: bool
) -> tuple[Statement, Profile | None]:
    """The statement, and the profile that had to be guessed for it."""
    known = _known_profile(text, account, settings, bank)
    if is_ofx(text.text):
        found = parse_bank_ofx(text, is_reversed=bool(known and known.reversed))
        if not isinstance(found, Statement):
            raise RefusedStatementError(found, None)
        return found, None
    guess = None if known else guess_profile(text.text, _free_name(account, settings))
    profile = known or guess
    if profile is None:
        what = "no line of the file has headings for a date, an amount and a text"
        mend = (
            "Say in portfolio.yml which column is which, by number where there are no headings: banks:, then a name,"
            " and below it account:, date: 1, description: 2, amount: 3."
        )
        raise RefusedStatementError([refused(text.path, 1, "no-headings", what, mend)], None)
    if guess:
        guess = profile = msgspec.structs.replace(profile, account=account)
    understood = parse_bank_csv(text, profile, is_card=is_card)
    if not isinstance(understood, Understood):
        raise RefusedStatementError(understood, guess)
    return understood.statement, understood.profile if guess else None


def _known_profile(text: Text, account: str, settings: Settings, bank: str) -> Profile | None:
    """The profile by name, else of the account, else the only one without an account that fits the headings."""
    profiles = {name: one.profile(name) for name, one in settings.banks.items()}
    if bank:
        if bank not in profiles:
            near = nearest(bank, profiles)
            hint = f"Did you mean {near}? " if near else ""
            known = ", ".join(sorted(profiles)) or "none yet"
            raise UsageError(
                f"--bank {bank}: portfolio.yml has no such bank. {hint}Known below banks: {known}."
            )
        return profiles[bank]
    mine = [one for one in profiles.values() if one.account == account]
    if mine:
        fitting = [one for one in mine if isinstance(find_table(text.text, text.path, one), Table)]
        return (fitting or mine)[0]
    free = [one for one in profiles.values() if not one.account and not one.date.isdigit()]
    fitting = [one for one in free if isinstance(find_table(text.text, text.path, one), Table)]
    return fitting[0] if len(fitting) == 1 else None


def _free_name(account: str, settings: Settings) -> str:
    """A name for a profile, from the account: `jada-checking`."""
    parts = account.split(":")
    name = f"{parts[1]}-{parts[-1]}".lower()[:60].strip("-")
    name = name if re.fullmatch(ID, name) else "bank"
    number = 2
    found = name
    while found in settings.banks:
        found = f"{name}-{number}"
        number += 1
    return found


def _rules(root: Path) -> tuple[CategoryRule, ...]:
    problems: list[Problem] = []
    data = find_rules(root, problems)
    rules, wrong = parse_categories(data, RULES_FILE) if data is not None else ((), ())
    if problems or wrong:
        raise InputError([*problems, *wrong])
    return rules


def _with_guess(root: Path, guess: Profile) -> Iterator[tuple[str, Change]]:
    """`portfolio.yml` with the guessed profile, where it can be put in."""
    file = root / PORTFOLIO_FILE
    before = file.read_bytes() if file.is_file() else None
    after = with_profile((before or b"").decode(), guess)
    if after is not None:
        yield PORTFOLIO_FILE, (before, after.encode())


def _diff(path: str, change: Change) -> str:
    before, after = (
        (data or b"").decode().replace("\r\n", "\n").splitlines(keepends=True) for data in change
    )
    start = "/dev/null" if change[0] is None else f"a/{path}"
    lines = difflib.unified_diff(before, after, start, f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _told(found: Import) -> Iterator[str]:
    plan, statement = found.plan, found.statement
    yield from _about_columns(found)
    if statement.lines:
        first, last = days_of(statement.lines)
        yield f"{statement.path}: {_count(len(statement.lines), 'line')} from {first} to {last}."
    yield f"New: {len(plan.added)}. In the books already: {len(plan.there) + len(plan.alike)}."
    if plan.alike:
        yield "Please look: these were already written by hand or come from another account, and are not added again."
        for one in plan.alike:
            entry = (
                f"{one.entry.path}:{one.entry.line} {one.entry.date} {one.entry.payee or one.entry.narration}"
            )
            yield f"  {one.line.date} {one.line.amount:,} {one.line.payee} is taken for {entry}"
    yield from _about_rules(plan)
    yield from plan.notes
    yield from _about_balance(found)


def _about_columns(found: Import) -> Iterator[str]:
    if found.guess is None:
        return
    yield "This bank is new. Its columns are taken for the following; please compare with the file:"
    yield from profile_lines(found.guess)
    if PORTFOLIO_FILE not in found.files:
        yield "Copy these lines below banks: in portfolio.yml; they cannot be put in there safely."


def _about_rules(plan: Plan) -> Iterator[str]:
    if not plan.uncategorised:
        return
    many = _count(len(plan.uncategorised), "new line")
    yield f"Without a rule in {RULES_FILE}, and so Uncategorized: {many}. Most often:"
    payees = list(counted([line.payee or line.memo for line in plan.uncategorised]))
    yield from (f"  {times} x {payee}" for payee, times in payees[:_MOST_PAYEES])
    if len(payees) > _MOST_PAYEES:
        yield f"  and {len(payees) - _MOST_PAYEES} others"


def _about_balance(found: Import) -> Iterator[str]:
    agreement, target = found.plan.agreement, found.target
    if target is None:
        return
    if agreement is None:
        if found.statement.closing is None:
            yield "The file tells no balance, so the books cannot be compared with the bank."
        return
    day, amount = agreement.closing.date, agreement.closing.amount
    if not agreement.gap:
        yield f"The bank's balance of {day} is {amount:,} {target.currency}, and so is that of the books."
        return
    size = f"{abs(agreement.gap):,} {target.currency}"
    yield (
        f"The bank's balance of {day} is {amount:,} {target.currency}; the books hold {agreement.books:,}, which is"
        f" {size} too {'much' if agreement.gap > 0 else 'little'}. A statement before this one may be missing, or an"
        " entry was changed; quarterdeck check will name the day until it is mended."
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
