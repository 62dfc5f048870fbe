"""Checks of mail that comes in: is it taken, where does it go, and how long is it kept."""

import re

from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import has_retention
from quarterdeck.checks.targets import is_bucket_there, is_there
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.facts import Facts
from quarterdeck.model.mail_account import MailAccount, ReceiptRule
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import DomainCheck

_HOST = re.compile(r"inbound-smtp\.([a-z0-9-]+)\.amazonaws\.com")


@check(
    "SES-25",
    of=DomainCheck,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="S",
    reads=("DomainCheck.mx_hosts", "ReceiptRule.domains", "ReceiptRule.is_on"),
)
def inbound_not_received(one: DomainCheck, facts: Facts) -> Verdict:
    """Domains whose mail goes to the mail service, which has no rule for it.

    What it checks: of domains whose MX record names the service, a rule of the active set that is on and takes mail
    of the domain.
    Why it matters: the mail is refused, and nobody hears of it.
    How to mend: add a rule for the domain to the active set, or point the MX record elsewhere.
    Known limits: a rule for one name at the domain counts for all of it.
    Source: Amazon SES Developer Guide, email receiving.
    """
    if isinstance(one.mx_hosts, NotCollected):
        return Unknown(one.mx_hosts)
    regions = [found[1] for host in one.mx_hosts if (found := _HOST.fullmatch(host))]
    if not regions:
        return NotApplicable("its mail goes elsewhere")
    if not any(account.region in regions for account in facts.of(MailAccount)):
        return Unknown(NotCollected("ses", one.domain, f"the mail service in {regions[0]} was not read"))
    rules = [rule for rule in facts.of(ReceiptRule) if rule.region in regions and takes(rule, one.domain)]
    if any(rule.is_on is True for rule in rules):
        return Pass()
    if not facts.evidence.has_read(ReceiptRule, one.entity):
        return Unknown(NotCollected("ses", one.domain, "not known which rules take mail"))
    if gap := unread(*(rule.is_on for rule in rules)):
        return Unknown(gap)
    return Fail(f"Mail to {one.domain} goes to the mail service in {regions[0]}, and no rule there takes it.")


def takes(rule: ReceiptRule, domain: str) -> bool:
    """Whether a rule takes mail of a domain; one whose domains are not known may."""
    if isinstance(rule.domains, NotCollected) or not rule.domains:
        return True
    return any(own == domain or (own.startswith(".") and domain.endswith(own)) for own in rule.domains)


@check(
    "SES-26",
    of=ReceiptRule,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="S",
    reads=("ReceiptRule.is_on", "ReceiptRule.buckets", "ReceiptRule.targets", "Bucket.name"),
)
def receipt_rule_to_nowhere(one: ReceiptRule, facts: Facts) -> Verdict:
    """Rules for mail that comes in, and leads to what does not exist.

    What it checks: the bucket, function or topic of each rule that is on; and whether the only rule of a domain is
    switched off.
    Why it matters: customers write, and nobody ever reads it.
    How to mend: make the target anew, or point the rule elsewhere; switch the only rule of a domain on.
    Known limits: targets in other accounts cannot be seen.
    Source: Amazon SES Developer Guide, receipt rules.
    """
    if gap := unread(one.is_on, one.buckets, one.targets, one.domains):
        return Unknown(gap)
    if not one.is_on:
        return _switched_off(one, facts)
    buckets = one.buckets if isinstance(one.buckets, tuple) else ()
    targets = one.targets if isinstance(one.targets, tuple) else ()
    found = {name: is_bucket_there(name, one.entity, facts) for name in buckets}
    found |= {target: is_there(target, one.entity, facts) for target in targets}
    lost = [name.rpartition(":")[2] for name, there in found.items() if there is False]
    if lost:
        return Fail(f"Rule {one.name} for mail that comes in leads to {', '.join(lost)}, which is not there.")
    gap = unread(*found.values())
    return Unknown(gap) if gap else Pass()


def _switched_off(one: ReceiptRule, facts: Facts) -> Verdict:
    others = [
        rule
        for rule in facts.of(ReceiptRule)
        if rule.region == one.region and rule.name != one.name and rule.is_on is not False
    ]
    domains = one.domains if isinstance(one.domains, tuple) else ()
    lost = [domain for domain in domains if not any(takes(rule, domain) for rule in others)]
    if lost or (not domains and not others):
        whose = ", ".join(lost) or "everybody"
        return Fail(f"Rule {one.name}, the only one that takes mail for {whose}, is switched off.")
    return NotApplicable("it is switched off, and another rule takes its mail")


def _is_idle(one: ReceiptRule) -> Unknown | NotApplicable | None:
    """Why a rule keeps no mail; None where it does."""
    if gap := unread(one.is_on, one.buckets):
        return Unknown(gap)
    if not one.is_on:
        return NotApplicable("it is switched off")
    return None if one.buckets else NotApplicable("it keeps no mail")


@check(
    "SES-27",
    of=ReceiptRule,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("ReceiptRule.scans", "ReceiptRule.requires_tls", "ReceiptRule.buckets"),
)
def receipt_rule_lax(one: ReceiptRule, facts: Facts) -> Verdict:
    """Rules that keep mail without looking at it, or take it unencrypted.

    What it checks: whether a rule that keeps mail scans it for viruses and spam, and insists on encryption.
    Why it matters: a program opens what nobody looked at.
    How to mend: switch on scanning in the rule, and set its TLS policy to Require.
    Known limits: mail from the few servers without encryption is then refused.
    Source: Amazon SES Developer Guide, receipt rules.
    """
    if why := _is_idle(one):
        return why
    lacks = [] if one.scans is not False else ["does not scan it"]
    lacks += [] if one.requires_tls is not False else ["takes it unencrypted"]
    if lacks:
        return Fail(f"Rule {one.name} keeps mail that comes in, and {' and '.join(lacks)}.")
    gap = unread(one.scans, one.requires_tls)
    return Unknown(gap) if gap else Pass()


@check(
    "SES-28",
    of=ReceiptRule,
    severity=Severity.MEDIUM,
    roles=("cto", "ceo"),
    mend="XS",
    feeds=("R-CTO-30",),
    reads=("ReceiptRule.buckets", "Bucket.expires", "policies.delete_after_days"),
)
def inbound_mail_kept(one: ReceiptRule, facts: Facts) -> Verdict:
    """Mail that comes in and is kept for ever.

    What it checks: whether the buckets that a rule puts mail into delete what is old, or Policies say when.
    Why it matters: letters of customers hold what must not leak, and what is not there cannot.
    How to mend: let a lifecycle rule of the bucket delete mail, and write under Policies after how many days.
    Known limits: programs that delete by themselves are not seen; a retention row stands for them.
    Source: Quarterdeck's own check.
    """
    if why := _is_idle(one):
        return why
    names = one.buckets if isinstance(one.buckets, tuple) else ()
    kept = {name: _expires(name, one.entity, facts) for name in names}
    lasting = [name for name, expires in kept.items() if expires is False]
    if lasting:
        return Fail(f"Mail that comes in is kept in {', '.join(lasting)} for ever.")
    gap = unread(*kept.values())
    return Unknown(gap) if gap else Pass()


def _expires(name: str, entity: str, facts: Facts) -> bool | NotCollected:
    """Whether a bucket, or a policy on it, deletes what is old."""
    bucket = next((each for each in facts.of(Bucket) if each.name == name), None)
    owner = bucket.entity if bucket else entity
    if has_retention(name, owner, facts):
        return True
    return bucket.expires if bucket else NotCollected("aws-s3", name, "not known how long it keeps things")
