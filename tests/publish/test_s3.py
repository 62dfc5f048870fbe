"""What a bucket is asked, and what becomes of each way in which it can refuse, be late or break off."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError, ResponseStreamingError

from quarterdeck.collectors.embedded.stubs import ANY, Broken, Cut, Refusal
from quarterdeck.model.errors import OutsideError
from quarterdeck.publish.aws import Reach, client
from quarterdeck.publish.store import TakenError
from tests.cloud import NUMBER, in_turn
from tests.publish.clouds import NAME, ROOT, bucket, s3, upload
from tests.publish.made import contents, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from quarterdeck.collectors.embedded.stubs import Said
    from quarterdeck.publish.s3 import Bucket
    from tests.cloud import Cloud

WHEN = "2026-11-23T06:00:00Z"
PAGE = f"pages/{ROOT}/all/2026-11-23-aaaaaaa/index.html"
OTHER = f"pages/{ROOT}/all/2026-11-24-bbbbbbb/index.html"
LIST = f"pages/{ROOT}/all/versions.json"

CALLS: dict[str, Callable[[Bucket], object]] = {
    "get": lambda store: store.get(PAGE),
    "put": lambda store: store.put(upload(OTHER)),
    "copy": lambda store: store.copy(PAGE, upload(OTHER)),
    "swap": lambda store: store.swap(upload(LIST), None),
    "listed": lambda store: list(store.listed(f"pages/{ROOT}/")),
    "remove": lambda store: store.remove([PAGE]),
    "erase": lambda store: store.erase(PAGE),
}
"""Every call of a store, once."""

REFUSALS = [
    (Refusal(), "AccessDenied: the credentials may not do this, or publishing: account"),
    (Refusal("NoSuchBucket", 404), "there is no such bucket. Correct publishing: bucket"),
    (Refusal("AuthorizationHeaderMalformed", 400), "another region. Correct publishing: region"),
    (Refusal("ExpiredToken", 400), "credentials have ended, or are not valid. Sign in again"),
    (Refusal("InvalidAccessKeyId", 403), "credentials have ended, or are not valid. Sign in again"),
    (Refusal("RequestTimeTooSkewed", 403), "clock of this machine is wrong. Set it"),
    (Refusal("KMS.DisabledException", 400), "key that encrypts it is disabled"),
    (
        Refusal("AccessDenied", 403, f"no kms:Decrypt on {ROOT}"),
        "allow them kms:GenerateDataKey and kms:Decrypt",
    ),
    (Refusal("BadDigest", 400), "arrived damaged"),
    (Refusal("SlowDown", 503), "SlowDown: the service is busy. Try again in a few minutes"),
    (Refusal("InternalError", 500), "InternalError: the service is busy"),
    (Refusal("RequestTimeout", 400), "does not answer, or the connection broke"),
    (Refusal("NeverHeardOf", 400, f"see {ROOT}"), "AWS answers NeverHeardOf. Try again"),
    (Cut(), "does not answer, or the connection broke"),
    (Broken(b"<html>a proxy", 502), "busy"),
]


@pytest.fixture
def store(cloud: Cloud) -> Bucket:
    """A bucket with one page, asked once for each thing."""
    made = bucket(cloud)
    made.put(upload(PAGE))
    return made


@pytest.mark.parametrize(("said", "words"), REFUSALS)
def test_F134_F142_F151_each_refusal_of_each_call_says_what_where_why_and_how_to_mend(
    cloud: Cloud, store: Bucket, said: Said, words: str
) -> None:
    cloud.stubs.answer(ANY, said)
    for call, asked in CALLS.items():
        with pytest.raises(OutsideError) as raised:
            asked(store)
        told = str(raised.value)
        assert told.startswith(f"s3://{NAME}/reports: cannot "), call
        assert words in told, call
        assert ROOT not in told, call
        assert raised.value.exit_code == 3
        assert raised.value.__suppress_context__, call


@pytest.mark.parametrize(
    "said", [Refusal("SlowDown", 503), Refusal("InternalError", 500), Cut(), Cut(done=True)]
)
def test_F134_what_passes_by_itself_is_tried_again_at_every_call(
    cloud: Cloud, unhurried: list[float], said: Said
) -> None:
    store = bucket(cloud, attempts=3)
    wanted = {"put": [PAGE, OTHER], "copy": [PAGE, OTHER], "swap": [PAGE, LIST], "remove": []}
    for number, (call, asked) in enumerate(CALLS.items(), 1):
        store.remove([OTHER, LIST])
        store.put(upload(PAGE))
        cloud.stubs.answer(ANY, in_turn(said, *([None] * 9)))
        asked(store)
        cloud.stubs.clear()
        assert [one.key for one in store.listed("")] == wanted.get(call, [PAGE]), call
        assert len(unhurried) == number, call


def test_F134_waiting_grows_and_is_not_equal_for_all(cloud: Cloud, unhurried: list[float]) -> None:
    store = bucket(cloud, attempts=5)
    cloud.stubs.answer(ANY, Refusal("SlowDown", 503))
    for _ in range(2):
        with pytest.raises(OutsideError):
            store.get(PAGE)
    assert len(unhurried) == 8
    assert len(set(unhurried)) == 8
    assert all(waited <= 2**number for number, waited in enumerate(unhurried[:4]))


def test_F142_every_call_names_the_owner(cloud: Cloud) -> None:
    asked: list[tuple[str, dict[str, str]]] = []

    def noted(request: Any, event_name: str, **_: object) -> None:  # noqa: ANN401 - the library's request
        headers = {name.lower(): _plain(value) for name, value in request.headers.items()}
        asked.append((event_name.rpartition(".")[2], headers))

    by = s3.__wrapped__(cloud.endpoint)
    store = bucket(cloud, asked_by=by)
    store.put(upload(PAGE))
    by.meta.events.register("before-send.s3", noted)
    for call in CALLS.values():
        call(store)
    named = {name for name, headers in asked if headers["x-amz-expected-bucket-owner"] == NUMBER}
    assert named == {name for name, _ in asked}
    assert named == {
        "GetObject",
        "PutObject",
        "CopyObject",
        "ListObjectsV2",
        "ListObjectVersions",
        "DeleteObjects",
    }
    headers = dict(asked)
    assert headers["CopyObject"]["x-amz-source-expected-bucket-owner"] == NUMBER
    assert headers["PutObject"]["x-amz-checksum-sha256"] == b64encode(sha256(b"text").digest()).decode()
    assert headers["PutObject"]["if-none-match"] == "*"


def _plain(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def test_F136_F137_a_copy_has_the_type_and_cache_of_the_new_file(cloud: Cloud, store: Bucket) -> None:
    store.put(upload("private/a.json"))
    changed = upload("pages/x/a.html")._replace(cache="private, no-store")
    assert store.copy("private/a.json", changed)
    plain = s3(cloud.endpoint)
    for key, kind, cache in [
        ("private/a.json", "application/json", "private, no-cache"),
        ("pages/x/a.html", "text/html; charset=utf-8", "private, no-store"),
    ]:
        head = plain.head_object(Bucket=NAME, Key=f"reports/{key}")
        assert (head["ContentType"], head["CacheControl"]) == (kind, cache)


def test_F136_F137_every_object_of_a_version_has_its_type_and_cache_header(cloud: Cloud) -> None:
    store = bucket(cloud)
    types = {
        "index.html": "text/html; charset=utf-8",
        "sitemap.xml": "application/xml",
        "reports/cfo/index.html": "text/html; charset=utf-8",
        "search/search_index.json": "application/json",
        "assets/bundle.60a45f97.min.js": "text/javascript; charset=utf-8",
        "assets/qd.css": "text/css; charset=utf-8",
        "downloads/cfo.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "downloads/strange.exe": "application/octet-stream",
    }
    put(contents(dict.fromkeys(types, "text")), store)
    put(contents({**dict.fromkeys(types, "text"), "index.html": "new"}, "b"), store)  # the rest is copied
    types["404.html"] = types["index.html"]
    heads = {}
    for one in store.listed(""):
        head = s3(cloud.endpoint).head_object(Bucket=NAME, Key=f"reports/{one.key}")
        heads[one.key] = (head["ContentType"], head["CacheControl"])
    assert heads == {key: (_type(key, types), _cache(key)) for key in heads}
    assert len(heads) == 2 * len(types) + 5


def _type(key: str, types: dict[str, str]) -> str:
    return next((kind for path, kind in types.items() if key.endswith(f"/{path}")), "application/json")


def _cache(key: str) -> str:
    if key.startswith("private/"):
        return "private, no-store"
    return "private, max-age=31536000, immutable" if "60a45f97" in key else "private, no-cache"


@pytest.mark.parametrize(
    "answered",
    [
        {"CopyObjectResult": {"ETag": '"1"', "ChecksumSHA256": b64encode(sha256(b"else").digest()).decode()}},
        {"CopyObjectResult": {"ETag": '"1"'}},
        {},
        Refusal("NoSuchKey", 404),
        Refusal("PreconditionFailed", 412),
    ],
)
def test_F135_a_copy_that_is_not_proved_does_not_count(cloud: Cloud, store: Bucket, answered: Said) -> None:
    cloud.stubs.answer("s3:CopyObject", answered)
    assert not store.copy(PAGE, upload(OTHER))


@pytest.mark.parametrize("said", [Refusal("InternalError", 500), Cut(), Cut(done=True)])
def test_F131_a_conditional_write_of_which_no_answer_came_is_settled_by_reading(
    cloud: Cloud, store: Bucket, said: Said
) -> None:
    before = store.get(PAGE)
    assert before is not None
    cloud.stubs.answer("s3:PutObject", in_turn(said, None))
    tag = store.swap(upload(PAGE, b"new"), before.tag)
    assert store.get(PAGE) == (b"new", tag)


def test_F131_what_was_done_and_then_refused_to_a_second_try_counts_as_done(
    cloud: Cloud, unhurried: list[float]
) -> None:
    store = bucket(cloud, attempts=2)
    cloud.stubs.answer("s3:PutObject", in_turn(Cut(done=True), None))
    tag = store.swap(upload("private/store.json", b"mine"), None)
    assert store.get("private/store.json") == (b"mine", tag)
    assert cloud.stubs.asked["s3:PutObject"] == 2
    assert len(unhurried) == 1


@pytest.mark.parametrize(
    "said", [Refusal("ConditionalRequestConflict", 409), Refusal("OperationAborted", 409)]
)
def test_F131_a_write_that_met_another_is_tried_again_where_nothing_came_of_the_other(
    cloud: Cloud, store: Bucket, said: Said
) -> None:
    cloud.stubs.answer("s3:PutObject", in_turn(said, said, None))
    tag = store.swap(upload(OTHER, b"new"), None)
    assert store.get(OTHER) == (b"new", tag)


@pytest.mark.parametrize(
    "said", [Refusal("ConditionalRequestConflict", 409), Refusal("InternalError", 500), Cut()]
)
def test_F131_a_write_that_met_another_is_lost_where_the_other_stands(
    cloud: Cloud, store: Bucket, said: Said
) -> None:
    other = bucket(cloud, attempts=1)

    def meanwhile(_path: str, _body: bytes) -> Said:
        cloud.stubs.answer("s3:PutObject", None)
        other.put(upload(PAGE, b"theirs"))
        return said

    before = store.get(PAGE)
    assert before is not None
    cloud.stubs.answer("s3:PutObject", meanwhile)
    with pytest.raises(TakenError) as raised:
        store.swap(upload(PAGE, b"mine"), before.tag)
    assert ROOT not in str(raised.value)
    found = store.get(PAGE)
    assert found is not None
    assert found.data == b"theirs"


def test_F131_a_write_that_is_never_settled_ends_in_words(cloud: Cloud, store: Bucket) -> None:
    cloud.stubs.answer("s3:PutObject", Refusal("ConditionalRequestConflict", 409))
    with pytest.raises(OutsideError, match=r"cannot write pages/…/all.*ConditionalRequestConflict"):
        store.swap(upload(OTHER), None)
    assert cloud.stubs.asked["s3:PutObject"] < 10


@pytest.mark.parametrize("said", [Refusal("PreconditionFailed", 412), Refusal("NoSuchKey", 404)])
def test_F131_a_write_that_lost_is_not_looked_into(cloud: Cloud, store: Bucket, said: Said) -> None:
    cloud.stubs.answer("s3:PutObject", said)
    with pytest.raises(TakenError):
        store.swap(upload(PAGE, b"mine"), '"old"')
    assert cloud.stubs.asked["s3:GetObject"] == 0


def test_F134_an_answer_that_does_not_come_in_time_is_told_at_every_call(cloud: Cloud) -> None:
    def late(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url=f"http://test.example/{PAGE}")

    by = s3.__wrapped__(cloud.endpoint)
    store = bucket(cloud, asked_by=by)
    by.meta.events.register("before-send.s3", late)
    for call, asked in CALLS.items():
        with pytest.raises(OutsideError) as raised:
            asked(store)
        assert "does not answer, or the connection broke. Look at the network" in str(raised.value), call
        assert ROOT not in str(raised.value), call


def _breaking(body: Any, tries: Iterator[int], broken: int) -> Any:  # noqa: ANN401 - the library's body
    """A body that breaks off the first times."""
    whole = body.read

    def read(*amount: int) -> Any:  # noqa: ANN401 - bytes, as the library types nothing
        if next(tries) < broken:
            raise ResponseStreamingError(error="half")
        return whole(*amount)

    body.read = read
    return body


@pytest.mark.parametrize(("broken", "is_read"), [(2, True), (9, False)])
def test_F134_an_answer_that_breaks_off_is_asked_for_again(
    cloud: Cloud, broken: int, *, is_read: bool
) -> None:
    by, tries = s3.__wrapped__(cloud.endpoint), count()

    def half(parsed: dict[str, Any], **_: object) -> None:
        parsed["Body"] = _breaking(parsed["Body"], tries, broken)

    store = bucket(cloud, asked_by=by)
    store.put(upload(PAGE))
    by.meta.events.register("after-call.s3.GetObject", half)
    if is_read:
        found = store.get(PAGE)
        assert found is not None
        assert found.data == b"text"
    else:
        with pytest.raises(OutsideError, match="the connection broke"):
            store.get(PAGE)


def test_F135_what_comes_damaged_is_not_believed(cloud: Cloud, store: Bucket) -> None:
    wrong = b64encode(sha256(b"else").digest()).decode()
    cloud.stubs.answer("s3:GetObject", {"Body": b"text", "ETag": '"1"', "ChecksumSHA256": wrong})
    with pytest.raises(OutsideError, match="what came is damaged"):
        store.get(PAGE)


def test_a_long_listing_is_read_to_its_end(cloud: Cloud, store: Bucket) -> None:
    def page(*names: str, token: str = "") -> dict[str, Any]:
        contents = [{"Key": f"reports/{name}", "Size": 1, "LastModified": WHEN} for name in names]
        more = {"NextContinuationToken": token} if token else {}
        return {"Contents": contents, "IsTruncated": bool(token), **more}

    cloud.stubs.answer("s3:ListObjectsV2", in_turn(page("a", "b", token="more"), page("c")))  # noqa: S106 - a page's mark
    assert [one.key for one in store.listed("")] == ["a", "b", "c"]


def test_F134_a_listing_that_breaks_off_is_no_short_listing(cloud: Cloud, store: Bucket) -> None:
    first = {
        "Contents": [{"Key": "reports/a", "Size": 1, "LastModified": WHEN}],
        "IsTruncated": True,
        "NextContinuationToken": "more",
    }
    cloud.stubs.answer("s3:ListObjectsV2", in_turn(first, Refusal("SlowDown", 503)))
    with pytest.raises(OutsideError, match=r"cannot list pages/…/: SlowDown"):
        list(store.listed(f"pages/{ROOT}/"))


def test_F140_more_keys_than_one_call_takes_are_removed_in_several(cloud: Cloud, store: Bucket) -> None:
    cloud.stubs.answer("s3:DeleteObjects", {})
    store.remove([f"private/{number}" for number in range(2001)])
    assert cloud.stubs.asked["s3:DeleteObjects"] == 3


def test_a_key_that_cannot_be_removed_is_told_after_others_are_gone(cloud: Cloud, store: Bucket) -> None:
    error = {"Key": f"reports/{PAGE}", "Code": "AccessDenied", "Message": ROOT}
    cloud.stubs.answer("s3:DeleteObjects", in_turn({"Errors": [error | {"Code": "InternalError"}]}, {}))
    store.remove([PAGE])
    cloud.stubs.answer("s3:DeleteObjects", {"Errors": [error]})
    with pytest.raises(
        OutsideError, match=r"cannot remove pages/…/all/.*AccessDenied: the credentials"
    ) as raised:
        store.remove([PAGE])
    assert ROOT not in str(raised.value)


def test_F148_former_states_go_for_good_and_never_come_back_meanwhile(cloud: Cloud, store: Bucket) -> None:
    for key in ("pages/x/kept", "pages/x/gone", "private/else"):
        for text in (b"first", b"second"):
            store.put(upload(key, text))
    store.remove(["pages/x/gone", "private/else"])
    seen: list[object] = []

    def looked(_path: str, _body: bytes) -> Said:
        seen.append(store.get("pages/x/gone"))
        return None

    cloud.stubs.answer("s3:DeleteObjects", looked)
    store.erase("pages/x/")
    store.erase("pages/x/")
    plain = s3(cloud.endpoint)
    left = plain.list_object_versions(Bucket=NAME, Prefix="reports/pages/x/")
    assert [(one["Key"], one["IsLatest"]) for one in left["Versions"]] == [("reports/pages/x/kept", True)]
    assert "DeleteMarkers" not in left
    assert seen == [None, None]
    assert store.get("pages/x/gone") is None
    other = plain.list_object_versions(Bucket=NAME, Prefix="reports/private/")
    assert len(other["Versions"]) == 2


def test_F140_what_was_removed_can_be_brought_back(cloud: Cloud, store: Bucket) -> None:
    store.remove([PAGE])
    assert store.get(PAGE) is None
    plain = s3(cloud.endpoint)
    (marker,) = plain.list_object_versions(Bucket=NAME)["DeleteMarkers"]
    plain.delete_object(Bucket=NAME, Key=marker["Key"], VersionId=marker["VersionId"])
    assert store.get(PAGE) is not None


def test_without_credentials_nothing_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quarterdeck.collectors.aws.asking._known_session", _nobody)
    with pytest.raises(OutsideError, match="no AWS credentials here; sign in"):
        client("s3", "us-east-1", Reach())


def _nobody(*_: object, **__: object) -> None:
    from quarterdeck.collectors.aws.asking import CannotGoOnError  # noqa: PLC0415

    raise CannotGoOnError("There are no AWS credentials here; sign in, or name a profile.")
