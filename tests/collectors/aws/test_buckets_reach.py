"""Who gets at a bucket, row by row of blocks, policy and access list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.collectors.aws.buckets_reach import effective, granted, openings, stricter
from quarterdeck.model.cloud.reach import Kind, Reach
from quarterdeck.model.observed import NotCollected

if TYPE_CHECKING:
    from quarterdeck.collectors.aws.buckets_reach import Group
    from quarterdeck.model.cloud.reach import Reached
    from quarterdeck.model.observed import Flag

GAP = NotCollected("aws-s3", "b", "GetPublicAccessBlock: AccessDenied")
REFUSED = NotCollected("aws-s3", "b", "GetBucketAcl: AccessDenied")
ON, OFF = True, False
KINDS = ("nobody", "same-account", "known-account", "service", "foreign-account", "restricted", "unknown")
HARMLESS = KINDS[:5]


@pytest.mark.parametrize(
    ("restricts", "ignores", "policy", "group", "expected"),
    [
        (ON, ON, "public", "public", "nobody"),
        (ON, ON, "unknown", REFUSED, "nobody"),
        (ON, OFF, "public", "public", "public"),
        (ON, OFF, "public", "any-aws-user", "any-aws-user"),
        (ON, OFF, "public", "nobody", "nobody"),
        (ON, OFF, "public", REFUSED, "gap"),
        (ON, GAP, "public", "nobody", "nobody"),
        (ON, GAP, "public", "public", "gap"),
        (OFF, ON, "public", "public", "public"),
        (OFF, ON, "restricted", "public", "restricted"),
        (OFF, ON, "unknown", "public", "unknown"),
        *((OFF, ON, kind, "public", kind) for kind in HARMLESS),
        *((GAP, ON, kind, "public", kind) for kind in HARMLESS),
        (GAP, ON, "public", "nobody", "gap"),
        (GAP, ON, "unknown", "nobody", "gap"),
        (GAP, ON, "restricted", "nobody", "restricted"),
        (OFF, OFF, "restricted", "nobody", "restricted"),
        (OFF, OFF, "restricted", "public", "public"),
        (OFF, OFF, "public", "nobody", "public"),
        (OFF, OFF, "public", "public", "public"),
        (OFF, OFF, "unknown", "nobody", "unknown"),
        (OFF, OFF, "unknown", "public", "public"),
        *((OFF, OFF, kind, "public", "public") for kind in HARMLESS),
        *((GAP, OFF, kind, "any-aws-user", "any-aws-user") for kind in HARMLESS),
        *((OFF, OFF, kind, "nobody", kind) for kind in HARMLESS),
        (OFF, GAP, "nobody", "nobody", "nobody"),
        (OFF, GAP, "nobody", "public", "gap"),
        (OFF, GAP, "nobody", REFUSED, "gap"),
        (OFF, GAP, "public", REFUSED, "public"),
        (OFF, OFF, "nobody", REFUSED, "gap"),
        (OFF, OFF, REFUSED, "nobody", "gap"),
        (OFF, OFF, REFUSED, "public", "public"),
        (ON, OFF, REFUSED, "nobody", "nobody"),
        (GAP, GAP, "nobody", "public", "gap"),
    ],
)
def test_who_gets_in(
    restricts: Flag, ignores: Flag, policy: Kind | NotCollected, group: Group | NotCollected, expected: str
) -> None:
    lets_in = policy if isinstance(policy, NotCollected) else Reach(policy)
    told = effective(lets_in, group, restricts=restricts, ignores=ignores, may="list")
    assert ("gap" if isinstance(told, NotCollected) else told.kind) == expected


def grant(right: str, group: str = "", user: str = "") -> dict[str, Any]:
    uri = {"URI": f"http://acs.amazonaws.com/groups/{group}", "Type": "Group"}
    return {"Grantee": uri if group else {"ID": user, "Type": "CanonicalUser"}, "Permission": right}


@pytest.mark.parametrize(
    ("grants", "lists", "writes", "strangers", "has_logs"),
    [
        ([], "nobody", "nobody", (), False),
        ([grant("FULL_CONTROL", user="owner")], "nobody", "nobody", (), False),
        ([grant("READ", "global/AllUsers")], "public", "nobody", (), False),
        ([grant("WRITE", "global/AllUsers")], "nobody", "public", (), False),
        ([grant("WRITE_ACP", "global/AllUsers")], "nobody", "public", (), False),
        ([grant("READ_ACP", "global/AllUsers")], "nobody", "nobody", (), False),
        ([grant("FULL_CONTROL", "global/AllUsers")], "public", "public", (), False),
        (
            [grant("READ", "global/AuthenticatedUsers"), grant("READ", "global/AllUsers")],
            "public",
            "nobody",
            (),
            False,
        ),
        ([grant("READ", "global/AuthenticatedUsers")], "any-aws-user", "nobody", (), False),
        ([grant("WRITE", "s3/LogDelivery")], "nobody", "nobody", (), True),
        ([grant("READ", user="0123459f1c")], "nobody", "nobody", ("user ending 9f1c",), False),
        ([{}], "nobody", "nobody", (), False),
    ],
)
def test_an_access_list(
    grants: list[dict[str, Any]], lists: str, writes: str, strangers: tuple[str, ...], *, has_logs: bool
) -> None:
    told = granted({"Owner": {"ID": "owner"}, "Grants": grants})
    assert (told.lists, told.writes, told.strangers, told.has_logs) == (lists, writes, strangers, has_logs)
    assert told.is_plain == (lists == writes == "nobody" and not strangers)


@pytest.mark.parametrize(
    ("reads", "lists", "writes", "expected"),
    [
        ("restricted", "nobody", "nobody", ["public", "nobody", "nobody"]),
        ("unknown", "unknown", "unknown", ["public", "unknown", "unknown"]),
        ("nobody", "nobody", "restricted", ["nobody", "nobody", "public"]),
        ("nobody", "restricted", "restricted", ["nobody", "public", "unknown"]),
        ("service", "known-account", "nobody", ["service", "known-account", "nobody"]),
    ],
)
def test_what_the_service_calls_public_is_so_for_the_mildest_alone(
    reads: Kind, lists: Kind, writes: Kind, expected: list[str]
) -> None:
    told = stricter({"reads": Reach(reads), "lists": Reach(lists), "writes": Reach(writes)})
    kinds = [way.kind for way in told.values() if isinstance(way, Reach)]
    assert kinds == expected


@pytest.mark.parametrize(
    ("lists", "reads", "writes", "expected"),
    [
        ("nobody", "same-account", "service", None),
        ("public", "nobody", "nobody", "list"),
        ("public", "any-aws-user", "nobody", "list and read"),
        ("public", "public", "public", "list, read and write"),
        ("restricted", "restricted", "restricted", None),
    ],
)
def test_what_strangers_may_do(lists: Kind, reads: Kind, writes: Kind, expected: str | None) -> None:
    assert openings({"lists": Reach(lists), "reads": Reach(reads), "writes": Reach(writes)}) == expected


def test_what_is_open_is_told_though_something_else_is_not_known() -> None:
    ways: dict[str, Reached] = {"lists": GAP, "reads": Reach("unknown"), "writes": Reach("public")}
    assert openings(ways) == "write"
    ways["writes"] = Reach("nobody")
    assert openings(ways) == GAP
    ways["lists"] = Reach("nobody")
    assert isinstance(openings(ways), NotCollected)


FLAGS = st.sampled_from([ON, OFF, GAP])


@given(
    st.sampled_from([*KINDS, "public"]), st.sampled_from(["nobody", "any-aws-user", "public", REFUSED]), FLAGS
)
def test_a_bucket_that_blocks_both_lets_no_stranger_in(
    policy: Kind, group: Group | NotCollected, other: Flag
) -> None:
    told = effective(Reach(policy), group, restricts=True, ignores=True, may="list")
    assert isinstance(told, Reach)
    assert not told.is_open
    open_door = effective(Reach("public"), group, restricts=False, ignores=other, may="list")
    assert isinstance(open_door, Reach)
    assert open_door.is_open
