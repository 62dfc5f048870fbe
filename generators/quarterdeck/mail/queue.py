"""The queue in which SES leaves what became of mail, and the certificates that its records are signed with."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from quarterdeck.mail.events import Ours, StrangeError
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.publish.aws import Reach, client, told

if TYPE_CHECKING:
    from quarterdeck.settings import Mail

BATCH: Final = 10
"""The service hands out no more at once."""
_ROUNDS: Final = 1000
_WAIT_SECONDS: Final = 1
"""All its servers are asked, as none knows everything at once."""
_LARGEST_BYTES: Final = 16_384
_HOST_PARTS: Final = 3


class Record(NamedTuple):
    """One record of the queue."""

    receipt: str
    """With which it is taken off."""
    id: str
    body: str


class Queue:
    """The queue that the settings name; nothing is asked before the first call."""

    def __init__(self, settings: "Mail", reach: Reach) -> None:
        """Make clients.

        Raises:
            UsageError: The settings name no queue or configuration set, or a queue of another account.
            OutsideError: There are no credentials.
        """
        if settings.queue is None or settings.configuration_set is None:
            raise UsageError(
                "mail: names no queue, or no configuration_set, so nobody hears what becomes of mail. "
                "Make the stack of `quarterdeck infra template --mail`, and paste its output Settings."
            )
        self._url, self._set = settings.queue, settings.configuration_set
        self.region, self.account = _place(settings.queue)
        if settings.account is not None and self.account != settings.account:
            raise UsageError(
                f"mail: queue is of account {self.account}, and mail: account is {settings.account}. "
                "Correct one of both in portfolio.yml."
            )
        self._sqs = client("sqs", self.region, reach)
        self._ses = client("sesv2", self.region, reach)

    def ours(self) -> Ours:
        """The topics that our own configuration set tells, of our account and region alone (F-173).

        Raises:
            UsageError: It tells none.
            OutsideError: The service refuses or does not answer.
        """
        with told(f"Amazon SES in {self.region}: cannot ask whom the configuration set {self._set} tells"):
            found = self._ses.get_configuration_set_event_destinations(ConfigurationSetName=self._set)
        topics = {
            one["SnsDestination"]["TopicArn"]
            for one in found.get("EventDestinations", [])
            if one.get("Enabled") and "SnsDestination" in one
        }
        start = f"arn:aws:sns:{self.region}:{self.account}:"
        ours = tuple(sorted(one for one in topics if one.startswith(start)))
        if not ours:
            raise UsageError(
                f"The configuration set {self._set} tells no topic of account {self.account} in {self.region} of its "
                "mail. Update it: quarterdeck infra template --mail."
            )
        return Ours(ours, self.region)

    def waiting(self) -> int:
        """About how many records wait."""
        with told(f"{self._place}: cannot ask how many wait"):
            found = self._sqs.get_queue_attributes(
                QueueUrl=self._url, AttributeNames=["ApproximateNumberOfMessages"]
            )
        return int(found.get("Attributes", {}).get("ApproximateNumberOfMessages", 0))

    def batches(self) -> Iterator[tuple[Record, ...]]:
        """All records, a few at a time; one that is not taken off comes again later, and then stays aside."""
        for _ in range(_ROUNDS):
            with told(f"{self._place}: cannot read it"):
                found = self._sqs.receive_message(
                    QueueUrl=self._url, MaxNumberOfMessages=BATCH, WaitTimeSeconds=_WAIT_SECONDS
                )
            records = tuple(_record(one) for one in found.get("Messages", []))
            if not records:
                return
            yield records

    def take_off(self, records: Iterable[Record]) -> None:
        """Remove records that are remembered; one that stays is told again, and counts no second time."""
        entries = [{"Id": str(at), "ReceiptHandle": one.receipt} for at, one in enumerate(records)]
        if entries:
            with told(f"{self._place}: cannot take records off it"):
                self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)

    @property
    def _place(self) -> str:
        return f"the queue {self._url.rpartition('/')[2]}"


def fetched(address: str) -> bytes:
    """The certificate at an address of the service, whose form was examined.

    Raises:
        OutsideError: It cannot be fetched now; the record waits.
        StrangeError: What is there is no certificate.
    """
    import urllib3  # noqa: PLC0415 - only for feedback

    try:
        answer = urllib3.request(
            "GET", address, redirect=False, retries=False, timeout=5.0, preload_content=False
        )
        data = answer.read(_LARGEST_BYTES)
    except urllib3.exceptions.HTTPError as error:
        raise OutsideError(
            f"{urlsplit(address).hostname}: its certificate cannot be fetched ({type(error).__name__}). Try again."
        ) from None
    if answer.status != 200:  # noqa: PLR2004 - HTTP
        raise StrangeError("there is no certificate where it says")
    return data


def _record(raw: Mapping[str, Any]) -> Record:
    return Record(raw["ReceiptHandle"], raw["MessageId"], raw.get("Body", ""))


def _place(url: str) -> tuple[str, str]:
    """Region and account of a queue: `https://sqs.us-east-1.amazonaws.com/123456789012/mail`."""
    parts = urlsplit(url)
    host, path = (parts.hostname or "").split("."), parts.path.split("/")
    is_queue = host[0] == "sqs" and host[2:] == ["amazonaws", "com"] and len(path) == _HOST_PARTS
    if not is_queue or not path[1].isdigit():
        raise UsageError(
            "mail: queue is no address of an SQS queue. It looks like https://sqs.REGION.amazonaws.com/…"
        )
    return host[1], path[1]
