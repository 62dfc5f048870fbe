"""Mail through Amazon SES: what surely was not sent is told from what may have been (F-153 to F-168)."""

import random
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from quarterdeck.collectors.aws.asking import CLOCK, ENDED, SIGNATURE
from quarterdeck.collectors.resolver import Asks
from quarterdeck.mail.pace import Pace
from quarterdeck.mail.post import Posted
from quarterdeck.mail.proof import Aligned, Identity, alignment_faults, identity_faults
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.model.mail import Message
from quarterdeck.model.web import DomainCheck
from quarterdeck.publish.aws import Reach, client, code_of, told

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

    from quarterdeck.settings import Mail

TRIES: Final = 4
"""How often one mail is tried that surely was not sent."""

_SERVER: Final = 500
_NOT_THERE: Final = "NotFoundException"
_BUSY: Final = frozenset({"Throttling", "ThrottlingException", "TooManyRequestsException"})
_FULL: Final = "the quota of the day is used up. The rest goes out with the next run, a day later."
_STOPS: Final[Mapping[str, str]] = {
    "AccountSuspendedException": "the account is suspended. Open SES in the console, and answer its review.",
    "SendingPausedException": "sending is paused. Find out why in the console of SES before you resume it.",
    "MailFromDomainNotVerifiedException": "the MAIL FROM domain is not ready. Repair its records in DNS.",
    "NotFoundException": "the configuration set is gone. Correct mail: configuration_set in portfolio.yml.",
    "LimitExceededException": _FULL,
    "AccessDeniedException": "the credentials may not send. Sign in with the role for mail.",
    **dict.fromkeys(ENDED | SIGNATURE, "the credentials have ended, or are not valid. Sign in again."),
    **dict.fromkeys(CLOCK, "the clock of this machine is wrong. Set it, then try again."),
}
"""The service's word -> why no other mail would fare better."""

_FAILS: Final[Mapping[str, str]] = {
    "MessageRejected": "the service does not take this mail: its content, or an address that is not verified.",
    "BadRequestException": "the service cannot read this mail or its address.",
}
"""The service's word -> why this one mail cannot go."""


class Timing(NamedTuple):
    """Time and chance, which tests play."""

    clock: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random


class Ses:
    """Amazon SES in one region; a `Post`. Nothing is asked before the first call."""

    def __init__(
        self,
        settings: "Mail",
        reach: Reach,
        net: Asks,
        audited: Iterable[DomainCheck] = (),
        timing: Timing = Timing(),  # noqa: B008 - an immutable value
    ) -> None:
        """What it works with.

        Args:
            settings: Sender, region, account and configuration set.
            reach: Where AWS is, and how patiently questions are asked; a mail itself is never sent twice by it.
            net: Name servers, for what receivers are told of the sender's domain.
            audited: What the newest audit saw of domains, for where no name server answers.
            timing: Time and chance.

        Raises:
            UsageError: No sender is named.
            OutsideError: There are no credentials.
        """
        if settings.sender is None:
            raise UsageError("mail: names no sender. Add sender: and an address that is verified in SES.")
        self._settings, self._sender, self._reach = settings, settings.sender, reach
        self._net, self._audited, self._timing = net, tuple(audited), timing
        self._asks = client("sesv2", settings.region, reach)
        self._sends = client("sesv2", settings.region, reach._replace(attempts=1))

    @property
    def place(self) -> str:
        """The service and its region."""
        return f"Amazon SES in {self._asks.meta.region_name}"

    def refusals(self, recipients: int) -> tuple[str, ...]:
        """Why nothing can be sent now; see `Post`.

        Raises:
            OutsideError: The service does not answer, or may not be asked.
        """
        return (
            *self._account_faults(),
            *self._quota_faults(recipients),
            *self._set_faults(),
            *self._sender_faults(),
        )

    def send(self, message: Message, copies: Collection[str]) -> Posted:
        """Send one message, skipping an address that the account never mails; see `Post`."""
        try:
            reason = self._suppressed(message.to)
            if reason:
                return Posted("skipped", f"the account's suppression list holds the address ({reason})")
            pace = self._pace
        except OutsideError as error:
            return Posted("failed", str(error))
        for tries in range(1, TRIES + 1):
            pace.take(1 + len(copies))
            posted, again = self._tried(message, copies)
            if not again or tries == TRIES:
                return posted
            pace.pause(tries)
        raise AssertionError  # the last try returns

    # -- before

    def _account_faults(self) -> Iterable[str]:
        """Another account than the one agreed on; one that may not send, or to verified addresses alone."""
        expected = self._settings.account
        if expected is not None:
            with told(f"{self.place}: cannot ask whose the credentials are"):
                number = client("sts", self._settings.region, self._reach).get_caller_identity()["Account"]
            if number != expected:
                yield (
                    f"{self.place}: the credentials are of account {number}, and mail: account is {expected}. "
                    "Sign in to that account, or correct portfolio.yml."
                )
        if not self._account.get("ProductionAccessEnabled", False):
            yield (
                f"{self.place} is in the sandbox: it mails verified addresses alone. "
                "Request production access in its console, or set mail: through: outbox."
            )
        if self._account.get("EnforcementStatus") == "SHUTDOWN":
            yield f"{self.place}: {_STOPS['AccountSuspendedException']}"
        elif not self._account.get("SendingEnabled", False):
            yield f"{self.place}: {_STOPS['SendingPausedException']}"

    def _quota_faults(self, recipients: int) -> Iterable[str]:
        quota = self._account.get("SendQuota", {})
        most, sent = int(quota.get("Max24HourSend", 0)), int(quota.get("SentLast24Hours", 0))
        if 0 <= most < sent + recipients:
            yield (
                f"{self.place} sends {most} mails in 24 hours; {sent} went out, and {recipients} are to follow. "
                "Wait until tomorrow, or ask for a higher quota."
            )

    def _set_faults(self) -> Iterable[str]:
        from botocore.exceptions import ClientError  # noqa: PLC0415 - heavy, and only when AWS is asked

        name = self._settings.configuration_set
        if name is None:
            return
        with told(f"{self.place}: cannot ask about the configuration set {name}"):
            try:
                found = self._asks.get_configuration_set(ConfigurationSetName=name)
            except ClientError as error:
                if code_of(error) != _NOT_THERE:
                    raise
                yield f"{self.place} has no configuration set {name}. Correct mail: configuration_set."
                return
        if not found.get("SendingOptions", {}).get("SendingEnabled", True):
            yield f"{self.place}: sending is paused in the configuration set {name}. Find out why, then resume it."

    def _sender_faults(self) -> Iterable[str]:
        """What receivers would hold against the sender (F-166)."""
        known = [one for name in _names(self._sender) if (one := self._identity(name)) is not None]
        yield from identity_faults(self._sender, known)
        signed = tuple(one.name for one in known if one.is_signed and "@" not in one.name)
        bounced = tuple(one.mail_from for one in known if one.mail_from)
        yield from alignment_faults(Aligned(self._sender, signed, bounced), self._net, self._audited)

    def _identity(self, name: str) -> Identity | None:
        """What the service says of one; None where there is none, or the role may not look: it may see its own."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 - as above

        with told(f"{self.place}: cannot ask about {name.rpartition('@')[2]}"):
            try:
                found = self._asks.get_email_identity(EmailIdentity=name)
            except ClientError as error:
                if code_of(error) in {_NOT_THERE, "AccessDeniedException", "AccessDenied"}:
                    return None
                raise
        dkim, mail_from = found.get("DkimAttributes", {}), found.get("MailFromAttributes", {})
        is_ready = mail_from.get("MailFromDomainStatus") == "SUCCESS"
        return Identity(
            name,
            is_verified=bool(found.get("VerifiedForSendingStatus", False)),
            is_signed=bool(dkim.get("SigningEnabled", False)) and dkim.get("Status") == "SUCCESS",
            mail_from=mail_from.get("MailFromDomain", "") if is_ready else "",
        )

    # -- one mail

    @cached_property
    def _account(self) -> Mapping[str, Any]:
        with told(f"{self.place}: cannot ask what it may send"):
            return dict(self._asks.get_account())

    @cached_property
    def _pace(self) -> Pace:
        """As fast as the account may; one a second where it does not say."""
        return Pace(float(self._account.get("SendQuota", {}).get("MaxSendRate") or 1), *self._timing)

    def _suppressed(self, address: str) -> str:
        """Why the account never mails an address; empty where it does."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 - as above

        with told(f"{self.place}: cannot ask whom it never mails"):
            try:
                found = self._asks.get_suppressed_destination(EmailAddress=address)
            except ClientError as error:
                if code_of(error) == _NOT_THERE:
                    return ""
                raise
        return str(found.get("SuppressedDestination", {}).get("Reason", "no reason given")).lower()

    def _tried(self, message: Message, copies: Collection[str]) -> tuple[Posted, bool]:
        """What became of one try, and whether another one may be made: only of what surely was not sent."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as above
        from botocore.parsers import ResponseParserError  # noqa: PLC0415 - as above

        name = self._settings.configuration_set
        try:
            said = self._sends.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [message.to], "BccAddresses": sorted(copies)},
                Content={"Raw": {"Data": message.data}},
                **({"ConfigurationSetName": name} if name else {}),
            )
        except ClientError as error:
            return _refused(error)
        except ResponseParserError:
            return Posted("unknown", "the service's answer is not understood"), False
        except BotoCoreError as error:
            return _broken(error)
        number = said.get("MessageId", "")
        if not number:
            return Posted("unknown", "the service's answer names no mail"), False
        return Posted("sent", provider_id=number), False


def _names(sender: str) -> tuple[str, ...]:
    """The identities that may stand behind an address: itself, its domain, and those above that."""
    domain = sender.rpartition("@")[2].lower()
    parts = domain.split(".")
    return sender, *(".".join(parts[at:]) for at in range(len(parts) - 1))


def _refused(error: "ClientError") -> tuple[Posted, bool]:
    """What the service's own refusal means; after an error of its own nobody knows what it did."""
    code = code_of(error)
    about = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", _SERVER)
    if code in _BUSY and "daily" not in str(about.get("Message", "")).lower():
        return Posted("failed", "the service is busy: more mail a second than it takes"), True
    if code in _BUSY:
        return Posted("failed", _FULL, stops_all=True), False
    if code in _STOPS:
        return Posted("failed", _STOPS[code], stops_all=True), False
    if status >= _SERVER:
        return Posted("unknown", f"the service failed ({code})"), False
    return Posted("failed", _FAILS.get(code, f"the service refuses it ({code})")), False


def _broken(error: Exception) -> tuple[Posted, bool]:
    """A line that was never there carried no mail; on one that broke, it may have arrived (F-154)."""
    from botocore import exceptions as known  # noqa: PLC0415 - as above

    if isinstance(
        error, (known.EndpointConnectionError, known.ConnectTimeoutError, known.ProxyConnectionError)
    ):
        return Posted("failed", "the service cannot be reached"), True
    if isinstance(error, (known.HTTPClientError, known.ConnectionError)):
        return Posted("unknown", "the connection broke before an answer came"), False
    return Posted("failed", f"nothing was sent ({type(error).__name__})", stops_all=True), False
