"""Whether what one thing names as its target is there, as far as the audit saw it."""

from collections.abc import Mapping

from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.messages import EventBus, Queue, Topic
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected, Resource

_KINDS: Mapping[str, type[Resource]] = {"lambda": Function, "sns": Topic, "sqs": Queue, "events": EventBus}
"""The service in an ARN -> the kind of record that lists what it names."""
_PLAIN = 7
"""Parts of the ARN of a function without its version."""
_SERVICE = 2
_PLACE = slice(3, 5)
"""Region and account."""
_WHOLE = 6
"""Parts of the shortest ARN."""


def is_there(arn: str, entity: str, facts: Facts) -> bool | NotCollected:
    """Whether what an ARN names was seen; not known in other accounts and regions, and of what nobody listed."""
    parts = arn.split(":")
    plain = ":".join(parts[:_PLAIN])
    seen = {one.arn for one in facts.of(Resource) if one.arn}
    if {arn, plain} & seen:
        return True
    short = parts[-1]
    place = tuple(parts[_PLACE])
    if len(parts) < _WHOLE or "" in place or place not in {tuple(one.split(":")[_PLACE]) for one in seen}:
        return NotCollected("aws", short, "it is of an account or region that was not looked at")
    record = _KINDS.get(parts[_SERVICE])
    if record is None or not facts.evidence.has_read(record, entity):
        return NotCollected("aws", short, "not known whether it is there")
    return False


def is_bucket_there(name: str, entity: str, facts: Facts) -> bool | NotCollected:
    """Whether a bucket was seen; not known where nobody listed them."""
    if any(one.name == name for one in facts.of(Bucket)):
        return True
    if facts.evidence.has_read(Bucket, entity):
        return False
    return NotCollected("aws-s3", name, "not known whether it is there")
