"""What is asked of somebody who begins a portfolio, and how each answer is read."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from quarterdeck.model.errors import UsageError
from quarterdeck.settings_types import Account, Bucket, Currency, Email, Id, Line, Region, Zone
from quarterdeck.start.businesses import KINDS, Business, kind_of
from quarterdeck.start.names import entity_id, plain
from quarterdeck.start.portfolio import Answers, by_id
from quarterdeck.start.readers import NewReader, roles_of

Ask = Callable[[str, str, Callable[[str], str]], str]
"""Asks a question that has a default; what is answered is read, and asked again where that refuses it."""


FIRST_BUSINESS: Final = "First business"
_OWNER: Final = r"@[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:/[A-Za-z0-9._-]{1,100})?"


class Given(NamedTuple):
    """What was said on the command line; None where nothing was."""

    name: str | None = None
    business: str | None = None
    kind: str | None = None
    people: tuple[NewReader, ...] = ()
    timezone: str | None = None
    currency: str | None = None
    bucket: str | None = None
    """Empty for a folder of this computer."""
    account: str | None = None
    region: str | None = None
    owner: str = ""
    """Of readers, roles and workflows, as GitHub names them."""
    folder: Path | None = None
    """Where handoffs are brought from."""


def answers(
    directory: Path, given: Given, environ: Mapping[str, str], ask: Ask, *, is_brought: bool
) -> Answers:
    """What was said, and asked for where it was not; time zone and currency are never asked for.

    Args:
        directory: Of the portfolio, whose name is proposed.
        given: What was said.
        environ: Says in which time zone this computer stands.
        ask: For the rest.
        is_brought: Whether there are handoffs already, so that none is begun unless somebody names it.

    Raises:
        UsageError: Something does not fit, or would change nothing.
    """

    def one(said: str | None, question: str, default: str, read: Callable[[str], str]) -> str:
        return ask(question, default, read) if said is None else read(said)

    name = one(given.name or None, "What is the portfolio called?", directory.absolute().name, _name)
    businesses: tuple[tuple[str, str], ...] = ()
    if given.business is not None or not is_brought:
        business = one(given.business, "What is your first business called?", FIRST_BUSINESS, _business)
        kinds = "\n".join(f"  {kind:<9} {what}" for kind, what in KINDS.items())
        kind = one(given.kind, f"Which kind of business is it?\n{kinds}\nKind", "generic", kind_of)
        businesses = ((business, kind),)
    elif given.kind is not None:
        raise UsageError("--kind is the kind of --business: name that one, or leave --kind out.")
    people = given.people or _first_reader(ask)
    bucket = one(given.bucket, "Publish to which S3 bucket? Enter for a folder here", "", _bucket)
    if not bucket and (given.account or given.region):
        raise UsageError("--account and --region say where --bucket is: name that, or leave them out.")
    by_person = by_id(people)
    owner = next(iter(by_person), "")
    return Answers(
        name,
        tuple(Business(entity_id(title), title, kind_of(kind), owner) for title, kind in businesses),
        by_person,
        _zone(_zone_here(environ) if given.timezone is None else given.timezone),
        _currency("USD" if given.currency is None else given.currency),
        bucket,
        one(given.account, "In which AWS account is it? Its 12 digits", "", _account) if bucket else "",
        one(given.region, "In which region is it?", "us-east-1", _region) if bucket else "",
        _code_owner(given.owner),
    )


def _first_reader(ask: Ask) -> tuple[NewReader, ...]:
    name = ask("Who reads the reports? A name, or Enter for nobody yet", "", plain)
    if not name:
        return ()
    address = ask(f"At which address does {name} get mail? Enter for none", "", _address)
    roles = ask(f"Whose reports does {name} get?", "ceo, cfo", lambda text: ", ".join(roles_of(text)))
    return (NewReader(_name(name), address, roles_of(roles)),)


def checked_reader(reader: NewReader) -> NewReader:
    """A reader whose name and address fit.

    Raises:
        UsageError: One of them does not.
    """
    return reader._replace(name=_name(reader.name), address=_address(reader.address))


def checked_id(text: str) -> str:
    """An id that somebody chose.

    Raises:
        UsageError: It is none.
    """
    return _fitting(Id, text.strip(), "The id")


def _fitting(form: Any, text: str, what: str) -> str:  # noqa: ANN401 - a type of the settings
    """Text that the settings take; what they expect is said where they do not."""
    try:
        return str(TypeAdapter(form).validate_python(text))
    except ValidationError as error:
        expected = error.errors()[0].get("ctx", {}).get("expected", "something else")
        raise UsageError(f"{what} {text!r} does not fit: expected {expected}.") from None


def _name(text: str) -> str:
    return _fitting(Line, plain(text), "The name")


def _business(text: str) -> str:
    entity_id(text)
    return _name(text)


def _zone(text: str) -> str:
    return _fitting(Zone, text.strip(), "The time zone")


def _currency(text: str) -> str:
    return _fitting(Currency, text.strip().upper(), "The currency")


def _address(text: str) -> str:
    return _fitting(Email, text.strip(), "The address") if text.strip() else ""


def _bucket(text: str) -> str:
    return (
        _fitting(Bucket, text.strip().removeprefix("s3://").rstrip("/"), "The bucket") if text.strip() else ""
    )


def _account(text: str) -> str:
    return _fitting(Account, text.replace("-", "").strip(), "The account") if text.strip() else ""


def _region(text: str) -> str:
    return _fitting(Region, text.strip(), "The region") if text.strip() else ""


def _code_owner(text: str) -> str:
    if text and not re.fullmatch(_OWNER, text):
        raise UsageError(
            f"--owner {text!r} is no name on GitHub; write @pat, or @your-company/owners for a team."
        )
    return text


def _zone_here(environ: Mapping[str, str]) -> str:
    """The time zone of this computer; UTC where that tells none."""
    linked = Path("/etc/localtime").resolve().as_posix().partition("/zoneinfo/")[2]
    for name in (environ.get("TZ", ""), linked):
        with suppress(UsageError):
            return _zone(name.removeprefix("Etc/"))
    return "UTC"
