"""The one door to AWS: asks a declared question, pages through the answer, and turns a refusal into a gap."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from quarterdeck.collectors.registry import Found
from quarterdeck.collectors.scope import Account, Scope
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.observed import NotCollected, Observed

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.loaders import Loader
    from botocore.session import Session

T = TypeVar("T")

Answer = dict[str, Any]

ENDED: Final = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
        "InvalidClientTokenId",
        "InvalidToken",
        "TokenRefreshRequired",
        "UnrecognizedClientException",
        "AuthFailure",
        "InvalidAccessKeyId",
    }
)
"""Codes by which services say that credentials have ended, or were never valid."""
CLOCK: Final = frozenset({"RequestTimeTooSkewed", "RequestInTheFuture"})
SIGNATURE: Final = frozenset({"SignatureDoesNotMatch", "InvalidSignatureException"})
OF_ANOTHER_TIME: Final = ("signature expired", "signature not yet current")
"""What most services say under these codes where the clock is wrong, in place of a code for it."""
THROTTLED: Final = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "LimitExceededException",
    }
)
"""Codes by which services say that they are busy."""


class CannotGoOnError(Exception):
    """The whole run has to stop: the credentials ended, belong to somebody else, or the clock is wrong."""


class Gone(Exception):  # noqa: N818 - not an error: what was listed is no longer there (F-114)
    """What is asked about was deleted since it was listed."""


class Aws:
    """One account and region, asked read-only.

    Only operations that the collector declares can be asked. Whatever is refused, busy, late or not understood
    comes back as `NotCollected` with the call and the service's own word; nothing is ever taken for "there is
    none" but the codes that the caller names.
    """

    def __init__(self, scope: Scope, name: str, allowed: Iterable[str], clock: Callable[[], float]) -> None:
        """Nothing is asked yet.

        Args:
            scope: The account, region and endpoint.
            name: The collector, as gaps name it.
            allowed: The operations that it may ask: `s3:ListBuckets`.
            clock: Seconds that only grow, for the time limit.
        """
        self.scope = scope
        self.name = name
        self.asked: Counter[str] = Counter()
        """How often each operation was asked."""
        self._allowed = frozenset(allowed)
        self._clock = clock
        self._until = clock() + scope.seconds
        self._clients: dict[tuple[str, str], BaseClient] = {}
        self._down: dict[tuple[str, str], str] = {}
        self._lock = Lock()

    def ask(
        self,
        call: str,
        /,
        *,
        about: str = "",
        none: tuple[str, ...] = (),
        gone: tuple[str, ...] = (),
        region: str = "",
        **asked: object,
    ) -> Answer | NotCollected | None:
        """Ask one question.

        Args:
            call: Service and operation: `s3:GetBucketPolicy`.
            about: What it is about, as a gap names it: an ARN or a name.
            none: The service's codes that mean "there is none".
            gone: The codes that mean that the thing itself is no longer there.
            region: Another region than the scope's.
            asked: The parameters of the operation.

        Returns:
            The answer; None where the service says that there is none; else why it could not be read.

        Raises:
            Gone: The thing is no longer there.
            CannotGoOnError: The credentials ended, or the clock of this machine is wrong.
            KeyError: The collector does not declare the operation.
        """
        service, operation, client = self._door(call, region)
        if reason := self._closed(service, region):
            return self._gap(about, f"{operation}: {reason}")
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - only when something is asked
        from botocore.parsers import ResponseParserError  # noqa: PLC0415 - likewise

        with self._lock:
            self.asked[call] += 1
        try:
            answer: Answer = getattr(client, _method(operation))(**asked)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "")) or "refused"
            if code in none:
                return None
            if code in gone:
                raise Gone(about) from None
            return self._refused(about, operation, code, str(error.response["Error"].get("Message", "")))
        except ResponseParserError:
            return self._gap(about, f"{operation}: the answer is not understood")
        except BotoCoreError as error:
            return self._unanswered(service, region, about, operation, error)
        if _is_no_answer(answer, client):
            return self._gap(about, f"{operation}: the answer is not understood")
        return answer

    def pages(
        self,
        call: str,
        key: str,
        /,
        *,
        of: type[Observed] | None = None,
        about: str = "",
        **asked: Any,  # noqa: ANN401 - parameters of any operation
    ) -> Iterator[Any]:
        """Every item of a list, page by page, in the service's order; a gap comes last where it breaks off.

        Args:
            call: Service and operation: `lambda:ListFunctions`.
            key: Where the items stand in the answer: `Functions`, or `DistributionList.Items`.
            of: The kind of record that is listed: a gap then says that the list of it is not whole.
            about: What a gap names, where it is no kind of record.
            asked: The parameters of the operation; `region` asks another region.
        """
        seen: set[str] = set()
        token: dict[str, Any] = {}
        about = kind_of(of) if of else about
        while True:
            answer = self.ask(call, about=about, **asked, **token)
            if not isinstance(answer, dict):
                if answer is not None:
                    yield answer
                return
            yield from _at(answer, key) or ()
            token = next_page(answer, key)
            if not token:
                return
            mark = repr(sorted(token.items(), key=str))
            if mark in seen:
                yield self._gap(about, f"{call.partition(':')[2]}: the service gave the same page twice")
                return
            seen.add(mark)

    def each(self, items: Iterable[T], describe: Callable[[T], Iterable[Observed | NotCollected]]) -> Found:
        """What is said of each of many things, several at once, in their order; what is gone is left out."""

        def told(item: T) -> list[Observed | NotCollected]:
            try:
                return list(describe(item))
            except Gone:
                return []

        with ThreadPoolExecutor(self.scope.workers) as pool:
            for found in pool.map(told, items):
                yield from found

    def client(self, service: str, region: str = "") -> "BaseClient":
        """The client of a service, made once."""
        with self._lock:
            at = (service, region or self.scope.region)
            if at not in self._clients:
                self._clients[at] = make_client(self.scope, *at)
            return self._clients[at]

    def _door(self, call: str, region: str) -> tuple[str, str, "BaseClient"]:
        if call not in self._allowed:
            raise KeyError(call)
        service, _, operation = call.partition(":")
        return service, operation, self.client(service, region)

    def _closed(self, service: str, region: str) -> str:
        if self._clock() > self._until:
            return "no time was left"
        return self._down.get((service, region), "")

    def _gap(self, about: str, reason: str) -> NotCollected:
        return NotCollected(self.name, about or self.name, reason)

    def _refused(self, about: str, operation: str, code: str, words: str) -> NotCollected:
        is_late = code in SIGNATURE and words.casefold().startswith(OF_ANOTHER_TIME)
        if code in CLOCK or is_late:
            raise CannotGoOnError(
                f"{operation}: {code}. The clock of this machine is wrong; set it, and run again."
            )
        if code in ENDED:
            raise CannotGoOnError(
                f"{operation}: {code}. The credentials have ended, or are not valid; sign in again."
            )
        word = f"throttled ({code})" if code in THROTTLED else code
        return self._gap(about, f"{operation}: {word}")

    def _unanswered(
        self, service: str, region: str, about: str, operation: str, error: Exception
    ) -> NotCollected:
        """A gap; what cannot be reached at all is not asked again by this job (F-115)."""
        from botocore import exceptions as known  # noqa: PLC0415 - as above

        if isinstance(
            error, (known.NoCredentialsError, known.CredentialRetrievalError, known.TokenRetrievalError)
        ):
            raise CannotGoOnError("There are no AWS credentials here; sign in, or name a profile.") from None
        if isinstance(error, (known.HTTPClientError, known.ConnectionError)):
            self._down[service, region] = "the service does not answer"
            return self._gap(about, f"{operation}: the service does not answer")
        return self._gap(about, f"{operation}: {type(error).__name__}")


_TOKENS: Mapping[str, str] = {
    "NextToken": "NextToken",
    "nextToken": "nextToken",
    "NextMarker": "Marker",
    "Marker": "Marker",
    "PaginationToken": "PaginationToken",
    "NextPageToken": "NextPageToken",
    "ContinuationToken": "ContinuationToken",
    "position": "position",
    "LastEvaluatedTableName": "ExclusiveStartTableName",
    "LastEvaluatedBackupArn": "ExclusiveStartBackupArn",
    "NextPageMarker": "Marker",
}
"""Where an answer says how to ask for the next page -> the parameter that does."""

_RECORDS = ("NextRecordName", "NextRecordType", "NextRecordIdentifier")


def next_page(answer: Answer, key: str) -> dict[str, Any]:
    """The parameters that ask for the page after this one; empty where it was the last."""
    if answer.get("NextRecordName"):
        return {f"Start{one.removeprefix('Next')}": answer[one] for one in _RECORDS if answer.get(one)}
    outer = answer if "." not in key else {**answer, **(_at(answer, key.rpartition(".")[0]) or {})}
    if outer.get("IsTruncated") is False:
        return {}
    return next(({asks: outer[says]} for says, asks in _TOKENS.items() if outer.get(says)), {})


def _at(answer: Answer, key: str) -> Any:  # noqa: ANN401 - any part of an answer
    found: Any = answer
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _is_no_answer(answer: Answer, client: "BaseClient") -> bool:
    """Whether a service sent nothing, or no JSON where it writes that, which the library reads as an empty answer."""
    size = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("content-length", "")
    if size == "0":
        return True
    is_json = "json" in client.meta.service_model.resolved_protocol
    return is_json and answer.keys() <= {"ResponseMetadata"} and size.isdigit() and int(size) > len("{}")


@cache
def _method(operation: str) -> str:
    from botocore import xform_name  # noqa: PLC0415 - heavy, and only needed when something is asked

    return str(xform_name(operation))


class _Shared(dict[tuple[object, ...], object]):
    """Keeps what all services share; a service's own description, which is large, goes with its last client."""

    def __setitem__(self, key: tuple[object, ...], value: object) -> None:
        function, *asked = key
        is_list = function == "list_available_services"  # names alone, found by a walk through every folder
        if is_list or not any("service-2" in str(part) or "endpoint-rule-set" in str(part) for part in asked):
            super().__setitem__(key, value)


@cache
def _loader() -> "Loader":
    """Descriptions of the services, read from disk; what is common to all of them once for all accounts."""
    from botocore.loaders import create_loader  # noqa: PLC0415 - as above

    loader = create_loader()
    loader._cache = _Shared()  # noqa: SLF001 - the library keeps everything for ever, and has no switch for it
    return loader


class Reach(Protocol):
    """As whom AWS is reached, where, and how patiently; a `Scope` says it for collectors."""

    @property
    def account(self) -> Account | None:
        """Whose credentials; None for those of the machine."""
        ...

    @property
    def endpoint(self) -> str:
        """The one address that plays all of AWS; empty for AWS itself."""
        ...

    @property
    def workers(self) -> int:
        """How many questions are asked at once."""
        ...

    @property
    def attempts(self) -> int:
        """How often a question is asked when the service is busy."""
        ...


def make_client(reach: Reach, service: str, region: str | None) -> "BaseClient":
    """A client for one service in one region, with the role of the account taken on where it names one.

    Raises:
        CannotGoOnError: There are no credentials.
    """
    from botocore.config import Config  # noqa: PLC0415 - as above

    config = Config(
        retries={"mode": "standard", "total_max_attempts": reach.attempts},
        max_pool_connections=2 * reach.workers,
        connect_timeout=5,
        read_timeout=20,
        s3={"addressing_style": "path"} if reach.endpoint else None,
        user_agent_extra="quarterdeck",
    )
    session = _session(reach.account, is_embedded=bool(reach.endpoint))
    client = session.create_client(
        service, region_name=region, endpoint_url=reach.endpoint or None, config=config
    )
    if reach.endpoint:
        client.meta.events.register("before-sign", _to_endpoint(reach.endpoint, service))
    return client


_SESSIONS = Lock()


def _session(account: Account | None, *, is_embedded: bool) -> "Session":
    with _SESSIONS:
        return _known_session(account, is_embedded=is_embedded)


@cache
def _known_session(account: Account | None, *, is_embedded: bool) -> "Session":
    """Credentials of one account; those of the embedded cloud are made up, and open nothing."""
    from botocore.exceptions import ProfileNotFound  # noqa: PLC0415 - as above
    from botocore.session import Session  # noqa: PLC0415 - as above

    session = Session(profile=(account.profile if account else "") or None)
    session.register_component("data_loader", _loader())
    session.set_config_variable(
        "sts_regional_endpoints", "regional"
    )  # the edge refuses the global one's tokens
    session.set_config_variable("metadata_service_timeout", 1)
    session.set_config_variable("metadata_service_num_attempts", 1)
    if is_embedded:
        session.set_credentials("embedded", "embedded")
        return session
    try:
        is_signed_in = session.get_credentials() is not None
    except ProfileNotFound:
        raise CannotGoOnError(
            f"This machine knows no AWS profile {account and account.profile}; sign in to it, "
            "or correct `aws.accounts` of portfolio.yml."
        ) from None
    if not is_signed_in:
        raise CannotGoOnError("There are no AWS credentials here; sign in, or name a profile.")
    if account and account.role:
        _take_on(session, account)
    return session


def _take_on(session: "Session", account: Account) -> None:
    from botocore.credentials import (  # noqa: PLC0415 - as above
        AssumeRoleCredentialFetcher,
        DeferredRefreshableCredentials,
    )

    fetcher = AssumeRoleCredentialFetcher(
        session.create_client,
        session.get_credentials(),
        account.role,
        extra_args={"RoleSessionName": "quarterdeck"},
    )
    session._credentials = DeferredRefreshableCredentials(  # noqa: SLF001 - the library has no public way to set them
        fetcher.fetch_credentials, "assume-role"
    )


def _to_endpoint(endpoint: str, service: str) -> Callable[..., None]:
    """Says what is asked in a header, and takes the account off the host name, which a local address cannot carry."""

    def move(request: Any, operation_name: str, **_: object) -> None:  # noqa: ANN401 - the library's request
        path = request.url.split("://", 1)[1].partition("/")[2]
        request.url = f"{endpoint}/{path}"
        request.headers["X-Quarterdeck-Operation"] = f"{service}:{operation_name}"

    return move
