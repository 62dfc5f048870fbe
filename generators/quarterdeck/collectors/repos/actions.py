"""Reads workflows of GitHub Actions: what starts them, whose steps they run, and what outsiders may bring into them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from quarterdeck.collectors.repos.deploying.plain import Block, at, mappings, texts
from quarterdeck.collectors.repos.deploying.shell import LONGEST_SCRIPT
from quarterdeck.model.pipelines import Pin, Step

_OWN_HOST = frozenset({"actions", "github"})
"""Whose steps are the host's own, and no third party's."""
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z|sha256:[0-9a-f]{64}\Z")
_TAG = re.compile(r"(?:[\w-]{1,60}[-@])?v?\d{1,9}(?:\.\d{1,9}){0,4}(?:[-+.][\w.+-]{1,60})?\Z")

_OUTSIDE = re.compile(
    r"github\.(?:head_ref\b|event\.(?:issue\.(?:title|body)|pull_request\.(?:title|body|head\.(?:ref|label)"
    r"|head\.repo\.(?:default_branch|description|homepage))|(?:comment|review|review_comment)\.body"
    r"|discussion\.(?:title|body)|pages\.\*\.(?:page_name|title)|(?:commits\.\*|head_commit)\.(?:message|(?:author|committer)\.(?:email|name))"
    r"|workflow_run\.(?:head_branch|display_title|head_commit\.(?:message|(?:author|committer)\.(?:email|name))"
    r"|pull_requests\.\*\.head\.ref))\b)|(?i:tojson)\(\s*github(?:\.event)?(?:\.(?:issue|pull_request|comment|review|discussion))?\s*\)"
)
"""Texts that anybody may write: titles, bodies, names of branches, messages and names of commits."""
_ASKED = re.compile(r"(?i)\b(?:contains|startsWith|endsWith|hashFiles)\([^()]{0,400}\)")
_COMPARED = re.compile(
    r"(?:[\w.*]{1,200}\s*[!=]=\s*(?:'[^']{0,200}'|[\w.*]{1,200})|'[^']{0,200}'\s*[!=]=\s*[\w.*]{1,200})"
)
_INDEX = re.compile(r"\[\s*(?:'([\w-]{1,80})'|(\d{1,6}|\*))\s*\]")

_HEAD = re.compile(
    r"github\.event\.pull_request\.(?:head\.(?:sha|ref)|merge_commit_sha|number)|github\.head_ref"
    r"|github\.event\.workflow_run\.(?:head_sha|head_branch|head_commit\.id)|refs/pull/|\bpull/\$"
    r"|github\.event\.(?:issue\.)?number"
)
_HEAD_OF_STEP = re.compile(r"\b(?:steps|needs)\.[\w.-]{1,120}(?:head|ref|sha|branch)\b")
_FETCHES = re.compile(r"\bgit\b[^\n]{0,200}\b(?:checkout|switch|fetch|pull|merge|reset|worktree)\b")
_BY_NUMBER = re.compile(r"\b(?:gh|hub) pr checkout\b")
_UNSAFE = frozenset({"pull_request_target", "workflow_run", "issue_comment"})
"""What starts a workflow with rights and secrets of the repository, though anybody may cause it."""
_TRUSTED = re.compile(
    r"author_association|head\.repo\.full_name\s*==|==\s*github\.event\.pull_request\.head\.repo\.full_name"
    r"|head_repository\.full_name\s*==|head\.repo\.fork\s*==\s*false|!\s*github\.event\.pull_request\.head\.repo\.fork"
    r"|workflow_run\.event\s*==\s*'(?:push|schedule|workflow_dispatch)'|(?:comment\.user\.login|github\.actor|sender\.login)\s*=="
)
"""Conditions that let in nobody from outside."""

_SECRET = re.compile(r"\bsecrets\.(\w{1,100})")
_CLOUD_KEY = re.compile(
    r"(?i)aws_?\w{0,40}(?:access_?key|secret)|(?:gcp|google|gcloud|gke)\w{0,40}(?:key|cred|service_account|_sa$)"
    r"|azure_(?:credentials|client_secret)"
)
_GIVEN_AS = frozenset(
    {
        *("aws-access-key-id", "aws-secret-access-key", "aws_access_key_id", "aws_secret_access_key"),
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "credentials_json", "GOOGLE_CREDENTIALS", "creds"),
        *("ARM_CLIENT_SECRET", "AZURE_CREDENTIALS", "AZURE_CLIENT_SECRET", "service_account_key"),
    }
)
"""Under which names a step is handed a key of a cloud."""


def triggers(told: Block) -> tuple[str, ...]:
    """What starts a workflow; a push of tags alone is `tag`."""
    on = told.get("on", told.get("True"))
    if not isinstance(on, dict):
        return tuple(sorted(set(texts(on))))
    push = on.get("push")
    only_tags = isinstance(push, dict) and ("tags" in push and "branches" not in push)
    return tuple(sorted({"tag" if name == "push" and only_tags else str(name) for name in on}))


def jobs(told: Block) -> Iterator[Block]:
    """The jobs of a workflow; the steps of an action of one's own stand in one."""
    every = told.get("jobs")
    if isinstance(every, dict):
        distinct = {id(one): one for one in every.values() if isinstance(one, Block)}
        yield from list(distinct.values())[:MOST_STEPS]
    elif isinstance(runs := told.get("runs"), Block):
        yield runs


MOST_STEPS = 1_000
"""Steps of one workflow that are looked at."""


def steps(told: Block) -> Iterator[tuple[Block, Block]]:
    """Each step with its job; one that stands in many places by an alias is looked at once."""
    seen: set[int] = set()
    for job in jobs(told):
        for step in mappings(job.get("steps")):
            if id(step) not in seen:
                seen.add(id(step))
                yield job, step
            if len(seen) >= MOST_STEPS:
                return


def rights(told: Block) -> Literal["", "none said", "all"]:
    """What is wide about what the token of a workflow may do."""
    own = [job.get("permissions", told.get("permissions", _SILENT)) for job in jobs(told)]
    if "write-all" in (*own, told.get("permissions")):
        return "all"
    return "none said" if any(one is _SILENT for one in own) else ""


_SILENT = object()


def foreign(told: Block) -> Iterator[Step]:
    """Steps and workflows that others wrote, each with what it is held at."""
    for one in (*jobs(told), *(each for _, each in steps(told))):
        if isinstance(uses := one.get("uses"), str) and (step := _step(uses.strip(), one.line("uses"))):
            yield step


def _step(uses: str, line: int) -> Step | None:
    if uses.startswith(("./", "../")) or "${{" in uses:
        return None
    if uses.startswith("docker://"):
        return _image(uses.removeprefix("docker://"), line)
    name, _, held = uses.partition("@")
    return None if name.partition("/")[0] in _OWN_HOST else Step(line, name[:200], pin(held))


def _image(image: str, line: int) -> Step:
    name, _, digest = image.partition("@")
    base, _, tag = name.partition(":") if "/" not in name.rpartition(":")[2] else (name, "", "")
    held: Pin = "commit" if _COMMIT.match(digest) else "branch" if tag in {"", "latest"} else "tag"
    return Step(line, base[:200], held)


def pin(held: str) -> Pin:
    """What a step is held at, by the form of it."""
    if _COMMIT.match(held):
        return "commit"
    return "tag" if _TAG.match(held) else "branch"


# --- texts from outside ------------------------------------------------------------------------------------------


def injected(told: Block) -> Iterator[int]:
    """Lines of scripts into which text of somebody outside is written."""
    for job, step in steps(told):
        named = _names(told, job, step)
        for line, text in _scripts(step):
            for offset, said in expressions(text[:LONGEST_SCRIPT]):
                if is_outside(said, named):
                    yield line + offset


def _scripts(step: Block) -> Iterator[tuple[int, str]]:
    """Texts of a step that are run, each with its first line."""
    uses, given = step.get("uses"), step.get("with")
    if isinstance(run := step.get("run"), str):
        yield step.line("run") + ("\n" in run), run
    if isinstance(uses, str) and uses.startswith("actions/github-script@") and isinstance(given, Block):
        script = given.get("script")
        if isinstance(script, str):
            yield given.line("script") + ("\n" in script), script


def expressions(text: str) -> Iterator[tuple[int, str]]:
    """What stands between `${{` and `}}`, with how many lines down it begins."""
    start = text.find("${{")
    while start >= 0:
        end = text.find("}}", start)
        if end < 0:
            return
        yield text.count("\n", 0, start), text[start + 3 : end][:2_000]
        start = text.find("${{", end)


def is_outside(said: str, named: frozenset[str] = frozenset()) -> bool:
    """Whether what an expression becomes is text of somebody outside; the answer to a question is not.

    Args:
        said: What stands between the braces.
        named: Variables that hold such text.
    """
    plain = _INDEX.sub(lambda found: f".{found[1] or '*'}", said)
    plain = _COMPARED.sub("", _ASKED.sub("", plain))
    if _OUTSIDE.search(plain):
        return True
    return any(name in named for name in re.findall(r"\benv\.(\w{1,100})", plain))


def _names(*levels: Block) -> frozenset[str]:
    """Variables that hold text of somebody outside."""
    env: dict[str, Any] = {}
    for one in levels:
        if isinstance(own := one.get("env"), dict):
            env |= own
    return frozenset(
        name
        for name, value in env.items()
        if isinstance(value, str) and any(is_outside(said) for _, said in expressions(value))
    )


# --- code from outside ------------------------------------------------------------------------------------------------


def checked_out(told: Block) -> Iterator[int]:
    """Lines that fetch what somebody outside wrote, where a workflow has more rights than they."""
    started = _UNSAFE.intersection(triggers(told))
    if not started:
        return
    for job, step in steps(told):
        if _is_guarded(job) or _is_guarded(step):
            continue
        if line := _fetching(step, (told, job, step), started):
            yield line


def _is_guarded(one: Block) -> bool:
    said = one.get("if")
    return isinstance(said, str) and "||" not in said and _TRUSTED.search(said) is not None


def _fetching(step: Block, levels: tuple[Block, ...], started: Iterable[str]) -> int:
    """The line at which a step fetches it; 0 where it does not."""
    given = step.get("with")
    by_step = set(started) != {"pull_request_target"}
    if isinstance(given, Block) and str(step.get("uses", "")).startswith("actions/checkout@"):
        ref = str(given.get("ref", ""))
        if _HEAD.search(ref) or (by_step and _HEAD_OF_STEP.search(ref)):
            return given.line("ref")
        if "head.repo" in str(given.get("repository", "")):
            return given.line("repository")
    run = step.get("run")
    if not isinstance(run, str):
        return 0
    heads = _heads(levels)
    for number, line in enumerate(run[:LONGEST_SCRIPT].split("\n")):
        if _BY_NUMBER.search(line) or (
            _FETCHES.search(line[:1_000])
            and (
                _HEAD.search(line[:1_000])
                or heads.intersection(re.findall(r"\$\{?(\w{1,100})", line[:1_000]))
            )
        ):
            return step.line("run") + ("\n" in run) + number
    return 0


def _heads(levels: Iterable[Block]) -> frozenset[str]:
    """Variables that name a commit or branch from outside."""
    return frozenset(
        str(name)
        for one in levels
        if isinstance(env := one.get("env"), dict)
        for name, value in env.items()
        if isinstance(value, str) and _HEAD.search(value)
    )


# --- keys of clouds -----------------------------------------------------------------------------------------------


def stored_keys(told: Block) -> Mapping[str, int]:
    """Names of the secrets that hold keys of a cloud, each with the line at which it is first used."""
    found: dict[str, int] = {}
    for where in _given(told):
        for key, value in where.items():
            if not isinstance(value, str):
                continue
            for name in _SECRET.findall(value[:4_000]):
                if key in _GIVEN_AS or _CLOUD_KEY.search(name):
                    found.setdefault(name, where.line(key))
    return found


def _given(told: Block) -> Iterator[Block]:
    """Every place at which steps are handed something."""
    for one in (told, *jobs(told), *(each for _, each in steps(told))):
        yield from mappings(one.get("env"))
        yield from mappings(one.get("with"))
        yield from mappings(one.get("secrets"))


def local_parts(told: Block) -> Iterator[str]:
    """Paths of the workflows and actions of the same repository that it starts."""
    for one in (*jobs(told), *(each for _, each in steps(told))):
        if isinstance(uses := one.get("uses"), str) and uses.startswith("./"):
            yield uses.removeprefix("./").rstrip("/")


def is_led_out(told: Block) -> bool:
    """Whether a job of it is a workflow of another repository, of which nothing is known here."""
    return any(isinstance(uses := job.get("uses"), str) and not uses.startswith("./") for job in jobs(told))


def continues(one: Block) -> bool:
    """Whether a job or step goes on when it fails."""
    return one.get("continue-on-error") is True or at(one, "continueOnError") is True
