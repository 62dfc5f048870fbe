"""CloudFront is asked to forget, once for the same content, and its refusals are told (F-138)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.collectors.embedded.stubs import Cut, Refusal
from quarterdeck.model.errors import OutsideError
from quarterdeck.publish.aws import Reach, client
from quarterdeck.publish.cloudfront import REGION, forget
from tests.cloud import in_turn

if TYPE_CHECKING:
    from tests.cloud import Cloud

CALL = "cloudfront:CreateInvalidation"
BUSY = Refusal("TooManyInvalidationsInProgress", 400)
DISTRIBUTION = "E2QWRUHAPOMQZL"


class Asked:
    """What CloudFront was asked, in order; answers what it is told to."""

    def __init__(self, *said: Any) -> None:  # noqa: ANN401 - as the answers of stubs
        self.bodies: list[str] = []
        self._said = in_turn(*said)

    def __call__(self, path: str, body: bytes) -> Any:  # noqa: ANN401 - likewise
        """Note it, and answer."""
        assert path == f"/2020-05-31/distribution/{DISTRIBUTION}/invalidation"
        self.bodies.append(body.decode())
        return self._said(path, body)


@pytest.fixture
def asking(cloud: Cloud, unhurried: list[float]) -> Any:  # noqa: ANN401 - the library makes classes as it runs
    """A client that tries twice without waiting."""
    assert not unhurried
    return client("cloudfront", REGION, Reach(endpoint=cloud.endpoint, attempts=2))


def test_F138_everything_is_forgotten_by_one_call(cloud: Cloud, asking: Any) -> None:  # noqa: ANN401 - likewise
    asked = Asked({"Invalidation": {"Id": "I1"}})
    cloud.stubs.answer(CALL, asked)
    forget(asking, DISTRIBUTION, "ref-1")
    (body,) = asked.bodies
    assert "<CallerReference>ref-1</CallerReference>" in body
    assert "<Quantity>1</Quantity>" in body
    assert "<Path>/*</Path>" in body


@pytest.mark.parametrize("first", [Refusal("ServiceUnavailable", 503), Refusal("Throttling", 400), Cut()])
def test_F138_it_is_asked_again_by_the_same_reference(cloud: Cloud, asking: Any, first: Any) -> None:  # noqa: ANN401
    asked = Asked(first, {"Invalidation": {"Id": "I1"}})
    cloud.stubs.answer(CALL, asked)
    forget(asking, DISTRIBUTION, "ref-1")
    assert len(asked.bodies) == 2
    assert asked.bodies[0] == asked.bodies[1]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (BUSY, "AWS answers TooManyInvalidationsInProgress"),
        (Refusal("AccessDenied", 403), "AccessDenied: the credentials may not do this"),
        (Refusal("Throttling", 400), "Throttling: the service is busy"),
    ],
)
def test_F138_a_refusal_names_the_distribution_and_the_mend(
    cloud: Cloud,
    asking: Any,  # noqa: ANN401 - as above
    said: Refusal,
    words: str,
) -> None:
    cloud.stubs.answer(CALL, said)
    with pytest.raises(OutsideError, match=f"distribution {DISTRIBUTION}: cannot make it forget.*{words}"):
        forget(asking, DISTRIBUTION, "ref-1")
