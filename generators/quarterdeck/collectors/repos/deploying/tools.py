"""What one command deploys: each tool by its own words, and what it touches."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from quarterdeck.collectors.repos.deploying.tree import Stack

_BACKUP = re.compile(
    r"(?:^|[\s/._-])(?:back-?_?ups?|dumps?|archives?|snapshots?|logs?)(?:$|[\s/._\d-])", re.IGNORECASE
)
_REMOTE = re.compile(r"(?:[\w.${}-]{1,80}@)?([\w.${}-]{2,120}):(?!\\|//)(.*)", re.DOTALL)
_FLAGS = frozenset(
    {
        *(
            "--delete",
            "--recursive",
            "--publish",
            "--exact-timestamps",
            "--size-only",
            "--quiet",
            "--only-show-errors",
        ),
        *(
            "--no-progress",
            "--dryrun",
            "--force",
            "--prod",
            "--yes",
            "-y",
            "-f",
            "--debug",
            "--verbose",
            "-v",
            "--no-verify",
        ),
        *(
            "--no-confirm-changeset",
            "--no-fail-on-empty-changeset",
            "--resolve-s3",
            "--guided",
            "--no-paginate",
            "--all",
        ),
        *(
            "--auto-approve",
            "-auto-approve",
            "--no-cli-pager",
            "--prebuilt",
            "--aws-s3-accelerate",
            "--acl-public",
            "-P",
        ),
        *(
            "--delete-removed",
            "--follow-symlinks",
            "-a",
            "-z",
            "-r",
            "-avz",
            "-az",
            "-q",
            "--archive",
            "--compress",
            "-C",
        ),
    }
)
_STAGE = ("--stage", "--config-env", "--environment-name", "--env", "-s", "--stack", "-e", "--env-name")


class Deployed(msgspec.Struct, frozen=True, kw_only=True):
    """What one command puts into production."""

    pattern: str
    words: str
    targets: tuple[str, ...] = ()
    stage: str = ""
    region: str = ""
    folder: str = ""
    access: str = ""
    deletes: bool = False
    is_by_hand: bool = False
    function: Mapping[str, Any] = msgspec.field(default_factory=dict)
    """Fields of the function that it makes or changes."""
    stack: Stack | None = None


class Options(msgspec.Struct):
    """The words behind a command: what has a dash, and the rest."""

    named: dict[str, str]
    rest: list[str]
    lists: dict[str, list[str]]
    """All words behind an option that takes several."""

    def get(self, *names: str) -> str:
        """The first option that is there; empty without."""
        return next((self.named[name] for name in names if name in self.named), "")


def options(words: tuple[str, ...]) -> Options:
    """Options with what follows each, unless it is known to take nothing."""
    named: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    rest: list[str] = []
    last = ""
    for at, word in enumerate(words):
        if word.startswith("-") and len(word) > 1:
            name, equals, value = word.partition("=")
            takes = not equals and name not in _FLAGS and at + 1 < len(words) and words[at + 1][:1] != "-"
            named[name] = value if equals else words[at + 1] if takes else ""
            last = name if takes else ""
            lists.setdefault(name, [])
        elif last:
            lists[last].append(word)
            if len(lists[last]) > 1:
                rest.append(word)
        else:
            rest.append(word)
    return Options(named, rest, lists)


def deployed(words: tuple[str, ...]) -> Deployed | None:
    """What a command, without what only starts it, deploys; None where it deploys nothing."""
    if not words:
        return None
    made = _TOOLS.get(words[0])
    return made(words[1:]) if made else None


# --- Amazon's own command --------------------------------------------------------------------------------------


def _aws(words: tuple[str, ...]) -> Deployed | None:
    told = options(words)
    at = next((at for at, word in enumerate(words) if word in _AWS and _is_service(words, at)), None)
    if at is None or at + 1 >= len(words):
        return None
    made = _AWS[words[at]](words[at + 1], options(words[at + 2 :]))
    region = told.get("--region")
    return msgspec.structs.replace(made, region=region) if made and region else made


def _is_service(words: tuple[str, ...], at: int) -> bool:
    """Whether a word is no value of an option before it: `--profile s3`."""
    return at == 0 or not words[at - 1].startswith("--") or words[at - 1] in _FLAGS or "=" in words[at - 1]


_FUNCTION = frozenset(
    {
        "update-function-code",
        "create-function",
        "update-function-configuration",
        "publish-version",
        "update-alias",
    }
)


def _lambda(verb: str, told: Options) -> Deployed | None:
    if verb not in _FUNCTION:
        return None
    name = told.get("--function-name").rpartition(":function:")[2] or told.get("--function-name")
    fields: dict[str, Any] = {}
    if handler := told.get("--handler"):
        fields["handler"] = handler
    if runtime := told.get("--runtime"):
        fields["runtime"] = runtime
    for key, field in (("--memory-size", "memory_mb"), ("--timeout", "timeout_s")):
        if told.get(key).isdigit():
            fields[field] = int(told.get(key)[:6])
    if environment := told.get("--environment"):
        fields["env_names"] = _variables(environment)
    return Deployed(
        pattern="DEP-12",
        words=f"aws lambda {verb}",
        targets=(name,),
        folder=told.get("--zip-file").removeprefix("fileb://"),
        is_by_hand=True,
        function={"name": name, **fields} if name else {},
    )


_VARIABLE = re.compile(r"(?:^|[{,\s])([A-Za-z_]\w{0,80})=")


def _variables(environment: str) -> tuple[str, ...]:
    """Names in `Variables={A=1,B=2}` or `{"Variables": {"A": "1"}}`; never what they hold."""
    if environment.lstrip().startswith("{"):
        try:
            told = msgspec.json.decode(environment)
        except (ValueError, RecursionError):
            return ()
        held = told.get("Variables") if isinstance(told, dict) else None
        return tuple(sorted(map(str, held))) if isinstance(held, dict) else ()
    inside = environment.partition("Variables=")[2]
    return tuple(sorted(set(_VARIABLE.findall(inside))))


def _s3(verb: str, told: Options) -> Deployed | None:
    if verb not in {"sync", "cp", "mv"} or (verb != "sync" and "--recursive" not in told.named):
        return None
    return _copied(f"aws s3 {verb}", told, deletes="--delete" in told.named)


_PLACES = 2


def _copied(words: str, told: Options, *, deletes: bool) -> Deployed | None:
    """A folder that is copied into a bucket, where it is a site and no backup."""
    if len(told.rest) < _PLACES or not told.rest[1].startswith("s3://") or told.rest[0].startswith("s3://"):
        return None
    source, target = told.rest[0], told.rest[1].removeprefix("s3://").rstrip("/")
    if _BACKUP.search(source) or _BACKUP.search(target) or not target:
        return None
    access = told.get("--acl") or (
        "public-read" if "--acl-public" in told.named or "-P" in told.named else ""
    )
    return Deployed(
        pattern="DEP-13",
        words=words,
        targets=(target,),
        folder=source,
        access=access,
        deletes=deletes,
        is_by_hand=True,
    )


def _cloudfront(verb: str, told: Options) -> Deployed | None:
    if verb != "create-invalidation":
        return None
    return Deployed(
        pattern="DEP-13",
        words="aws cloudfront create-invalidation",
        targets=(told.get("--distribution-id"),),
        is_by_hand=True,
    )


def _cloudformation(verb: str, told: Options) -> Deployed | None:
    if verb not in {"deploy", "create-stack", "update-stack"}:
        return None
    template = (told.get("--template-file") or told.get("--template-body")).removeprefix("file://")
    return _stack("DEP-02", f"aws cloudformation {verb}", told, template)


def _stack(pattern: str, words: str, told: Options, template: str) -> Deployed:
    """A stack with its name, stage and parameters, as one command makes it."""
    name = told.get("--stack-name", "--stack")
    listed = told.lists.get("--parameter-overrides", [])
    listed = [one for word in listed for one in word.split()]
    values = tuple(tuple(one.split("=", 1)) for one in listed if "=" in one)
    stage = told.get("--config-env") or next(
        (value for key, value in values if key.casefold() in {"stage", "env", "environment"}), ""
    )
    region = told.get("--region")
    made = Stack(name, stage, region, values, template)  # type: ignore[arg-type]  # pairs, as split above
    return Deployed(pattern=pattern, words=words, targets=(name,), stage=stage, region=region, stack=made)


def _service(words: str, option: str, verbs: frozenset[str]) -> Callable[[str, Options], Deployed | None]:
    """A service that runs containers or whole servers."""

    def made(verb: str, told: Options) -> Deployed | None:
        if verb not in verbs:
            return None
        name = told.get(option).rpartition("/")[2] or told.get(option)
        return Deployed(pattern="DEP-20", words=f"aws {words} {verb}", targets=(name,))

    return made


_AWS: Mapping[str, Callable[[str, Options], Deployed | None]] = {
    "lambda": _lambda,
    "s3": _s3,
    "cloudfront": _cloudfront,
    "cloudformation": _cloudformation,
    "ecs": _service("ecs", "--service", frozenset({"update-service", "deploy", "create-service"})),
    "apprunner": _service("apprunner", "--service-arn", frozenset({"start-deployment", "create-service"})),
    "deploy": _service("deploy", "--application-name", frozenset({"create-deployment", "push"})),
    "elasticbeanstalk": _service("elasticbeanstalk", "--environment-name", frozenset({"update-environment"})),
}


# --- copies to buckets and servers -----------------------------------------------------------------------------


def _s3cmd(words: tuple[str, ...]) -> Deployed | None:
    told = options(words)
    if not told.rest or told.rest[0] not in {"sync", "put"}:
        return None
    told.rest = told.rest[1:]
    return _copied("s3cmd", told, deletes="--delete-removed" in told.named)


def _rclone(words: tuple[str, ...]) -> Deployed | None:
    told = options(words)
    if len(told.rest) <= _PLACES or told.rest[0] not in {"sync", "copy"}:
        return None
    _, source, target = told.rest[:3]
    remote = _REMOTE.fullmatch(target)
    if remote is None or _REMOTE.fullmatch(source) or _BACKUP.search(source) or _BACKUP.search(target):
        return None
    return Deployed(
        pattern="DEP-13",
        words="rclone",
        targets=(remote[2].strip("/") or remote[1],),
        folder=source,
        deletes=told.rest[0] == "sync",
        is_by_hand=True,
    )


def _to_server(tool: str) -> Callable[[tuple[str, ...]], Deployed | None]:
    """A copy to another machine; only the name of that machine is kept."""

    def made(words: tuple[str, ...]) -> Deployed | None:
        rest = options(words).rest
        if len(rest) < (1 if tool == "sftp" else _PLACES):
            return None
        remote = _REMOTE.fullmatch(rest[-1])
        host = remote[1] if remote else rest[-1].rpartition("@")[2] if tool == "sftp" else ""
        if not host or _BACKUP.search(" ".join(rest)):
            return None
        source = rest[0] if len(rest) > 1 else ""
        deletes = any(word.startswith("--delete") for word in words)
        return Deployed(
            pattern="DEP-20", words=tool, targets=(host,), folder=source, deletes=deletes, is_by_hand=True
        )

    return made


def _ftp(tool: str) -> Callable[[tuple[str, ...]], Deployed | None]:
    def made(words: tuple[str, ...]) -> Deployed | None:
        host = next((one for one in options(words).rest if "." in one or "$" in one), "")
        host = host.removeprefix("ftp://").removeprefix("sftp://").rpartition("@")[2].partition("/")[0]
        return Deployed(pattern="DEP-20", words=tool, targets=(host,), is_by_hand=True) if host else None

    return made


_PULLS = re.compile(r"\bgit\s+(?:-C\s+\S+\s+)?(?:pull|reset --hard)\b")


def _ssh(words: tuple[str, ...]) -> Deployed | None:
    rest = options(words).rest
    if not rest or not _PULLS.search(" ".join(words)):
        return None
    host = next((one for one in rest if "git" not in one.split()), "").rpartition("@")[2]
    return Deployed(pattern="DEP-20", words="git pull over ssh", targets=(host,), is_by_hand=True)


# --- tools with a word of their own ----------------------------------------------------------------------------


def _named(
    pattern: str, words: str, *verbs: str, target: tuple[str, ...] = ()
) -> Callable[[tuple[str, ...]], Deployed | None]:
    """A tool that deploys by one or two words: `sls deploy`."""
    known = tuple(tuple(verb.split()) for verb in verbs)

    def made(given: tuple[str, ...]) -> Deployed | None:
        told = options(given)
        if not any(tuple(told.rest[: len(verb)]) == verb for verb in known):
            return None
        stage = told.get(*_STAGE)
        name = told.get(*target)
        return Deployed(
            pattern=pattern, words=words, targets=(name,), stage=stage, region=told.get("--region", "-r")
        )

    return made


def _sam(words: tuple[str, ...]) -> Deployed | None:
    told = options(words)
    if told.rest[:1] != ["deploy"]:
        return None
    return _stack("DEP-01", "sam deploy", told, told.get("--template-file", "--template", "-t"))


def _terraform(words: tuple[str, ...]) -> Deployed | None:
    told = options(words)
    if "apply" not in told.rest[:2]:
        return None
    return Deployed(pattern="DEP-05", words="terraform apply", stage=told.get("-var-file", "--var-file"))


def _vercel(words: tuple[str, ...]) -> Deployed | None:
    told = options(words)
    is_live = "--prod" in told.named or told.get("--target") == "production"
    if not is_live and told.rest[:1] != ["deploy"]:
        return None
    return Deployed(pattern="DEP-17", words="vercel", stage="production" if is_live else "preview")


def _netlify(words: tuple[str, ...]) -> Deployed | None:
    told = options(words)
    if told.rest[:1] != ["deploy"]:
        return None
    is_live = not {"--prod", "-p"}.isdisjoint(told.named)
    return Deployed(
        pattern="DEP-16",
        words="netlify deploy",
        targets=(told.get("--site", "-s"),),
        folder=told.get("--dir", "-d"),
        stage="production" if is_live else "preview",
    )


def _git(words: tuple[str, ...]) -> Deployed | None:
    rest = options(words).rest
    if rest[:1] == ["subtree"]:
        rest = rest[1:]
    if rest[:1] != ["push"]:
        return None
    if any("gh-pages" in one for one in rest):
        return Deployed(pattern="DEP-19", words="git push to gh-pages")
    if len(rest) > 1 and rest[1] in {"heroku", "dokku", "production", "live"}:
        return Deployed(pattern="DEP-20", words=f"git push {rest[1]}", targets=(rest[1],))
    return None


def _docker(words: tuple[str, ...]) -> Deployed | None:
    told = options(words)
    pushes = told.rest[:1] == ["push"] or ("--push" in told.named and "build" in told.rest[:2])
    if not pushes:
        return None
    image = told.rest[1] if told.rest[:1] == ["push"] and len(told.rest) > 1 else told.get("-t", "--tag")
    return Deployed(pattern="DEP-20", words="docker push", targets=(image.rpartition("/")[2],))


def _gh_pages(words: tuple[str, ...]) -> Deployed | None:
    told = options(words)
    folder = told.get("-d", "--dist")
    return Deployed(pattern="DEP-19", words="gh-pages", folder=folder) if folder else None


_TOOLS: Mapping[str, Callable[[tuple[str, ...]], Deployed | None]] = {
    "aws": _aws,
    "sam": _sam,
    "cdk": _named("DEP-03", "cdk deploy", "deploy"),
    "sls": _named("DEP-04", "sls deploy", "deploy"),
    "serverless": _named("DEP-04", "serverless deploy", "deploy"),
    "terraform": _terraform,
    "tofu": _terraform,
    "terragrunt": _terraform,
    "pulumi": _named("DEP-06", "pulumi up", "up", "update", target=("--stack", "-s")),
    "sst": _named("DEP-07", "sst deploy", "deploy"),
    "amplify": _named("DEP-08", "amplify push", "push", "publish"),
    "chalice": _named("DEP-09", "chalice deploy", "deploy"),
    "zappa": _named("DEP-10", "zappa deploy", "deploy", "update"),
    "arc": _named("DEP-11", "arc deploy", "deploy"),
    "claudia": _named("DEP-11", "claudia update", "update", "create", target=("--name",)),
    "up": _named("DEP-11", "up deploy", "deploy"),
    "s3cmd": _s3cmd,
    "rclone": _rclone,
    "netlify": _netlify,
    "ntl": _netlify,
    "vercel": _vercel,
    "vc": _vercel,
    "wrangler": _named(
        "DEP-18", "wrangler deploy", "deploy", "publish", "pages deploy", target=("--name", "--project-name")
    ),
    "mkdocs": _named("DEP-19", "mkdocs gh-deploy", "gh-deploy"),
    "mike": _named("DEP-19", "mike deploy", "deploy"),
    "gh-pages": _gh_pages,
    "git": _git,
    "docker": _docker,
    "podman": _docker,
    "fly": _named("DEP-20", "fly deploy", "deploy", target=("--app", "-a")),
    "flyctl": _named("DEP-20", "fly deploy", "deploy", target=("--app", "-a")),
    "railway": _named("DEP-20", "railway up", "up", target=("--service",)),
    "heroku": _named(
        "DEP-20", "heroku container:release", "container:release", "container:push", target=("--app", "-a")
    ),
    "eb": _named("DEP-20", "eb deploy", "deploy"),
    "copilot": _named("DEP-20", "copilot deploy", "deploy", "svc deploy", target=("--name",)),
    "gcloud": _named("DEP-20", "gcloud deploy", "run deploy", "app deploy", "functions deploy"),
    "firebase": _named("DEP-20", "firebase deploy", "deploy", target=("--project",)),
    "kubectl": _named("DEP-20", "kubectl apply", "apply", "set image"),
    "helm": _named("DEP-20", "helm upgrade", "upgrade"),
    "cap": _named("DEP-20", "capistrano", "production deploy", "deploy"),
    "kamal": _named("DEP-20", "kamal deploy", "deploy"),
    "rsync": _to_server("rsync"),
    "scp": _to_server("scp"),
    "sftp": _to_server("sftp"),
    "ftp": _ftp("ftp"),
    "lftp": _ftp("lftp"),
    "ncftpput": _ftp("ncftpput"),
    "ssh": _ssh,
}
"""The name of a program -> what it deploys."""

NAMES = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(re.escape(one) for one in sorted(_TOOLS, key=len, reverse=True))
    + r")(?=[\s\"'])"
)
"""Finds a text in which such a program may be run at all."""
