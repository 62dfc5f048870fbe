"""Reads DMARC: what a domain asks of receivers for mail that does not prove itself."""

import msgspec

POLICIES = ("none", "quarantine", "reject")
"""From the mildest to the strictest."""

_VERSION = "DMARC1"
_ALL = 100


class Dmarc(msgspec.Struct, frozen=True):
    """One record."""

    policy: str | None = None
    """None where receivers cannot use it."""
    fault: str | None = None
    """Why they cannot, as a clause."""
    subdomains: str | None = None
    share: int = _ALL
    is_testing: bool = False
    strict: tuple[str, ...] = ()
    """Which of `dkim` and `spf` must match to the letter."""
    reports: tuple[str, ...] = ()
    """Domains that reports go to."""


def records_of(texts: tuple[str, ...] | None) -> tuple[str, ...]:
    """Those texts of a name that are meant as records, right or wrong."""
    return tuple(one for one in texts or () if "v=dmarc1" in "".join(one.split()).casefold())


def read_dmarc(text: str) -> Dmarc:
    """Read one record; never raises.

    Source: RFC 7489, section 6.3.
    """
    parts = [part.strip() for part in text.split(";")]
    pairs = [part.partition("=") for part in parts if part]
    if any(not middle or not key.strip() for key, middle, _ in pairs):
        return Dmarc(fault="a part of it is not written as name=value")
    keys = [key.strip().casefold() for key, _, _ in pairs]
    tags = {key: value.strip() for key, (_, _, value) in zip(keys, pairs, strict=True)}
    if keys[:1] != ["v"] or tags["v"] != _VERSION:
        return Dmarc(fault="its version does not stand first")
    policy = tags.get("p", "").casefold()
    if policy not in POLICIES:
        return Dmarc(fault="its policy is none that receivers know" if policy else "it names no policy")
    return _usable(policy, tags)


def _usable(policy: str, tags: dict[str, str]) -> Dmarc:
    beneath = tags.get("sp", policy).casefold()
    share = tags.get("pct", "")
    return Dmarc(
        policy=policy,
        subdomains=beneath if beneath in POLICIES else policy,
        share=min(int(share[:3]), _ALL) if share.isascii() and share.isdigit() else _ALL,
        is_testing=tags.get("t", "").casefold() == "y",
        strict=tuple(
            name for name, tag in (("dkim", "adkim"), ("spf", "aspf")) if tags.get(tag, "").casefold() == "s"
        ),
        reports=_reports(tags.get("rua", "")),
    )


def _reports(addresses: str) -> tuple[str, ...]:
    found = set()
    for one in addresses.split(","):
        scheme, _, address = one.strip().partition(":")
        domain = address.rpartition("@")[2].partition("!")[0].strip().casefold()
        if scheme.casefold() == "mailto" and "@" in address and domain:
            found.add(domain)
    return tuple(sorted(found))
