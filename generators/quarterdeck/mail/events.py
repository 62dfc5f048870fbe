"""Reads what SES tells through SNS and SQS, and believes only what is signed and comes from our topic (F-173)."""

import base64
import binascii
import re
from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec

from quarterdeck.model.feedback import Event, Kind

Certificates: TypeAlias = Callable[[str], bytes]
"""Address -> the certificate there, in the form PEM; raises StrangeError where there is none."""

_CERTIFICATE: Final = re.compile(
    r"https://sns\.([a-z]{2}(?:-[a-z]+)+-[0-9])\.amazonaws\.com/SimpleNotificationService-[0-9a-f]{16,64}\.pem"
)
_SIGNED: Final = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
"""What a notification's signature covers, in this order; a subject only where there is one."""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?=T)")
_LARGEST_BYTES: Final = 262_144

_KINDS: Final[Mapping[str, Kind]] = {
    "Send": "sent",
    "Delivery": "delivered",
    "DeliveryDelay": "delayed",
    "Bounce": "bounced",
    "Complaint": "complained",
    "Reject": "rejected",
    "Rendering Failure": "rejected",
}
_PARTS: Final = {"DeliveryDelay": "deliveryDelay", "Rendering Failure": "failure"}
_RECIPIENTS: Final = ("bouncedRecipients", "complainedRecipients", "delayedRecipients", "recipients")


class StrangeError(Exception):
    """A record that is not ours, or cannot be read; says why without any of its text."""


class Ours(NamedTuple):
    """Where our own events come from."""

    topics: Collection[str]
    """ARNs of the topics of our configuration set."""
    region: str


def read_event(body: str, ours: Ours, certificates: Certificates) -> Event:
    """One record of the queue, verified.

    Args:
        body: As the queue holds it: a notification with its signature.
        ours: What it must come from.
        certificates: Fetches a certificate whose address was found good.

    Raises:
        StrangeError: It is not ours, forged, or cannot be read; it must not be believed in any part.

    Source: Amazon SNS Developer Guide, verifying the signatures of messages; Amazon SES Developer Guide, contents of
    event data.
    """
    if len(body) > _LARGEST_BYTES:
        raise StrangeError("it is larger than any event")
    envelope = _object(body)
    if envelope.get("TopicArn") not in ours.topics:
        raise StrangeError("it comes from another topic or account")
    _verify(envelope, ours.region, certificates)
    return _event(_object(envelope["Message"]))


def _verify(envelope: Mapping[str, Any], region: str, certificates: Certificates) -> None:
    """Whether the service itself signed exactly this."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - heavy, and only for feedback
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415 - likewise
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415 - likewise
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - likewise
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415 - likewise

    if envelope.get("Type") != "Notification" or envelope.get("SignatureVersion") != "2":
        raise StrangeError("it is no notification with a signature of version 2")
    fields = [name for name in _SIGNED if name != "Subject" or envelope.get(name) is not None]
    if not all(isinstance(envelope.get(name), str) for name in (*fields, "Signature", "SigningCertURL")):
        raise StrangeError("a part that is signed is missing")
    address = envelope["SigningCertURL"]
    place = _CERTIFICATE.fullmatch(address)
    if place is None or place[1] != region:
        raise StrangeError("its certificate would come from elsewhere")
    signed = "".join(f"{name}\n{envelope[name]}\n" for name in fields).encode()
    try:
        key = load_pem_x509_certificate(certificates(address)).public_key()
        if not isinstance(key, RSAPublicKey):
            raise StrangeError("its certificate holds a key of another kind")
        key.verify(base64.b64decode(envelope["Signature"], validate=True), signed, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError, binascii.Error):
        raise StrangeError("its signature is wrong") from None


def _event(raw: Mapping[str, Any]) -> Event:
    """What SES says, in its form for configuration sets or for topics of identities."""
    name = raw.get("eventType", raw.get("notificationType"))
    mail = raw.get("mail")
    if not isinstance(name, str) or not isinstance(mail, dict) or not isinstance(mail.get("messageId"), str):
        raise StrangeError("it does not say of which mail it is")
    part = raw.get(_PARTS.get(name, name.lower()))
    about: Mapping[str, Any] = part if isinstance(part, dict) else {}
    kind: Kind | None = _KINDS.get(name)
    if kind == "bounced" and about.get("bounceType") != "Permanent":
        kind = "delayed"
    addresses = _addresses(about) or _texts(mail.get("destination"))
    moment = next(
        (one for one in (about.get("timestamp"), mail.get("timestamp")) if isinstance(one, str)), ""
    )
    day = _DAY.match(moment)
    if day is None:
        raise StrangeError("it does not say when it happened")
    identity = [name, mail["messageId"], about.get("feedbackId") or moment, sorted(addresses)]
    return Event(
        id=sha256(msgspec.json.encode(identity)).hexdigest()[:32],
        kind=kind or "",
        provider_id=mail["messageId"],
        day=day[0],
        addresses=addresses,
    )


def _addresses(about: Mapping[str, Any]) -> tuple[str, ...]:
    """Whom an event names: a list of addresses, or of maps with an address."""
    found: list[Any] = next((about[name] for name in _RECIPIENTS if isinstance(about.get(name), list)), [])
    return _texts([one.get("emailAddress") if isinstance(one, dict) else one for one in found])


def _texts(found: object) -> tuple[str, ...]:
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def _object(text: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        raise StrangeError("it is no JSON") from None
    if not isinstance(found, dict):
        raise StrangeError("it is no JSON object")
    return found
