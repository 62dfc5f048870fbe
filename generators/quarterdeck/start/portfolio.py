"""The files of a new portfolio that are its owner's from the first day."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from quarterdeck.start.businesses import Business, book, book_path, handoff
from quarterdeck.start.filled import filled, template
from quarterdeck.start.names import heading, person_id, quoted
from quarterdeck.start.readers import NewReader, lines_of

_GUARDED: Final = (
    "/portfolio.yml",
    "/.github/",
    "/scripts/",
    "/requirements.txt",
    "/requirements.lock",
    "/mkdocs.yml",
    "/docs/",
    "/.quarterdeck.json",
)
"""Who reads what, what runs by itself and by what, and pages that may hold macros."""

_NOBODY: Final = """#   pat:
#     name: Pat
#     address: pat@your-company.example
#     roles: [ceo, cfo]

"""
_FOLDER: Final = """  folder: published
# With a bucket of your own, the stack of `quarterdeck infra template` prints what to write here instead.
"""
_BUCKET: Final = """  bucket: {bucket}
{more}# The stack of `quarterdeck infra template` prints the rest of what belongs here: distribution, key_value_store,
# table, stack and site_url. Until then `quarterdeck infra check` says what was not looked at.
"""


class Answers(NamedTuple):
    """What somebody who begins a portfolio says of it."""

    name: str
    businesses: tuple[Business, ...]
    """Those for which a handoff is begun."""
    people: Mapping[str, NewReader]
    timezone: str = "UTC"
    currency: str = "USD"
    bucket: str = ""
    """Where versions go; a folder without it."""
    account: str = ""
    region: str = ""
    owner: str = ""
    """Who has to agree to changes of readers, roles and workflows, as GitHub names them: `@pat`."""


def files(answers: Answers, brought: Mapping[str, bytes], today: date) -> Mapping[str, bytes]:
    """Path -> bytes of everything that is the owner's to change.

    Args:
        answers: What is said of the portfolio.
        brought: Handoffs that were there before, by path; taken as they are.
        today: Written as the day on which handoffs were last confirmed, and the year of the books.
    """
    texts = {
        "portfolio.yml": settings(answers),
        **{f"handoffs/{one.entity}.md": handoff(one, today) for one in answers.businesses},
        **dict(_books(answers, today.year)),
        "README.md": filled("README.md", name=heading(answers.name), first=_first(answers)),
        ".gitignore": template("gitignore"),
        ".gitattributes": template("gitattributes"),
        ".github/CODEOWNERS": _code_owners(answers.owner),
    }
    return {**{path: text.encode() for path, text in texts.items()}, **brought}


def settings(answers: Answers) -> str:
    """The text of `portfolio.yml`."""
    entries = [f"  {line}\n" for person, one in answers.people.items() for line in lines_of(person, one)]
    people = "".join([*entries, "\n"]) if entries else _NOBODY
    account = f'  account: "{answers.account}"\n' if answers.account else ""
    region = f"  region: {answers.region}\n" if answers.region else ""
    return filled(
        "portfolio.yml",
        name=quoted(answers.name),
        timezone=answers.timezone,
        currency=answers.currency,
        people=people,
        publishing=_BUCKET.format(bucket=answers.bucket, more=account + region)
        if answers.bucket
        else _FOLDER,
    )


def by_id(readers: tuple[NewReader, ...]) -> Mapping[str, NewReader]:
    """People by the ids that they are given.

    Raises:
        UsageError: One has none.
    """
    found: dict[str, NewReader] = {}
    for one in readers:
        found[person_id(one.name, found)] = one
    return found


def _books(answers: Answers, year: int) -> Iterator[tuple[str, str]]:
    paths = {book_path(one, year): one for one in answers.businesses}
    includes = "".join(f'include "{path.removeprefix("ledger/")}"\n' for path in paths)
    yield (
        "ledger/main.beancount",
        filled("main.beancount", name=quoted(answers.name), currency=answers.currency, includes=includes),
    )
    for path, one in paths.items():
        yield path, book(one, year, answers.currency)


def _first(answers: Answers) -> str:
    found = [f"`handoffs/{one.entity}.md`" for one in answers.businesses]
    return found[0] if found else "any file in `handoffs/`"


def _code_owners(owner: str) -> str:
    lines = "".join(f"{path:<22} {owner or '@your-name'}\n" for path in _GUARDED)
    return filled(
        "CODEOWNERS", lines=lines if owner else "".join(f"# {line}\n" for line in lines.splitlines())
    )
