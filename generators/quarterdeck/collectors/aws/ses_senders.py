"""Reads what mail is sent from and through: identities and configuration sets."""

from collections.abc import Iterator, Mapping
from typing import Any

from quarterdeck.collectors.aws.asking import Answer, Aws
from quarterdeck.collectors.aws.documents import statements
from quarterdeck.collectors.aws.reach import NOBODY, reach
from quarterdeck.collectors.registry import calls
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.mail_account import ConfigurationSet, EventDestination, MailIdentity
from quarterdeck.model.observed import Count, Names, NotCollected, Text

SENDER_CALLS = {
    **calls(
        "sesv2",
        "ListEmailIdentities",
        "GetEmailIdentity",
        "ListConfigurationSets",
        "GetConfigurationSet",
        "GetConfigurationSetEventDestinations",
        prefix="ses",
    ),
    **calls("ses", "GetIdentityNotificationAttributes"),
}

_GONE = ("NotFoundException",)
_MANY = 100
_FEEDBACK = {"BounceTopic": "BOUNCE", "ComplaintTopic": "COMPLAINT", "DeliveryTopic": "DELIVERY"}
_HEARD = frozenset({"BOUNCE", "COMPLAINT"})
_ZONE = "dkim.amazonses.com"
_TARGETS = (
    ("SnsDestination", "TopicArn"),
    ("KinesisFirehoseDestination", "DeliveryStreamArn"),
    ("EventBridgeDestination", "EventBusArn"),
    ("PinpointDestination", "ApplicationArn"),
)


def notifications(aws: Aws, names: list[str]) -> Mapping[str, Answer | NotCollected]:
    """What each identity tells of its mail, by name; a gap for all of a question that was refused."""
    found: dict[str, Answer | NotCollected] = {}
    for start in range(0, len(names), _MANY):
        part = names[start : start + _MANY]
        told = aws.ask(
            "ses:GetIdentityNotificationAttributes", about="feedback of identities", Identities=part
        )
        if isinstance(told, NotCollected):
            found |= dict.fromkeys(part, told)
        elif told:
            found |= told["NotificationAttributes"]
    return found


def identity(
    scope: Scope, aws: Aws, listed: Answer, told_of: Mapping[str, Answer | NotCollected]
) -> Iterator[MailIdentity]:
    """One domain or address; every field says by itself why it could not be read."""
    name = listed["IdentityName"]
    told = aws.ask("sesv2:GetEmailIdentity", about=name, gone=_GONE, EmailIdentity=name)
    answer: Answer | NotCollected = told or {}
    status = _said(aws, answer, "GetEmailIdentity", name, "VerificationStatus")
    topics = _topics(aws, name, told_of.get(name, {}))
    yield MailIdentity(
        entity=scope.entity,
        source=scope.source("GetEmailIdentity"),
        region=scope.region,
        name=name,
        is_verified=status if isinstance(status, NotCollected) else status == "SUCCESS",
        status=status,
        sends=listed.get("SendingEnabled", NotCollected(aws.name, name, "ListEmailIdentities: not said")),
        **_dkim(_said(aws, answer, "GetEmailIdentity", name, "DkimAttributes")),
        **_mail_from(_said(aws, answer, "GetEmailIdentity", name, "MailFromAttributes")),
        reach=_reach(scope, answer),
        configuration_set=_or_none(answer, "ConfigurationSetName"),
        topics=topics,
        has_feedback_topic=topics if isinstance(topics, NotCollected) else _HEARD.issubset(topics),
        forwards=_said(aws, answer, "GetEmailIdentity", name, "FeedbackForwardingStatus"),
    )


def _said(aws: Aws, answer: Answer | NotCollected, call: str, name: str, key: str) -> Any:  # noqa: ANN401 - any part
    """One part of an answer, else the gap."""
    if isinstance(answer, NotCollected):
        return answer
    found = answer.get(key)
    return NotCollected(aws.name, name, f"{call}: {key} not said") if found is None else found


def _or_none(answer: Answer | NotCollected, key: str) -> Text | None:
    return answer if isinstance(answer, NotCollected) else answer.get(key) or None


def _topics(aws: Aws, name: str, told: Answer | NotCollected) -> Names:
    if isinstance(told, NotCollected):
        return told
    if not told:
        return NotCollected(aws.name, name, "GetIdentityNotificationAttributes: not said")
    return tuple(word for key, word in _FEEDBACK.items() if told.get(key))


def _dkim(told: Any) -> dict[str, Any]:  # noqa: ANN401 - a part of an answer, or a gap
    names = (
        "dkim",
        "dkim_status",
        "dkim_bits",
        "dkim_own_key",
        "dkim_key_since",
        "dkim_tokens",
        "dkim_zone",
    )
    if isinstance(told, NotCollected):
        return dict.fromkeys(names, told)
    status, since = told.get("Status", ""), told.get("LastKeyGenerationTimestamp")
    is_own = told.get("SigningAttributesOrigin") == "EXTERNAL"
    values = (
        bool(told.get("SigningEnabled")) and status == "SUCCESS",
        status,
        _bits(told.get("CurrentSigningKeyLength", "")),
        is_own,
        since.date() if since else None,
        tuple(sorted(told.get("Tokens") or ())),
        None if is_own else told.get("SigningHostedZone") or _ZONE,
    )
    return dict(zip(names, values, strict=True))


def _bits(length: str) -> Count:
    """`RSA_2048_BIT` as a number."""
    digits = "".join(one for one in length if one.isdigit())
    return (
        int(digits) if digits else NotCollected("ses", "key", "GetEmailIdentity: length of the key not said")
    )


def _mail_from(told: Any) -> dict[str, Any]:  # noqa: ANN401 - a part of an answer, or a gap
    if isinstance(told, NotCollected):
        return dict.fromkeys(("mail_from", "mail_from_status", "mail_from_strict"), told)
    return {
        "mail_from": told.get("MailFromDomain") or None,
        "mail_from_status": told.get("MailFromDomainStatus") or None,
        "mail_from_strict": told.get("BehaviorOnMxFailure") == "REJECT_MESSAGE",
    }


def _reach(scope: Scope, answer: Answer | NotCollected) -> Reach | NotCollected:
    """Whom all policies of an identity together let send."""
    if isinstance(answer, NotCollected):
        return answer
    every: list[Any] = []
    for policy in (answer.get("Policies") or {}).values():
        found = statements(policy)
        if found is None:
            return Reach("unknown", "one of its policies cannot be read")
        every += found
    if not every:
        return NOBODY
    return reach({"Statement": every}, account=scope.number, known=scope.trusted, actions=("ses:Send*",))


def configuration_set(scope: Scope, aws: Aws, name: str) -> Iterator[ConfigurationSet]:
    """One set; every field says by itself why it could not be read."""
    told = aws.ask("sesv2:GetConfigurationSet", about=name, gone=_GONE, ConfigurationSetName=name)
    answer: Answer | NotCollected = told or {}
    delivery, reputation, sending = (
        _said(aws, answer, "GetConfigurationSet", name, key)
        for key in ("DeliveryOptions", "ReputationOptions", "SendingOptions")
    )
    destinations = _destinations(aws, name)
    yield ConfigurationSet(
        entity=scope.entity,
        source=scope.source("GetConfigurationSet"),
        region=scope.region,
        name=name,
        events=destinations
        if isinstance(destinations, NotCollected)
        else tuple(sorted({event for one in destinations if one.is_on for event in one.events})),
        destinations=destinations,
        suppresses=_suppresses(answer),
        requires_tls=_is(aws, name, delivery, "TlsPolicy", "REQUIRE"),
        measures_reputation=_is(aws, name, reputation, "ReputationMetricsEnabled", wanted=True),
        sends=_is(aws, name, sending, "SendingEnabled", wanted=True),
        **_tracking(answer),
    )


def _is(aws: Aws, name: str, block: Any, key: str, wanted: object) -> Any:  # noqa: ANN401 - a part of an answer
    """Whether a part of a block has a value; a gap where the block or the part is not there."""
    said = _said(aws, block, "GetConfigurationSet", name, key)
    return said if isinstance(said, NotCollected) else said == wanted


def _suppresses(answer: Answer | NotCollected) -> Names | None:
    if isinstance(answer, NotCollected):
        return answer
    options = answer.get("SuppressionOptions")
    return None if options is None else tuple(sorted(options.get("SuppressedReasons") or ()))


def _tracking(answer: Answer | NotCollected) -> dict[str, Any]:
    """Where links lead through; without a word of it, through the service's own domain."""
    if isinstance(answer, NotCollected):
        return dict.fromkeys(("redirect_domain", "redirects_encrypted"), answer)
    options = answer.get("TrackingOptions") or {}
    return {
        "redirect_domain": options.get("CustomRedirectDomain") or None,
        "redirects_encrypted": options.get("HttpsPolicy") == "REQUIRE",
    }


def _destinations(aws: Aws, name: str) -> tuple[EventDestination, ...] | NotCollected:
    told = aws.ask(
        "sesv2:GetConfigurationSetEventDestinations", about=name, gone=_GONE, ConfigurationSetName=name
    )
    if isinstance(told, NotCollected):
        return told
    return tuple(_destination(one) for one in (told or {}).get("EventDestinations") or ())


def _destination(one: Answer) -> EventDestination:
    targets = (one.get(block, {}).get(key, "") for block, key in _TARGETS)
    return EventDestination(
        one["Name"],
        bool(one.get("Enabled")),
        tuple(sorted(one.get("MatchingEventTypes") or ())),
        next((target for target in targets if target), ""),
    )
