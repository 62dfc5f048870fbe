"""Holds what guards private pages against the template, before anything private is published (F-141, F-185)."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from quarterdeck.model.errors import UsageError
from quarterdeck.publish.aws import reach_of
from quarterdeck.publish.edge import FileEdge
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.guards import Guards, host_of, sign_in_name, wanted
from quarterdeck.publish.live import Asker, standing
from quarterdeck.publish.stores import edge_of
from quarterdeck.settings import Publishing, Settings

SHORTEST_KEY: Final = 32
"""Bytes of a key that signs."""
_FEWEST_DIFFERENT: Final = 8
"""Of 32 random bytes so few are never different; of a word typed 32 times they are."""
KEY: Final = "key:"
"""Under what begins so the edge knows its keys."""


class Deviation(msgspec.Struct, frozen=True, order=True):
    """One thing that is not as the template says."""

    where: str
    what: str
    why: str
    mend: str
    by_publishing: bool = False
    """Whether publishing itself mends it, so that it is no reason to refuse."""

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.where}: {self.what}; {self.why}. {self.mend}"


class _Check(NamedTuple):
    where: str
    about: str
    why: str
    mend: str


_BLOCK: Final = "In S3, open the bucket, Permissions, Block public access, and switch all four on."
_UPDATE: Final = "Update the stack from `quarterdeck infra template`."
_STACK: Final = "Set it back as infra/site.yml has it, or update the stack from `quarterdeck infra template`."
CHECKS: Final[Mapping[str, _Check]] = {
    "public access": _Check(
        "bucket", "the block of public access", "one wrong policy would open it to anybody", _BLOCK
    ),
    "policy": _Check(
        "bucket", "the bucket policy", "others than the distribution may come in, or nobody", _STACK
    ),
    "ownership": _Check(
        "bucket",
        "object ownership",
        "single files could be opened by access lists",
        "In S3, open the bucket, Permissions, Object Ownership, and choose ACLs disabled.",
    ),
    "access list": _Check(
        "bucket",
        "the access list",
        "whoever is named there reads past the sign-in",
        "In S3, open the bucket, Permissions, Access control list, and leave the owner alone in it.",
    ),
    "website": _Check(
        "bucket",
        "website hosting",
        "it would answer without sign-in and unencrypted",
        "In S3, open the bucket, Properties, Static website hosting, and switch it off.",
    ),
    "versioning": _Check(
        "bucket",
        "versioning",
        "what is pruned or lost by mistake could not be brought back",
        "In S3, open the bucket, Properties, Bucket Versioning, and enable it.",
    ),
    "encryption": _Check(
        "bucket",
        "default encryption",
        "reports would not be kept as agreed",
        "In S3, open the bucket, Properties, Default encryption, and choose SSE-S3.",
    ),
    "lifecycle": _Check(
        "bucket",
        "the lifecycle rule",
        "leftovers would be paid for ever, or pages would end by themselves",
        _STACK,
    ),
    "names": _Check("distribution", "its names", "readers would not find it under their address", _STACK),
    "origins": _Check("distribution", "where it fetches from", "it must sign for everything it asks", _STACK),
    "ways": _Check(
        "distribution", "which path leads where", "the sign-in or the pages would not be reached", _STACK
    ),
    "protocols": _Check(
        "distribution", "how it is asked", "reports and cookies must never travel in the open", _STACK
    ),
    "TLS": _Check("distribution", "the oldest TLS", "older ones can be listened to", _STACK),
    "functions": _Check(
        "distribution", "the functions in its ways", "without the edge function nobody has to sign in", _STACK
    ),
    "answers": _Check(
        "distribution", "what stands for errors", "answers would tell what is there and whose it is", _STACK
    ),
    "code": _Check(
        "edge function",
        "its code",
        "the function that lets readers in is another one, or of another Quarterdeck",
        _UPDATE,
    ),
    "values": _Check("edge function", "its key-value store", "it would believe other keys than ours", _STACK),
    "caching": _Check(
        "distribution", "what it keeps", "one reader could be given what was kept of another", _STACK
    ),
    "forwarding": _Check(
        "distribution",
        "what it passes on",
        "sign-in would miss what it checks, or hear what it need not",
        _STACK,
    ),
    "headers": _Check(
        "distribution",
        "headers of its answers",
        "they keep scripts of others and frames out of the pages",
        _STACK,
    ),
    "table": _Check(
        "table", "how it is kept", "links and sessions would not end, or readers could be lost", _STACK
    ),
    "sign-in code": _Check(
        "sign-in",
        "its code",
        "the function that lets readers in is another one, or of another Quarterdeck",
        _UPDATE,
    ),
    "sign-in settings": _Check("sign-in", "its variables", "they may change what its code does", _UPDATE),
    "sign-in address": _Check(
        "sign-in", "its address", "what readers type there could go to somebody else", _STACK
    ),
    "stack": _Check(
        "stack",
        "what it says of the settings",
        "one of the two names something else",
        "Paste the output Settings of the stack into portfolio.yml.",
    ),
}


def compare(expected: Guards, found: Guards, publishing: Publishing) -> Iterator[Deviation]:
    """Every guard that is not as expected, in the order of the table above."""
    names = {
        "bucket": publishing.bucket,
        "distribution": publishing.distribution,
        "table": publishing.table,
        "stack": publishing.stack,
        "sign-in": sign_in_name(publishing),
    }
    for name, check in CHECKS.items():
        if name not in expected or expected[name] == found.get(name, ()):
            continue
        missing = [one for one in expected[name] if one not in found.get(name, ())]
        besides = [one for one in found.get(name, ()) if one not in expected[name]]
        said = [f"misses {' and '.join(missing)}"] * bool(missing) + [f"has {' and '.join(besides)}"] * bool(
            besides
        )
        where = f"{check.where} {names.get(check.where) or ''}".strip()
        yield Deviation(where, f"{check.about} {', and '.join(said) or 'is doubled'}", check.why, check.mend)


def of_values(
    values: Mapping[str, str], publishing: Publishing, stages: Mapping[str, Mapping[str, str]]
) -> Iterator[Deviation]:
    """What is wrong with what the edge knows; names keys, never their values (F-185).

    Args:
        values: All that it knows.
        publishing: What the settings say.
        stages: Name -> values of other edges of this portfolio, such as that of the folder on this machine.
    """
    where = "key-value store"
    amiss = {name: "is not there" for name in ("host", "latest", "root") if name not in values}
    if publishing.site_url and values.get("host", host_of(publishing)) != host_of(publishing):
        amiss["host"] = "is not that of site_url"
    for name, what in amiss.items():
        mend = "Run `quarterdeck publish`, which writes it."
        yield Deviation(where, f"{name} {what}", "nobody is let in until it is", mend, by_publishing=True)
    keys = {name: secret for name, secret in sorted(values.items()) if name.startswith(KEY)}
    if not keys:
        mend = "Run `quarterdeck publish`, which makes one."
        yield Deviation(where, "no key signs", "nobody can sign in", mend, by_publishing=True)
    mend = (
        "Remove it from the store and from the table, then run `quarterdeck publish`, which makes a new one."
    )
    for name, secret in keys.items():
        for what, why in _faults(name, secret, keys, stages):
            yield Deviation(where, f"{name} {what}", why, mend)


def _faults(
    name: str, secret: str, keys: Mapping[str, str], stages: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    data = _decoded(secret)
    if len(data) < SHORTEST_KEY:
        yield f"is no key of {SHORTEST_KEY} bytes", "short keys are guessed"
    elif len(set(data)) < _FEWEST_DIFFERENT:
        yield "is no random key", "examples are guessed"
    if others := [one for one, value in keys.items() if value == secret and one < name]:
        yield f"is the same as {others[0]}", "what one of them signed would outlive its change"
    for stage, values in sorted(stages.items()):
        if secret in values.values():
            yield f"is also known to {stage}", "whoever signs in there would be let in here"


def _decoded(secret: str) -> bytes:
    try:
        return base64.b64decode(secret + "=" * (-len(secret) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def deviations(settings: Settings, root: Path, environ: Mapping[str, str]) -> tuple[Deviation, ...]:
    """All that is not as the template says, of everything that the settings name.

    Args:
        settings: Of the portfolio.
        root: The portfolio's folder.
        environ: Says where AWS is played, if it is.

    Raises:
        UsageError: The settings name no bucket, or not whose it is.
        OutsideError: AWS cannot be asked.
    """
    publishing = settings.publishing
    if publishing.bucket is None or publishing.account is None:
        raise UsageError(
            "publishing: in portfolio.yml names no bucket, or not the account that owns it; there is nothing to check. "
            "Paste the output Settings of your stack there."
        )
    asker = Asker(publishing.region, reach_of(environ))
    found = list(compare(wanted(publishing), standing(publishing, asker), publishing))
    edge = edge_of(settings, root, environ)
    if edge is not None:
        found += of_values(edge.read().values, publishing, _stages(settings, root))
    return tuple(found)


def unseen(publishing: Publishing) -> tuple[str, ...]:
    """What nobody looked at, each with the setting that does not name it."""
    lacking = {
        "distribution": "the distribution, its edge function, its headers and sign-in",
        "key_value_store": "what the edge knows: keys, and which version is given out",
        "table": "the table of readers",
        "stack": "the stack, and the function that lets readers in",
        "site_url": "the names under which readers find it",
    }
    names = [one for one in lacking if getattr(publishing, one) is None]
    if "distribution" in names:  # all that stands behind it is told with it
        names = [one for one in names if one not in {"stack", "site_url"}]
    return tuple(
        f"Not looked at: {lacking[one]}. publishing: in portfolio.yml names no {one}." for one in names
    )


def refusals(settings: Settings, root: Path, environ: Mapping[str, str]) -> tuple[Deviation, ...]:
    """The same, but for what publishing itself mends: while one stands, nothing private is published.

    Raises:
        UsageError: As above.
        OutsideError: As above.
    """
    return tuple(one for one in deviations(settings, root, environ) if not one.by_publishing)


def _stages(settings: Settings, root: Path) -> Mapping[str, Mapping[str, str]]:
    """What the edge of the folder on this machine knows: it plays the site, and must share no key with it."""
    folder = Folder(root / settings.publishing.folder)
    return {folder.place: FileEdge(folder).read().values}
