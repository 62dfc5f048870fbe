"""Reads `ledger/rules.yml`: which payments belong to which account of the books."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.model.errors import Problem
from quarterdeck.model.severity import Severity
from quarterdeck.model.statement import StatementLine
from quarterdeck.parse.bank_values import read_amount
from quarterdeck.parse.refusal import Refusal, quoted
from quarterdeck.text.decode import decode
from quarterdeck.text.nearest import nearest
from quarterdeck.text.nodes import Mapping, Node, Scalar
from quarterdeck.text.nodes import Sequence as Items
from quarterdeck.text.yaml import read_yaml

UNCATEGORIZED = "Uncategorized"

_KEYS = ("payee", "direction", "amount", "at_least", "at_most", "account", "category", "name")
_CONDITIONS = _KEYS[:6]
_ROOTS = ("Assets", "Liabilities", "Equity", "Income", "Expenses")
_CATEGORY = re.compile(rf"(?:{'|'.join(_ROOTS)}):(?:\*|[A-Z0-9][A-Za-z0-9-]*)(?::[A-Z0-9][A-Za-z0-9-]*)+")
_ACCOUNT = re.compile(r"[A-Z*][A-Za-z0-9:*-]*")


class CategoryRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """One rule; every condition that it names must hold."""

    category: str
    """Account of the other side; a `*` in the place of the business stands for the account's own."""
    payee: tuple[str, ...] = ()
    """Words of which one must be found in payee or memo; `*` stands for anything between."""
    direction: Literal["in", "out"] | None = None
    amount: Decimal | None = None
    """Exact size, without sign; so are the two bounds."""
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    account: str = ""
    """The bank's account, with `*` for anything; empty for every account."""
    name: str = ""
    """Written as the payee instead of the bank's words."""
    line: int = 0


def parse_categories(data: bytes, path: str) -> tuple[tuple[CategoryRule, ...], tuple[Problem, ...]]:
    """Read the rules, in order of the file, and every problem with its line; a wrong rule is left out."""
    text = decode(data, path)
    if isinstance(text, Problem):
        return (), (text,)
    node, problems = read_yaml(text.text, path)
    reader = _Reader(path, list(problems))
    return tuple(reader.rules(node)), tuple(sorted(reader.problems))


class _Reader:
    def __init__(self, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems

    def _refuse(self, node: Node | None, code: str, what: str, mend: str) -> None:
        place = (node.line, node.column) if node else (0, 0)
        self.problems.append(Problem(self.path, *place, code, what, mend, Severity.HIGH, refused=True))

    def rules(self, node: Node | None) -> Iterable[CategoryRule]:
        if node is None or (isinstance(node, Scalar) and not node.text):
            return
        listed = node.get("rules") if isinstance(node, Mapping) else None
        if isinstance(node, Mapping):
            for key, _ in node.entries:
                if key.text != "rules":
                    self._refuse(
                        key, "unknown-key", f"unknown key {quoted(key.text)}", "The one key here is rules:."
                    )
        if listed is None or (isinstance(listed, Scalar) and not listed.text):
            if not isinstance(node, Mapping):
                self._refuse(
                    node, "wrong-type", "expected the key rules: and a list", "Begin with a line rules:."
                )
            return
        if not isinstance(listed, Items):
            self._refuse(
                listed, "wrong-type", "rules: holds no list", "Begin each rule with a dash: - payee: stripe."
            )
            return
        for item in listed.items:
            if (rule := self._rule(item)) is not None:
                yield rule

    def _rule(self, item: Node) -> CategoryRule | None:
        if not isinstance(item, Mapping):
            self._refuse(
                item, "wrong-type", "this is no rule", "Write - payee: and category: below each other."
            )
            return None
        before = len(self.problems)
        given: dict[str, object] = {}
        for key, value in item.entries:
            if key.text not in _KEYS:
                near = nearest(key.text, _KEYS)
                hint = f"Did you mean {near}? " if near else ""
                mend = f"{hint}Known here: {', '.join(_KEYS)}."
                self._refuse(key, "unknown-key", f"unknown key {quoted(key.text)}", mend)
                continue
            given[key.text] = self._value(key, value)
        if "category" not in given:
            mend = "Add category: such as Expenses:*:Software."
            self._refuse(item, "missing-key", "the rule has no category", mend)
        if not any(key in given for key in _CONDITIONS):
            mend = "Add payee: with words of the bank's line."
            self._refuse(item, "missing-key", "the rule has no condition, and would take everything", mend)
        if len(self.problems) > before:
            return None
        return msgspec.convert({**given, "line": item.line}, CategoryRule)

    def _value(self, key: Scalar, node: Node) -> object:
        if key.text == "payee":
            return self._words(node)
        text = node.text.strip() if isinstance(node, Scalar) else ""
        if not text:
            self._refuse(node, "wrong-type", f"{key.text}: is empty or no single value", "Write one value.")
            return None
        match key.text:
            case "amount" | "at_least" | "at_most":
                value = read_amount(text, ".")
                if isinstance(value, Refusal) or value < 0:
                    mend = (
                        "Write a size without a minus, such as 49.00; direction: out says that it went out."
                    )
                    self._refuse(
                        node, "bad-amount", f"{key.text}: {quoted(text)} is no size of a payment", mend
                    )
                    return None
                return value
            case "direction" if text not in {"in", "out"}:
                mend = "Write in for money that came, out for money that went."
                self._refuse(node, "unknown-word", f"direction: unknown word {quoted(text)}", mend)
            case "category" if not _CATEGORY.fullmatch(text):
                self._refuse(
                    node, "bad-account", f"category: {quoted(text)} is no account", _account_mend(text)
                )
            case "account" if not _ACCOUNT.fullmatch(text):
                mend = "Write an account such as Assets:JADA:Bank:Checking, with * for any part."
                self._refuse(node, "bad-account", f"account: {quoted(text)} is no account", mend)
        return text

    def _words(self, node: Node) -> tuple[str, ...]:
        items = node.items if isinstance(node, Items) else (node,)
        found = [item.text.strip() for item in items if isinstance(item, Scalar)]
        if len(found) < len(items) or not found or not all(word.strip("* ") for word in found):
            mend = "Write words of the bank's line, such as payee: stripe, or a list [stripe, square]."
            self._refuse(node, "bad-payee", "payee: is empty, or no text", mend)
        return tuple(found)


def _account_mend(text: str) -> str:
    near = nearest(text.partition(":")[0], _ROOTS)
    hint = f"Did you mean {near}:…? " if near else ""
    return (
        f"{hint}Write Root:BUSINESS:Group, such as Expenses:JADA:Fuel, or Expenses:*:Fuel for every business."
    )


def category_of(
    rules: Sequence[CategoryRule], line: StatementLine, account: str
) -> tuple[str, CategoryRule | None]:
    """The other side of a payment by the first rule that fits and is another account.

    Without one it is uncategorised: income for money into an asset; what comes back on a card lowers expenses.
    """
    component = account.split(":")[1]
    text = " ".join(f"{line.payee} {line.memo}".casefold().split())
    for rule in rules:
        root, _, rest = rule.category.partition(":")
        category = f"{root}:{component}{rest[1:]}" if rest.startswith("*") else rule.category
        if category != account and _holds(rule, line, text, account):
            return category, rule
    root = "Income" if line.amount > 0 and account.startswith("Assets:") else "Expenses"
    return f"{root}:{component}:{UNCATEGORIZED}", None


def _holds(rule: CategoryRule, line: StatementLine, text: str, account: str) -> bool:
    size = abs(line.amount)
    if rule.direction and (line.amount > 0) != (rule.direction == "in"):
        return False
    if rule.amount is not None and size != rule.amount:
        return False
    if rule.at_least is not None and size < rule.at_least:
        return False
    if rule.at_most is not None and size > rule.at_most:
        return False
    if rule.account and not _matches(f"{rule.account}", account, is_whole=True):
        return False
    return not rule.payee or any(_matches(word.casefold(), text) for word in rule.payee)


def _matches(pattern: str, text: str, *, is_whole: bool = False) -> bool:
    """Whether a text holds a pattern whose `*` stand for anything; takes one pass over the text, never more."""
    pieces = [" ".join(piece.split()) if not is_whole else piece for piece in pattern.split("*")]
    at = 0
    for number, piece in enumerate(pieces):
        found = text.find(piece, at)
        if found < 0 or (is_whole and number == 0 and found):
            return False
        at = found + len(piece)
    return not is_whole or not pieces[-1] or text.endswith(pieces[-1])
