"""Claims about code: tests, how it gets out, how alive it is; they speak once repositories were looked at."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

from quarterdeck.figures.claims.claim import Ask, Claim, Dispute
from quarterdeck.figures.claims.said import Words, words
from quarterdeck.figures.claims.switches import Seen, known, quoted, switch
from quarterdeck.figures.months import on
from quarterdeck.figures.names import folded
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.holdings import Asset
from quarterdeck.model.repositories import Repository
from quarterdeck.model.values import Word

_ASLEEP = timedelta(days=365)
_TOOLS = {
    "hand": ("hand", "manual", "script"),
    "manually": ("hand", "manual", "script"),
    "github actions": ("github actions",),
    "gitlab": ("gitlab",),
    "circleci": ("circle",),
    "jenkins": ("jenkins",),
    "sam": ("sam",),
    "cloudformation": ("cloudformation", "sam"),
    "cdk": ("cdk",),
    "serverless": ("serverless",),
    "terraform": ("terraform", "opentofu"),
    "opentofu": ("terraform", "opentofu"),
    "pulumi": ("pulumi",),
    "sst": ("sst",),
    "amplify": ("amplify",),
    "chalice": ("chalice",),
    "zappa": ("zappa",),
    "netlify": ("netlify",),
    "vercel": ("vercel",),
    "cloudflare": ("cloudflare",),
    "github pages": ("pages",),
    "docker": ("container", "docker"),
}
"""How people name a way to production, and what the audit's name of it holds."""
_DEPLOYED = re.compile(
    r"\bdeploy(?:s|ed|ment|ments|ing)?\b[^.;]{0,30}?"
    rf"\b(?:by|with|from|through|via|on|using|is|are)? ?(?P<tool>{'|'.join(_TOOLS)})\b"
)


def _repositories(ask: Ask, see: Callable[[Repository], tuple[bool | None, str]]) -> Iterator[Seen]:
    for one in ask.own(Repository):
        is_on, found = see(one)
        yield Seen(one.name, is_on, found, one.source)


def _tested(one: Repository) -> tuple[bool | None, str]:
    if one.has_tests is False:
        return False, "no tests"
    if one.tests_pass is False:
        return False, "tests fail"
    return (True if one.has_tests is True and one.tests_pass is True else None), "tests pass"


def _flag(one: Repository, field: str, on: str, off: str) -> tuple[bool | None, str]:
    is_on = known(getattr(one, field))
    return is_on, on if is_on else off


def _licensed(one: Repository) -> tuple[bool | None, str]:
    if isinstance(one.license, str):
        return True, one.license
    return (False if one.license is None else None), "no licence"


def _tools(ask: Ask) -> Iterator[Dispute]:
    """A way to production that no repository takes, where that of each is known."""
    code = ask.own(Repository)
    ways = [(one, one.deploy_method) for one in code if isinstance(one.deploy_method, str)]
    is_known = bool(ways) and all(isinstance(one.deploy_method, str | None) for one in code)
    for one in ask.statements if is_known else ():
        hit = _DEPLOYED.search(one.text)
        if hit and not any(word in way.casefold() for _, way in ways for word in _TOOLS[hit["tool"]]):
            yield Dispute(
                said=Word(quoted(one)),
                said_at=(one.source,),
                seen=Word("; ".join(f"{thing.name} by {way}" for thing, way in ways)),
                seen_at=tuple(thing.source for thing, _ in ways),
            )


def _developed(ask: Ask) -> Iterator[Seen]:
    for one in ask.own(Repository):
        if isinstance(one.last_commit, date):
            is_on = ask.scope.as_of - one.last_commit <= _ASLEEP
            yield Seen(one.name, is_on, f"last commit {on(one.last_commit)}", one.source)


def _abandoned(ask: Ask) -> Iterator[Dispute]:
    """A tool of its own that is active, and that nobody has changed for a year."""
    (entity,) = ask.scope.entities
    code = ask.own(Repository)
    days = [one.last_commit for one in code if isinstance(one.last_commit, date)]
    is_known = bool(code) and len(days) == len(code)
    if (
        entity.kind == "saas"
        and entity.status == "active"
        and is_known
        and ask.scope.as_of - max(days) > _ASLEEP
    ):
        yield Dispute(
            said=Word("status active"),
            said_at=(entity.source,),
            seen=Word(f"last commit {on(max(days))}"),
            seen_at=tuple(one.source for one in code),
        )


def _missing(ask: Ask) -> Iterator[Dispute]:
    """A repository that the front matter or Assets name, and that is among none that were looked at."""
    (entity,) = ask.scope.entities
    seen = {folded(one.name) for one in ask.scope.facts.of(Repository)}
    listed = entity.repos if isinstance(entity.repos, tuple) else ()
    named = [(one, entity.source) for one in listed]
    named += [
        (str(one.asset), one.source)
        for one in ask.scope.of(Asset)
        if one.type == "repo" and isinstance(one.asset, str)
    ]
    runs = [one.source for one in ask.scope.facts.evidence.snapshots if kind_of(Repository) in one.kinds]
    for name, place in named:
        if seen and ask.lists(Repository) and folded(name) not in seen:
            yield Dispute(
                subject=name,
                said=Word(f"repository {name}"),
                said_at=(place,),
                seen=Word("not among the repositories that were read"),
                seen_at=tuple(runs),
            )


_SHIP = "What goes out is less sure than it sounds: a mistake reaches guests first."


def _row(
    key: str, what: str, thing: Words, see: Callable[[Repository], tuple[bool | None, str]], mend: str
) -> Claim:
    return switch(
        key, what, thing, partial(_repositories, see=see), weakens=_SHIP, mend=mend, rules=("R-CTO-19",)
    )


_GREEN = "green pass passes passing on ok there exist run fine works"
_RED = "red fail fails failing off missing absent broken"

CLAIMS = (
    _row(
        "tests",
        "Tests{subject}",
        words("(?:unit |all )?tests?|test suite", _GREEN, _RED),
        _tested,
        "Write or mend the tests, or correct the sentence.",
    ),
    _row(
        "ci",
        "Automatic checks{subject}",
        words("ci|continuous integration", _GREEN, _RED),
        partial(_flag, field="has_ci", on="CI runs", off="no CI"),
        "Let a service run the tests on every change, or correct the sentence.",
    ),
    _row(
        "protected",
        "Main branch{subject}",
        words("(?:main |default )?branch(?:es)?", "protected locked guarded", "unprotected open"),
        partial(_flag, field="is_protected", on="protected", off="anybody can rewrite it"),
        "Protect the branch, or correct the sentence.",
    ),
    _row(
        "pinned",
        "Dependencies{subject}",
        words("(?:all )?dependencies|dependency versions", "pinned locked fixed", "unpinned loose"),
        partial(_flag, field="dependencies_pinned", on="pinned", off="not pinned"),
        "Pin the versions, or correct the sentence.",
    ),
    _row(
        "readme",
        "Hand-over note{subject}",
        words("readmes?", "there written complete good fine", "missing absent empty"),
        partial(_flag, field="readme", on="a README", off="no README"),
        "Write the README, or correct the sentence.",
    ),
    switch(
        "licence",
        "Licence of the code{subject}",
        words("code licen[cs]e|licen[cs]e of (?:the )?code", "there set chosen", "missing absent"),
        partial(_repositories, see=_licensed),
        weakens="Nobody knows what others may do with the code.",
        mend="Add the licence file, or correct the sentence.",
    ),
    switch(
        "development",
        "Development{subject}",
        words(
            "development|code ?base|repo(?:sitory)?|repo repository",
            "active maintained alive",
            "asleep abandoned dead",
        ),
        _developed,
        weakens="Plans that wait for this code wait for nobody.",
        mend="Say who works on it, or that nobody does.",
        role="ceo",
    ),
    Claim(
        key="deploys",
        what="Way to production",
        find=_tools,
        weakens="In an outage people reach for the wrong tool.",
        mend="Correct the sentence, or remove the way that nobody should take.",
        rules=("R-CTO-20",),
    ),
    Claim(
        key="status",
        what="Status",
        find=_abandoned,
        weakens="Shortfalls, plans and costs are judged by the status.",
        mend="Correct the status, or say who works on it.",
        role="ceo",
    ),
    Claim(
        key="repository",
        what="Repository {name}",
        find=_missing,
        weakens="Its secrets, tests and deploys were looked at by nobody.",
        mend="Correct the name, or tell portfolio.yml where it is.",
    ),
)
