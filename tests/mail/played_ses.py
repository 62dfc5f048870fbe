"""Amazon SES played on this machine: an account that may send, unless a test says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.mail.ses import Ses, Timing
from quarterdeck.model.mail import Message
from quarterdeck.publish.aws import Reach
from quarterdeck.settings import Mail
from tests.cloud import NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from quarterdeck.collectors.resolver import Answer
    from quarterdeck.model.web import DomainCheck
    from tests.cloud import Cloud

SENDER = "reports@harbor.example"
SETTINGS = Mail(sender=SENDER, account=NUMBER, region="us-east-1", configuration_set="reports")
ACCOUNT: Mapping[str, Any] = {
    "ProductionAccessEnabled": True,
    "SendingEnabled": True,
    "EnforcementStatus": "HEALTHY",
    "SendQuota": {"Max24HourSend": 1000.0, "MaxSendRate": 2.0, "SentLast24Hours": 10.0},
}
SIGNED: Mapping[str, Any] = {
    "IdentityType": "DOMAIN",
    "VerifiedForSendingStatus": True,
    "DkimAttributes": {"SigningEnabled": True, "Status": "SUCCESS"},
}
NAMES: Mapping[str, Answer] = {"_dmarc.harbor.example": ("v=DMARC1; p=reject",)}
SAID: Mapping[str, Any] = {
    "sesv2:GetAccount": ACCOUNT,
    "sesv2:GetConfigurationSet": {
        "ConfigurationSetName": "reports",
        "SendingOptions": {"SendingEnabled": True},
    },
}


class Names:
    """Name servers with these records and no others."""

    def __init__(self, known: Mapping[str, Answer]) -> None:
        """Name -> what is there."""
        self.known = known

    def ask(self, name: str, kind: str, *, at: str = "", unchecked: bool = False) -> Answer:
        """As a resolver."""
        assert (kind, at, unchecked) == ("TXT", "", False)
        return self.known.get(name)


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        """It begins at 0."""
        self.now = 0.0
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        """Pass so much."""
        self.waits.append(seconds)
        self.now += seconds

    @property
    def timing(self) -> Timing:
        """Without chance."""
        return Timing(lambda: self.now, self.wait, lambda: 0.0)


def ses(
    cloud: Cloud,
    said: Mapping[str, Any] | None = None,
    *,
    settings: Mail = SETTINGS,
    names: Mapping[str, Answer] = NAMES,
    identity: Any = None,  # noqa: ANN401 - as answers of the played cloud
    audited: Iterable[DomainCheck] = (),
    clock: Clock | None = None,
) -> Ses:
    """The service as the settings reach it."""
    for call, answer in {**SAID, **_known(identity or SIGNED), **(said or {})}.items():
        cloud.stubs.answer(call, answer)
    reach = Reach(endpoint=cloud.endpoint, attempts=1)
    return Ses(settings, reach, Names(names), audited, (clock or Clock()).timing)


def may_send(cloud: Cloud, **account: Any) -> None:  # noqa: ANN401 - any field of the answer
    """Let an account send as the service itself keeps mail, but for what the account says of itself."""
    cloud.client("sesv2").create_email_identity(EmailIdentity="harbor.example")
    quick = {**ACCOUNT["SendQuota"], "MaxSendRate": 500.0}
    said = {**SAID, "sesv2:GetAccount": {**ACCOUNT, "SendQuota": quick, **account}, **_known(SIGNED)}
    for call, answer in said.items():
        cloud.stubs.answer(call, answer)


def _known(identity: Any) -> Mapping[str, Any]:  # noqa: ANN401 - as answers of the played cloud
    """One identity, and nobody who may not be mailed."""
    missing = Refusal("NotFoundException", 404)

    def identified(path: str, _body: bytes) -> Any:  # noqa: ANN401 - likewise
        return identity if path.endswith("/harbor.example") else missing

    return {"sesv2:GetEmailIdentity": identified, "sesv2:GetSuppressedDestination": missing}


def mail(person: str = "pat") -> Message:
    """A small finished mail."""
    address = f"{person}@readers.example"
    text = f"From: {SENDER}\r\nTo: {address}\r\nSubject: News\r\n\r\nHello\r\n"
    return Message(person, address, f"<v1.{person}@harbor.example>", text.encode())
