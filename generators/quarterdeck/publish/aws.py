"""How publishing reaches AWS, and what people are told where a service refuses or does not answer."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from quarterdeck.collectors.aws.asking import CLOCK, ENDED, SIGNATURE, THROTTLED, CannotGoOnError, make_client
from quarterdeck.collectors.scope import HERE, Account
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.publish.store import SIDE_BY_SIDE

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

ENDPOINT: Final = "QUARTERDECK_AWS_ENDPOINT"
"""The variable that names the address at which a local server plays AWS."""

_SERVER: Final = 500
"""The first status by which a service says that the fault is its own."""

_NO_ANSWER: Final = "it does not answer, or the connection broke. Look at the network, then try again."
_BUSY: Final = "the service is busy. Try again in a few minutes."
_DAMAGED: Final = "what was sent arrived damaged, and was refused. Try again."
_ELSEWHERE: Final = "it stands in another region. Correct publishing: region in portfolio.yml."
_KEY: Final = (
    "the key that encrypts it is disabled, or is not open to these credentials. Enable the key in KMS, and allow them "
    "kms:GenerateDataKey and kms:Decrypt with it."
)
_REFUSED: Final = (
    "the credentials may not do this, or publishing: account in portfolio.yml is not the owner. Compare the account, "
    "and sign in with the role for publishing."
)
_SIGN_IN: Final = "the credentials have ended, or are not valid. Sign in again."
_MENDS: Final[Mapping[str, str]] = {
    "NoSuchBucket": "there is no such bucket. Correct publishing: bucket in portfolio.yml.",
    "ResourceNotFoundException": "there is none of that name. Correct publishing: in portfolio.yml.",
    **dict.fromkeys(ENDED | SIGNATURE, _SIGN_IN),
    **dict.fromkeys(CLOCK, "the clock of this machine is wrong. Set it, then try again."),
    **dict.fromkeys(THROTTLED, _BUSY),
    **dict.fromkeys(("BadDigest", "InvalidDigest", "XAmzContentChecksumMismatch"), _DAMAGED),
    **dict.fromkeys(("AccessDenied", "AccessDeniedException", "AllAccessDisabled", "403"), _REFUSED),
    **dict.fromkeys(
        ("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"),
        _ELSEWHERE,
    ),
    "RequestTimeout": _NO_ANSWER,
}
"""The service's word -> what it means here, and how to mend it."""


class Reach(NamedTuple):
    """As whom, where and how patiently publishing asks; by default with the credentials of the machine."""

    account: Account | None = None
    endpoint: str = ""
    """The one address that plays all of AWS; empty for AWS itself."""
    workers: int = SIDE_BY_SIDE
    attempts: int = 5


def reach_of(environ: Mapping[str, str]) -> Reach:
    """As the environment says: AWS itself, or the address of this machine at which it is played.

    Raises:
        UsageError: The address is another machine's; made-up credentials would be sent there.
    """
    endpoint = environ.get(ENDPOINT, "")
    where = urlsplit(endpoint)
    if endpoint and (where.scheme, where.hostname) != ("http", HERE):
        raise UsageError(
            f"{ENDPOINT} is no address of this machine. Write http://{HERE}: and a port, or unset it."
        )
    return Reach(endpoint=endpoint)


def client(service: str, region: str | None, reach: Reach) -> Any:  # noqa: ANN401 - the library makes classes as it runs
    """A client for all threads, which tries again by itself where a service is busy or late (F-134).

    Raises:
        OutsideError: There are no credentials.
    """
    try:
        return make_client(reach, service, region)
    except CannotGoOnError as error:
        raise OutsideError(str(error)) from None


@contextmanager
def told(doing: str) -> Iterator[None]:
    """Turn what a service refuses, or does not answer, into a sentence for people.

    What the library says itself is dropped: it names addresses and keys, of which one part is a secret.

    Args:
        doing: What is being done, and to what: `s3://bucket/reports: cannot read private/store.json`.

    Raises:
        OutsideError: The sentence, with how to mend it.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - heavy, and only when AWS is asked
    from botocore.parsers import ResponseParserError  # noqa: PLC0415 - likewise

    try:
        yield
    except ClientError as error:
        raise OutsideError(f"{doing}: {_refusal(error)}") from None
    except BotoCoreError as error:
        raise OutsideError(f"{doing}: {_failure(error)}") from None
    except ResponseParserError:
        raise OutsideError(f"{doing}: the answer is not understood. Try again.") from None


def code_of(error: "ClientError") -> str:
    """The service's own word for a refusal."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_doubtful(error: Exception) -> bool:
    """Whether what was asked may have been done all the same: the answer broke off, or came only to a later try."""
    answered = getattr(error, "response", None)
    if not isinstance(answered, dict):
        return True
    about = answered.get("ResponseMetadata", {})
    return bool(about.get("HTTPStatusCode", _SERVER) >= _SERVER or about.get("RetryAttempts", 0) > 0)


def meaning(code: str, words: str = "", status: int = 0) -> str:
    """What a refusal means here, and how to mend it.

    Args:
        code: The service's own word.
        words: What it says besides; never repeated.
        status: That of the answer.
    """
    if code.startswith("KMS.") or "kms:" in words:
        return f"{code}: {_KEY}"
    if code in _MENDS:
        return f"{code}: {_MENDS[code]}"
    if status >= _SERVER:
        return f"{code}: {_BUSY}"
    return f"AWS answers {code or 'with a refusal'}. Try again; if it stays so, compare publishing: in portfolio.yml."


def _refusal(error: "ClientError") -> str:
    about = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return meaning(code_of(error), str(about.get("Message", "")), status)


def _failure(error: Exception) -> str:
    from botocore import exceptions as known  # noqa: PLC0415 - as above

    match error:
        case known.NoCredentialsError() | known.CredentialRetrievalError() | known.PartialCredentialsError():
            return "there are no AWS credentials here. Sign in, or name a profile."
        case known.TokenRetrievalError() | known.SSOError():
            return _SIGN_IN
        case known.MissingDependencyException():
            return "a part of the client library is missing. Install it: pip install 'quarterdeck[publish]'."
        case known.FlexibleChecksumError():
            return "what came is damaged. Try again."
        case known.HTTPClientError() | known.ConnectionError():
            return _NO_ANSWER
        case known.NoRegionError():
            return "no region is named. Add publishing: region to portfolio.yml."
        case _:
            return f"the client library gives up ({type(error).__name__})."
