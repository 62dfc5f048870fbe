"""Events as SES tells them and SNS signs them, with a key of this run."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from quarterdeck.mail.events import Ours
from tests.cloud import NUMBER

if TYPE_CHECKING:
    from collections.abc import Mapping

TOPIC = f"arn:aws:sns:us-east-1:{NUMBER}:mail-events"
OURS = Ours((TOPIC,), "us-east-1")
CERTIFICATE = f"https://sns.us-east-1.amazonaws.com/SimpleNotificationService-{'0a' * 16}.pem"
SERVICE = "the service"
PAT = "pat@readers.example"
NAMES = {
    "Bounce": "bounce",
    "Complaint": "complaint",
    "Delivery": "delivery",
    "DeliveryDelay": "deliveryDelay",
    "Send": "send",
    "Reject": "reject",
}
WHOM = {"Bounce": "bouncedRecipients", "Complaint": "complainedRecipients"}


@cache
def key(owner: str) -> RSAPrivateKey:
    """A key that signs; another one for each owner."""
    assert owner
    return generate_private_key(65537, 2048)


@cache
def certificate(address: str = CERTIFICATE) -> bytes:
    """What stands at the address of the service."""
    assert address == CERTIFICATE
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder(name, name, key(SERVICE).public_key(), 1)
    made = made.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2027, 1, 1, tzinfo=UTC)
    )
    return made.sign(key(SERVICE), SHA256()).public_bytes(Encoding.PEM)


def told(
    kind: str,
    mail: str = "mail-1",
    *,
    to: str = PAT,
    at: str = "2026-11-23T08:00:00.000Z",
    **about: Any,  # noqa: ANN401 - any field of an event
) -> dict[str, Any]:
    """What SES says of one mail."""
    part = {"timestamp": at, **about}
    if kind == "Bounce":
        part = {"bounceType": "Permanent", **part}
    if kind in WHOM:
        part[WHOM[kind]] = [{"emailAddress": to}]
    return {
        "eventType": kind,
        "mail": {"messageId": mail, "destination": [to], "timestamp": at},
        NAMES.get(kind, kind.lower()): part,
    }


def signed(message: object, owner: str = SERVICE, **fields: Any) -> str:  # noqa: ANN401 - any field
    """The record that SNS makes of it; fields are changed before it is signed."""
    text = message if isinstance(message, str) else msgspec.json.encode(message).decode()
    envelope: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": "sns-1",
        "TopicArn": TOPIC,
        "Message": text,
        "Timestamp": "2026-11-23T08:00:01.000Z",
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE,
        **fields,
    }
    return as_sent({**envelope, "Signature": signature(envelope, owner)})


def signature(envelope: Mapping[str, Any], owner: str) -> str:
    """Over the parts that count, in their order."""
    parts = [
        name
        for name in ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
        if name in envelope
    ]
    text = "".join(f"{name}\n{envelope[name]}\n" for name in parts).encode()
    return base64.b64encode(key(owner).sign(text, PKCS1v15(), SHA256())).decode()


def as_sent(envelope: Mapping[str, Any]) -> str:
    """As the queue holds it."""
    return msgspec.json.encode(envelope).decode()
