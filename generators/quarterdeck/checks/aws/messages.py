"""Checks of topics, queues, event rules and schedules."""

import re
from collections.abc import Iterator

from quarterdeck.checks.reached import undecided
from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import is_on_path
from quarterdeck.checks.shipped import live_of
from quarterdeck.checks.targets import is_there
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.functions import EventSource
from quarterdeck.model.cloud.messages import EventBus, EventRule, Queue, Topic
from quarterdeck.model.cloud.watching import Alarm
from quarterdeck.model.deployments import DeclaredResource
from quarterdeck.model.facts import Facts
from quarterdeck.model.mail_account import ConfigurationSet
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity

_CHORE = re.compile(r"backup|invoice|reminder|report")


@check(
    "AWS-SNS-01",
    of=Topic,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="S",
    reads=("Topic.publish", "Topic.subscribe"),
)
def topic_public(topic: Topic, facts: Facts) -> Verdict:
    """Topics that strangers may send to, or listen to.

    What it checks: the policy of the topic.
    Why it matters: whoever listens reads every message; whoever sends sets off what hangs on it.
    How to mend: take everyone out of the topic's policy; name the account or the service that may.
    Known limits: policies of an organisation may narrow it, and are not read.
    Source: Amazon SNS Developer Guide, access control.
    """
    if gap := undecided(topic, topic.subscribe, topic.publish):
        return Unknown(gap)
    if not isinstance(topic.subscribe, NotCollected) and topic.subscribe.is_open:
        return Fail(
            f"Strangers may listen to topic {topic.name}: {topic.subscribe.reason}.", Severity.CRITICAL
        )
    if not isinstance(topic.publish, NotCollected) and topic.publish.is_open:
        return Fail(f"Strangers may send to topic {topic.name}: {topic.publish.reason}.")
    return Pass()


@check(
    "AWS-SNS-02",
    of=Topic,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    reads=("Topic.plain_http",),
)
def topic_plain_http(topic: Topic, facts: Facts) -> Verdict:
    """Topics that tell somebody without encryption on the way.

    What it checks: subscriptions whose address begins with http.
    Why it matters: anyone between can read what is told, or answer in its place.
    How to mend: subscribe the https address, and remove the other one.
    Known limits: whether the receiver checks who sends is not seen.
    Source: Amazon SNS Developer Guide, HTTP and HTTPS subscriptions.
    """
    if isinstance(topic.plain_http, NotCollected):
        return Unknown(topic.plain_http)
    if not topic.plain_http:
        return Pass()
    return Fail(f"Topic {topic.name} tells {topic.plain_http} of its listeners without encryption.")


@check(
    "AWS-SNS-03",
    of=Topic,
    severity=Severity.HIGH,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-15", "R-CTO-23"),
    reads=("Topic.confirmed", "Alarm.targets", "ConfigurationSet.destinations"),
)
def topic_unheard(topic: Topic, facts: Facts) -> Verdict:
    """Topics that alarms or the mail service tell, and that nobody listens to.

    What it checks: topics that are the target of an alarm or of mail events, without a confirmed subscription.
    Why it matters: the alarm goes off, and nobody hears it.
    How to mend: subscribe a mailbox that somebody reads, and confirm it.
    Known limits: whether anybody reads that mailbox is not seen.
    Source: Amazon SNS Developer Guide, subscriptions.
    """
    tellers = sorted(_tellers(topic, facts))
    if not tellers:
        return NotApplicable("no alarm and no mail event is told to it")
    if isinstance(topic.confirmed, NotCollected):
        return Unknown(topic.confirmed)
    if topic.confirmed:
        return Pass()
    return Fail(f"Nobody listens to topic {topic.name}, which {', '.join(tellers)} should be told by.")


def _tellers(topic: Topic, facts: Facts) -> Iterator[str]:
    for alarm in facts.of(Alarm):
        if isinstance(alarm.targets, tuple) and topic.arn in alarm.targets:
            yield f"alarm {alarm.name}"
    for one in facts.of(ConfigurationSet):
        for destination in one.destinations if isinstance(one.destinations, tuple) else ():
            if destination.target == topic.arn:
                yield f"mail of {one.name}"


@check("AWS-SNS-04", of=Topic, severity=Severity.LOW, roles=("cto",), mend="XS", reads=("Topic.pending",))
def topic_waiting(topic: Topic, facts: Facts) -> Verdict:
    """Topics with a subscription that nobody confirmed.

    What it checks: subscriptions that wait to be confirmed.
    Why it matters: somebody believes that they are told, and they are not.
    How to mend: open the mail that asks for it and confirm, or remove the subscription.
    Known limits: the service does not say since when it waits; one of today counts, too.
    Source: Amazon SNS Developer Guide, confirming a subscription.
    """
    if isinstance(topic.pending, NotCollected):
        return Unknown(topic.pending)
    if not topic.pending:
        return Pass()
    waits = "subscription waits" if topic.pending == 1 else "subscriptions wait"
    return Fail(f"{topic.pending} {waits} to be confirmed at topic {topic.name}; since when is not known.")


@check(
    "AWS-SQS-01",
    of=Queue,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="S",
    reads=("Queue.send", "Queue.receive"),
)
def queue_public(queue: Queue, facts: Facts) -> Verdict:
    """Queues that strangers may fill or empty.

    What it checks: the policy of the queue.
    Why it matters: whoever takes messages out takes orders with them; whoever puts them in makes work.
    How to mend: take everyone out of the queue's policy; name the account or the service that may.
    Known limits: policies of an organisation may narrow it, and are not read.
    Source: Amazon SQS Developer Guide, access management.
    """
    if gap := undecided(queue, queue.receive, queue.send):
        return Unknown(gap)
    if not isinstance(queue.receive, NotCollected) and queue.receive.is_open:
        return Fail(f"Strangers may empty queue {queue.name}: {queue.receive.reason}.", Severity.CRITICAL)
    if not isinstance(queue.send, NotCollected) and queue.send.is_open:
        return Fail(f"Strangers may fill queue {queue.name}: {queue.send.reason}.")
    return Pass()


@check(
    "AWS-SQS-02",
    of=Queue,
    severity=Severity.MEDIUM,
    roles=("cto", "cfo"),
    mend="S",
    reads=("Queue.messages", "Queue.dead_letters_to"),
)
def dead_letters_waiting(queue: Queue, facts: Facts) -> Verdict:
    """Queues of what could not be handled, with something in them.

    What it checks: queues that others send their failures to.
    Why it matters: each message is an order, a mail or a payment that did not go through.
    How to mend: look at each message, mend what made it fail, and send it again.
    Known limits: what the messages say is never read.
    Source: Amazon SQS Developer Guide, dead-letter queues.
    """
    if not _is_dead_letters(queue, facts):
        gap = unread(*(one.dead_letters_to for one in facts.of(Queue)))
        return Unknown(gap) if gap else NotApplicable("no queue sends its failures here")
    if isinstance(queue.messages, NotCollected):
        return Unknown(queue.messages)
    if not queue.messages:
        return Pass()
    is_path = is_on_path(queue.name, queue.entity, facts, queue.tags)
    waits = "message waits" if queue.messages == 1 else "messages wait"
    return Fail(
        f"{queue.messages:,} {waits} in {queue.name} that could not be handled.",
        Severity.HIGH if is_path else None,
    )


def _is_dead_letters(queue: Queue, facts: Facts) -> bool:
    return any(one.dead_letters_to == queue.arn for one in facts.of(Queue) if queue.arn)


@check(
    "AWS-SQS-03",
    of=Queue,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    reads=("Queue.dead_letters_to", "EventSource.source_arn"),
)
def queue_without_dead_letter(queue: Queue, facts: Facts) -> Verdict:
    """Queues that a function reads, and that keep nothing of what fails.

    What it checks: queues that a function reads, without a place for what cannot be handled.
    Why it matters: a message that fails is tried again and again, and then lost without a word.
    How to mend: give the queue another queue for what fails after a few tries, and an alarm on that one.
    Known limits: readers that are no functions are not seen.
    Source: Amazon SQS Developer Guide, dead-letter queues.
    """
    if isinstance(queue.dead_letters_to, str):
        return Pass()
    if _is_dead_letters(queue, facts):
        return NotApplicable("it is where others send their failures")
    if isinstance(queue.dead_letters_to, NotCollected):
        return Unknown(queue.dead_letters_to)
    if not facts.evidence.has_read(EventSource, queue.entity):
        return Unknown(NotCollected("aws-lambda", queue.arn, "not known which functions read it"))
    if all(one.source_arn != queue.arn for one in facts.of(EventSource)):
        return NotApplicable("no function reads it")
    return Fail(f"What fails in queue {queue.name} is kept nowhere.")


@check(
    "AWS-SQS-04",
    of=Queue,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Queue.oldest_s", "Queue.retention_s"),
)
def queue_piling_up(queue: Queue, facts: Facts) -> Verdict:
    """Queues whose messages wait for more than half of their life.

    What it checks: the oldest message of the last day against the time after which messages are deleted.
    Why it matters: what waits too long is deleted unread.
    How to mend: see that the reader runs, and give it more room; until then, let messages live longer.
    Known limits: a burst of the last day counts like a standing queue.
    Source: Amazon SQS Developer Guide, metrics.
    """
    if gap := unread(queue.oldest_s, queue.retention_s):
        return Unknown(gap)
    if queue.oldest_s is None:
        return NotApplicable("nothing was measured in the last day")
    oldest, life = queue.oldest_s, queue.retention_s
    if isinstance(oldest, NotCollected) or isinstance(life, NotCollected) or oldest * 2 <= life:
        return Pass()
    is_path = is_on_path(queue.name, queue.entity, facts, queue.tags)
    return Fail(
        f"A message waited {oldest / 3600:.0f} of {life / 3600:.0f} hours in queue {queue.name}.",
        Severity.HIGH if is_path else None,
    )


@check(
    "AWS-SQS-05", of=Queue, severity=Severity.LOW, roles=("cto",), mend="XS", reads=("Queue.is_encrypted",)
)
def queue_unencrypted(queue: Queue, facts: Facts) -> Verdict:
    """Queues whose messages are stored as they are.

    What it checks: whether the service's key or one of the account's own encrypts the queue.
    Why it matters: a contract or law may ask for it, and it costs nothing.
    How to mend: switch on encryption with the service's key.
    Known limits: programs may encrypt messages themselves; that is not seen.
    Source: Amazon SQS Developer Guide, encryption at rest.
    """
    if isinstance(queue.is_encrypted, NotCollected):
        return Unknown(queue.is_encrypted)
    return Pass() if queue.is_encrypted else Fail(f"Queue {queue.name} stores messages unencrypted.")


@check("AWS-EB-01", of=EventBus, severity=Severity.HIGH, roles=("cto",), mend="S", reads=("EventBus.put",))
def bus_public(bus: EventBus, facts: Facts) -> Verdict:
    """Event buses that strangers may put events on.

    What it checks: the policy of the bus.
    Why it matters: a made-up event sets off whatever listens for it.
    How to mend: take everyone out of the bus's policy; name the accounts that may.
    Known limits: what rules would do with such an event is not seen.
    Source: Amazon EventBridge User Guide, permissions of event buses.
    """
    if gap := undecided(bus, bus.put):
        return Unknown(gap)
    if not isinstance(bus.put, NotCollected) and bus.put.is_open:
        return Fail(f"Strangers may put events on bus {bus.name}: {bus.put.reason}.")
    return Pass()


@check(
    "AWS-EB-02",
    of=EventRule,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    reads=("EventRule.is_on", "EventRule.targets", "Function.arn", "Queue.arn", "Topic.arn"),
)
def rule_to_nowhere(rule: EventRule, facts: Facts) -> Verdict:
    """Rules and schedules that call nothing, or something that is not there.

    What it checks: the targets of every rule and schedule that is switched on, where these are functions, queues
    or topics of the account.
    Why it matters: what should happen each night does not, and nobody is told.
    How to mend: point it at what should run, or delete it.
    Known limits: of targets of other sorts, and in other accounts or regions, nobody knows whether they are there.
    Source: Amazon EventBridge User Guide, targets.
    """
    if gap := unread(rule.is_on, rule.targets):
        return Unknown(gap)
    if rule.is_on is False:
        return NotApplicable("it is switched off")
    is_path = is_on_path(rule.name, rule.entity, facts, rule.tags)
    severity = Severity.HIGH if is_path else None
    targets = rule.targets if isinstance(rule.targets, tuple) else ()
    if not targets:
        return Fail(f"{rule.subject} is switched on, and calls nothing.", severity)
    there = {target: is_there(target, rule.entity, facts) for target in targets}
    if lost := [target.rpartition(":")[2] for target, is_so in there.items() if is_so is False]:
        return Fail(f"{rule.subject} calls {lost[0]}, which is not there.", severity)
    gap = unread(*there.values())
    return Unknown(gap) if gap else Pass()


def _declaring(rule: EventRule, facts: Facts) -> str:
    """The repository that declares a schedule as on, with the file; empty where none does."""
    for one in facts.of(DeclaredResource):
        if one.type == "schedule" and one.is_on is True and one.is_production and rule in live_of(one, facts):
            return f"{one.repo} ({one.path})"
    return ""


@check(
    "AWS-EB-03",
    of=EventRule,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    reads=("EventRule.is_on", "EventRule.schedule", "DeclaredResource.is_on"),
)
def schedule_switched_off(rule: EventRule, facts: Facts) -> Verdict:
    """Schedules that are switched off and should run: a repository says so, or they are named like a chore.

    What it checks: schedules that are off, and that a repository declares as on, or whose name says backup, invoice,
    reminder or report.
    Why it matters: nobody misses a backup until the day it is needed.
    How to mend: switch it on, or delete it where it is no longer wanted.
    Known limits: a name that only a run decides in part is matched by its firm parts.
    Source: Amazon EventBridge User Guide, scheduled rules.
    """
    if gap := unread(rule.is_on, rule.schedule):
        return Unknown(gap)
    if rule.schedule is None:
        return NotApplicable("it waits for events")
    if rule.is_on is False and (repo := _declaring(rule, facts)):
        return Fail(f"Schedule {rule.subject} is switched off, and {repo} declares it as on.")
    if rule.is_on is False and _CHORE.search(rule.name.casefold()):
        return Fail(f"Schedule {rule.subject} is switched off.")
    return Pass()


@check(
    "AWS-EB-04",
    of=EventRule,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("EventRule.failed_30d",),
)
def rule_failing(rule: EventRule, facts: Facts) -> Verdict:
    """Rules whose calls did not arrive.

    What it checks: failed calls of the last 30 days, of each rule of each bus.
    Why it matters: what hangs on the rule did not happen that often.
    How to mend: see whether its target is there and lets itself be called by the service.
    Known limits: schedules of the newer sort are not counted by the service.
    Source: Amazon EventBridge User Guide, monitoring.
    """
    if isinstance(rule.failed_30d, NotCollected):
        return Unknown(rule.failed_30d)
    if not rule.failed_30d:
        return Pass()
    times = "time" if rule.failed_30d == 1 else "times"
    return Fail(f"{rule.subject} failed to call its target {rule.failed_30d:,} {times} in 30 days.")
