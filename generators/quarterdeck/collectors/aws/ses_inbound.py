"""Reads what becomes of mail that comes in: the rules of the active set."""

from collections.abc import Iterator
from typing import Any

from quarterdeck.collectors.aws.asking import Answer, Aws
from quarterdeck.collectors.registry import calls
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.mail_account import ReceiptRule
from quarterdeck.model.observed import Count, NotCollected

INBOUND_CALLS = calls("ses", "DescribeActiveReceiptRuleSet", "ListReceiptRuleSets")

_NONE = ("RuleSetDoesNotExist", "RuleSetDoesNotExistException")


def rule_sets(aws: Aws) -> Count:
    """How many sets of rules there are."""
    every = list(aws.pages("ses:ListReceiptRuleSets", "RuleSets", about=aws.scope.region))
    return next((one for one in every if isinstance(one, NotCollected)), len(every))


def receipt_rules(scope: Scope, aws: Aws) -> Iterator[ReceiptRule | NotCollected]:
    """The rules of the active set in their order; none where no set is active."""
    told = aws.ask("ses:DescribeActiveReceiptRuleSet", about=kind_of(ReceiptRule), none=_NONE)
    if isinstance(told, NotCollected):
        yield told
        return
    active = told or {}
    for rule in active.get("Rules") or ():
        yield ReceiptRule(
            entity=scope.entity,
            source=scope.source("DescribeActiveReceiptRuleSet"),
            region=scope.region,
            rule_set=active.get("Metadata", {}).get("Name", ""),
            name=rule["Name"],
            is_on=bool(rule.get("Enabled")),
            domains=tuple(sorted({_domain(one) for one in rule.get("Recipients") or ()})),
            scans=bool(rule.get("ScanEnabled")),
            requires_tls=rule.get("TlsPolicy") == "Require",
            buckets=_named(rule, ("BucketName",)),
            targets=_named(rule, ("FunctionArn", "TopicArn")),
        )


def _domain(recipient: str) -> str:
    """The domain of a recipient, whose own name is dropped; `.jada.example` stands for all beneath it."""
    return recipient.rpartition("@")[2].casefold()


def _named(rule: Answer, keys: tuple[str, ...]) -> tuple[str, ...]:
    actions: list[Any] = [part for action in rule.get("Actions") or () for part in action.values()]
    return tuple(sorted({part[key] for part in actions for key in keys if part.get(key)}))
