"""Every technology is found by each of its proofs, and by nothing that people alone read."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.repos.checkout import LARGEST_TEXT, Checkout, File
from quarterdeck.collectors.repos.left_out import why_left_out
from quarterdeck.collectors.repos.signs import _signs
from quarterdeck.collectors.repos.table import Known, technologies
from quarterdeck.collectors.scope import Place, Scope
from quarterdeck.model.observed import NotCollected, Observed
from quarterdeck.model.repositories import Technology
from quarterdeck.model.stack import Language
from tests.repos import TAKEN_AT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.repos import Repo


class Held(Checkout):
    """A repository that is nothing but names and texts."""

    def __init__(self, files: Mapping[str, str], branch: str = "main") -> None:
        place = Place("jada-site", "jada")
        self.scope = Scope(
            taken_at=TAKEN_AT, entities=("jada",), repository=place, collector="repos-technologies"
        )
        self.place = place
        self.held = files
        listed = sorted(files.items())
        self.files = tuple(File(path, path, len(text), "100644", why_left_out(path)) for path, text in listed)
        self.git = SimpleNamespace(text=lambda *_: f"refs/heads/{branch}\n")  # type: ignore[assignment]

    def texts(self, files: Iterable[File]) -> Iterator[tuple[File, str]]:
        """What stands in each."""
        return ((one, self.held[one.path]) for one in files if one.size <= LARGEST_TEXT)


def _all(files: Mapping[str, str], branch: str = "main") -> list[Observed | NotCollected]:
    repo = Held(files, branch)
    return list(COLLECTORS["repos-technologies"].collect(repo.scope, repo))


def _found(files: Mapping[str, str], branch: str = "main") -> dict[str, Technology]:
    return {one.name: one for one in _all(files, branch) if isinstance(one, Technology)}


def test_the_table_is_whole() -> None:
    rows = technologies()
    assert len(rows) == 219
    assert len({one.area for one in rows.values()}) == 16
    told = {"name", "area", "share", "unless"}
    assert [
        name
        for name, one in rows.items()
        if not any(getattr(one, field) for field in Known.__struct_fields__ if field not in told)
    ] == []
    assert {other for one in rows.values() for other in one.unless} <= set(rows)
    assert [one.name for one in _signs() if not one.patterns] == []


# --- a sample for every proof -------------------------------------------------------------------------------------

Sample = tuple[str, str]
"""Path and text of a file."""

_SELECTED = {
    "[x-data]": '<div x-data="{}"></div><script src="/js/alpine.min.js"></script>',
    "[hx-get], [hx-post]": '<a hx-get="/x"></a><script src="https://unpkg.com/htmx.org@2"></script>',
    'script[src*="jquery" i]': '<script src="/js/jquery-3.7.1.min.js"></script>',
    'link[href*="bootstrap" i][href*=".css" i]': '<link rel="stylesheet" href="/bootstrap.min.css">',
    '[src*="/wp-content/"], [href*="/wp-content/"]': '<link href="/wp-content/themes/a.css">',
    "[data-wf-site]": '<html data-wf-site="64">',
    'script[src$="matomo.js"]': '<script src="//stats.example/matomo.js"></script>',
    'script[src*="leaflet" i]': '<script src="/leaflet.js"></script>',
    'meta[name="google-site-verification" i]': '<meta name="google-site-verification" content="x">',
}  # fmt: skip
_UMAMI = '<script data-website-id="1" src="https://umami.jada.example/script.js"></script>'

_WRITTEN: Mapping[str, tuple[Sample, ...]] = {
    "Spring Boot": (
        ("pom.xml", "<project><parent><groupId>org.springframework.boot</groupId></parent></project>"),
        ("build.gradle", "plugins { id 'org.springframework.boot' version '3' }\n"),
    ),
    "ASP.NET Core": (("a/shop.csproj", '<Project Sdk="Microsoft.NET.Sdk.Web">\n</Project>\n'),),
    "Tailwind CSS": (("src/a.css", '@import "tailwindcss";\n'),),
    "Lit / web components": (("a.js", 'customElements.define("jada-day", Day);\n'),),
    "Flutter": (("pubspec.yaml", "dependencies:\n  flutter:\n    sdk: flutter\n"),),
    "Hugo": (("config.toml", 'baseURL = "https://jada.example/"\n'),),
    "Jekyll": (("_config.yml", "title: Jada\n"),),
    "Joomla": (("configuration.php", "<?php\nclass JConfig {\n}\n"),),
    "unittest": (
        ("tests/test_a.py", "import unittest\n"),
        ("tests/test_b.py", "from unittest import mock\n"),
    ),
    "moto / LocalStack": (("docker-compose.yml", "services:\n  aws:\n    image: localstack/localstack:3\n"),),
    "Google Calendar API": (
        ("a.py", 'from googleapiclient.discovery import build\nservice = build("calendar", "v3")\n'),
        ("a.js", 'const { google } = require("googleapis");\ngoogle.calendar({ version: "v3" });\n'),
    ),
    "iCalendar feed": (("a.py", '@app.get("/boats/<name>.ics")\ndef feed(): ...\n'),),
    "Amazon SNS text": (
        ("a.py", 'boto3.client("sns").publish(PhoneNumber=to, Message=text)\n'),
        ("a.js", 'import { SNSClient } from "@aws-sdk/client-sns";\nsend({ PhoneNumber: to });\n'),
    ),
    "S3 as store": (
        ("a.py", 's3 = boto3.client("s3")\ns3.put_object(Bucket=bucket, Key=key)\n'),
        ("a.mjs", 'import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\n'),
    ),
    "PostgreSQL": (("a.php", '<?php\n$db = new PDO("pgsql:host=localhost");\n'),),
    "SQLAlchemy / Django ORM": (("shop/models.py", "from django.db import models\n"),),
    "Amazon Cognito": (("a.ts", 'import { signIn } from "aws-amplify/auth";\n'),),
    "Magic link of one's own": (
        ("a.py", '@app.post("/auth/magic-link")\ndef ask(): send_email(to, link)\n'),
        ("b.py", "def make_login_token(user): ...\nsend_email(user)\n"),
        ("a.js", "function signinLink(user) { return sendMail(user); }\n"),
    ),
    "AWS SAM": (("template.yaml", "Transform: AWS::Serverless-2016-10-31\n"),),
    "CloudFormation": (
        ("infra/site.yml", 'AWSTemplateFormatVersion: "2010-09-09"\n'),
        ("infra/site.json", '{\n"Resources": {\n "A": {\n  "Type": "AWS::S3::Bucket"}}}\n'),
    ),
    "Kubernetes / Helm": (("k8s/web.yaml", "apiVersion: apps/v1\nkind: Deployment\n"),),
    "Ansible": (("site.yml", "- hosts: web\n  tasks:\n    - ping:\n"),),
    "CloudFront function": (
        ("edge.js", "function handler(event) {\n  var request = event.request;\n  return request;\n}\n"),
    ),
    "GitHub Pages": (
        (".github/workflows/site.yml", "jobs:\n  a:\n    steps:\n      - uses: actions/deploy-pages@v4\n"),
    ),
    "CloudWatch embedded metrics": (
        ("a.py", 'print(json.dumps({"_aws": {"CloudWatchMetrics": []}}))\n'),
        ("b.py", "from aws_lambda_powertools import Logger, Metrics\n"),
    ),
    "Own counter": (("a.py", 'ROUTES = {"/track": count}\n'),),
    "Venmo / Cash App / Zelle by hand": (("a.html", "<p>Send $120 by Zelle to us</p>"),),
}
_BESIDE: Mapping[str, Mapping[str, str]] = {
    "Hugo": {"archetypes/default.md": ""},
    "Jekyll": {"_layouts/a.html": ""},
    "Own counter": {"page.html": '<img src="https://jada.example/track?p=1">'},
}


def _path_of(glob: str) -> str:
    return glob.lstrip("/").replace("y*ml", "yml").replace("*", "x")


def _name_of(glob: str) -> str:
    return glob.replace("*", "x")


def _of_names(known: Known) -> Iterator[Sample]:
    yield from (("requirements.in", f"{_name_of(one)}==1.0\n") for one in known.py)
    yield from (("app.py", f"import {_name_of(one)}\n") for one in known.imports)
    for one in known.js:
        yield "package.json", json.dumps({"dependencies": {_name_of(one): "^1.0"}})
        yield "app.mjs", f'import a from "{_name_of(one)}/part";\n'
        yield "app.cjs", f"const a = require('{_name_of(one)}');\n"
    yield from (("composer.json", json.dumps({"require": {one: "1"}})) for one in known.php)
    yield from (("Gemfile", f'gem "{one}"\n') for one in known.rb)
    yield from (("go.mod", f"require {one} v1.0.0\n") for one in known.go)


def _of_text(known: Known) -> Iterator[Sample]:
    yield from (("pyproject.toml", f"[tool.{one}]\na = 1\n") for one in known.section)
    for one in known.cfn:
        yield "infra/a.yaml", f"Resources:\n  A:\n    Type: {one}\n    Name: !Ref B\n"
        yield "infra/a.json", json.dumps({"Resources": {"A": {"Type": one}}}, indent=1)
    yield from (("infra/a.tf", f'resource "{one}" "a" {{\n}}\n') for one in known.tf)
    for one in known.cdk:
        yield "infra/a.ts", f'new {one}(this, "A", {{}});\n'
        yield "infra/a.py", f'aws_{one}(self, "A")\n'
    yield from (("app.py", f'boto3.client("{one}")\n') for one in known.client)
    yield from (("app.py", f'URL = "https://{_name_of(one)}/x"\n') for one in known.host)
    for one in known.html:
        yield "a.html", f'<a href="https://{one.replace("=g-", "=G-")}"> pay </a>'
        yield "a.py", f'PAGE = """<iframe src="https://{one}/x"></iframe>"""\n'
    yield from (("a.html", f"<script>\nvar a = '{one}';\n</script>") for one in known.inline)
    yield from (("a.html", _page_of(known, one)) for one in known.select)


def _page_of(known: Known, selectors: tuple[str, ...]) -> str:
    if generator := re.match(r'meta\[name="generator" i\]\[content[\^*]="(\w+)"', selectors[0]):
        return f'<meta name="generator" content="{generator[1]} 6.1">'
    return _UMAMI if known.name == "Umami" else _SELECTED[selectors[0]]


def _of_paths(known: Known) -> Iterator[Sample]:
    yield from ((f"a.{one}", "x\n" * 9) for one in known.ext)
    yield from ((_path_of(one), "") for one in known.file)


_SAMPLES = [
    pytest.param(known, sample, id=f"{known.name}: {sample[0]} {number}")
    for known in technologies().values()
    for number, sample in enumerate(
        (*_of_names(known), *_of_text(known), *_of_paths(known), *_WRITTEN.get(known.name, ()))
    )
]
_SAID = [
    pytest.param(known, sample, id=f"{known.name}: {sample[0]} {number}")
    for known in technologies().values()
    for number, sample in enumerate((*_of_names(known), *_of_text(known), *_WRITTEN.get(known.name, ())))
    if known.name not in {"Jekyll", "Hugo"} or not sample[0].startswith("_config")
]


@pytest.mark.parametrize(("known", "sample"), _SAMPLES)
def test_each_proof_is_found_where_it_stands(known: Known, sample: Sample) -> None:
    path, text = sample
    found = _found({path: text, **_BESIDE.get(known.name, {})})
    assert known.name in found
    one = found[known.name]
    assert (one.path, one.area) == (path, known.area)
    assert 0 <= one.line <= text.count("\n") + 1


def test_every_row_has_a_sample() -> None:
    sampled = {param.values[0].name for param in _SAMPLES}  # type: ignore[union-attr]
    by_branch = {name for name, one in technologies().items() if one.branch}
    assert set(technologies()) - sampled - by_branch == set()
    lacking = [
        (one.name, len(one.code), len(_WRITTEN.get(one.name, ())))
        for one in technologies().values()
        if len(_WRITTEN.get(one.name, ())) < len(one.code)
    ]
    assert lacking == []


_NO_PIXEL = "<script>fbq('track', 'Lead'); mixpanel.track('a')</script>"


def _commented(path: str, text: str) -> str:
    if path.endswith((".html", ".xml", ".csproj")):
        return f"<!-- {text} -->"
    if path.endswith((".css", ".js", ".mjs", ".cjs", ".ts", ".php")):
        return f"/* {text} */"
    if path.endswith(".gradle"):
        return "".join(f"// {line}\n" for line in text.splitlines())
    return "".join(f"# {line}\n" for line in text.splitlines())


@pytest.mark.parametrize(("known", "sample"), _SAID)
def test_a_name_in_prose_a_comment_or_a_lock_file_proves_nothing(known: Known, sample: Sample) -> None:
    path, text = sample
    said = {
        "README.md": text,
        "NOTES.txt": text,
        "uv.lock": text,
        "package-lock.json": text,
        "docs/how.md": f"We left {known.name} behind.\n",
    }
    if path.endswith(
        (".py", ".mjs", ".ts", ".js", ".cjs", ".html", ".tf", ".yml", ".yaml", ".csproj", ".css")
    ):
        said |= {path: _commented(path, text)}
    if path.endswith(".py"):
        marks = "'''" if '"""' in text else '"""'
        said |= {"told.py": f"def a():\n    {marks}How it was:\n\n    {text}\n    {marks}\n"}
    assert known.name not in _found({**said, **_BESIDE.get(known.name, {})}) or path in map(
        _path_of, known.file
    )


# --- near misses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("Stripe", {"stripe.py": "KEY = 1\n", "app.py": "import stripe\n"}),
        ("Stripe", {"app.py": "from . import stripe\nfrom .stripe import Charge\n"}),
        ("Stripe", {"app.py": 'print("import stripe")\n'}),
        ("Stripe", {"app.py": "import stripe_mock\n"}),
        ("Stripe", {"package.json": '{"dependencies": {"stripes": "1"}, "scripts": {"stripe": "echo"}}'}),
        ("Stripe", {"a.html": '<a href="https://example.com/js.stripe.com">x</a>'}),
        ("Stripe", {"a.html": '<a href="https://notjs.stripe.com.example.com/">x</a>'}),
        ("Stripe", {"node_modules/stripe/package.json": '{"dependencies": {"stripe": "1"}}'}),
        ("Starlette", {"requirements.txt": "starlette\nfastapi\n"}),
        ("Plain HTML", {"index.html": "<h1>Jada</h1>", "mkdocs.yml": ""}),
        ("Plain HTML", {"app/templates/index.html": "<h1>Jada</h1>"}),
        ("Hugo", {"config.toml": 'baseURL = "https://jada.example/"\n'}),
        ("Jekyll", {"_config.yml": "title: Jada\n"}),
        ("Alpine.js", {"a.html": '<div x-data="{}"></div>'}),
        ("htmx", {"a.html": '<a hx-get="/x">x</a>'}),
        ("Sphinx", {"conf.py": ""}),
        ("Amplify", {"src/amplify/a.js": ""}),
        ("GitHub Actions", {"old/.github/workflows/a.yml": ""}),
        ("S3 as store", {"a.py": 'boto3.client("s3").list_buckets()\n'}),
        ("Amazon SES", {"a.py": 'boto3.client("session")\n'}),
        ("DynamoDB", {"a.yaml": "Type: AWS::DynamoDB::TableOfMine\n"}),
        ("Amazon Cognito", {"a.yaml": "Type: AWS::Cognito::UserPoolClient\n"}),
        ("Venmo / Cash App / Zelle by hand", {"a.html": "<p>Our captain is called Zelle.</p>"}),
        ("Own counter", {"a.py": 'ROUTES = {"/track": count}\n'}),
        ("Own counter", {"a.html": '<img src="/track?p=1">'}),
        ("Own counter", {"a.html": _NO_PIXEL, "a.py": "def track(): ...\n"}),
        ("Weather or tide service", {"a.py": 'URL = "https://my-api.weather.gov.example"\n'.replace(".gov.", "-gov.")}),
        ("Google Ads tag", {"a.html": '<script src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>'}),
        ("Python", {"a.py": "x\n", "a.js": "x" * 1000}),
        ("Docker", {"tests/fixtures/Dockerfile": ""}),
        ("Flask", {"package.json": '{"dependencies": {"flask": "1"}}'}),
        ("Gin", {"go.mod": "require github.com/gin-gonic/gin v1.9.1 // indirect\n"}),
    ],
)  # fmt: skip
def test_a_near_miss_is_none(name: str, files: dict[str, str]) -> None:
    assert name not in _found(files)


def test_a_branch_of_pages_is_a_proof() -> None:
    assert _found({"a.txt": ""}, "gh-pages")["GitHub Pages"].path == "gh-pages"
    assert "GitHub Pages" not in _found({"a.txt": ""}, "gh-pages-old")


# --- which proof is told ------------------------------------------------------------------------------------------


def test_the_best_proof_is_told_once_with_its_version() -> None:
    found = _found(
        {
            "a/app.py": "import stripe\n",
            "index.html": '<script src="https://js.stripe.com/v3"></script>',
            "z/requirements-dev.txt": "stripe\npytest==8.3.1\n",
            "z/requirements.txt": "# paid with\nstripe==9.1\nflask\n",
        }
    )
    stripe = found["Stripe"]
    assert (stripe.path, stripe.line, stripe.version) == ("z/requirements.txt", 2, "==9.1")
    assert stripe.is_development is False
    assert (found["pytest"].is_development, found["Flask"].version) == (True, None)
    assert isinstance(found["HTML"].version, NotCollected)


def test_what_tests_alone_import_is_for_development() -> None:
    assert _found({"tests/test_a.py": "import moto\n"})["moto / LocalStack"].is_development is True
    assert _found({"tests/test_a.py": "import stripe\n", "z.py": "import stripe\n"})["Stripe"].path == "z.py"


def test_line_numbers_hold_behind_comments() -> None:
    text = '/* one\ntwo */\n// three\nconst stripe = require("stripe");\n'
    assert _found({"a.js": text})["Stripe"].line == 4
    assert (
        _found({"a.html": '<!-- a\nb -->\n<a href="https://calendly.com/jada">x</a>'})["Calendly"].line == 3
    )


def test_languages_by_bytes_of_own_files_the_largest_first(repo: Repo) -> None:
    repo.commit(
        {
            "a.py": "x" * 600,
            "b.js": "y" * 300,
            "run": "#!/bin/sh\n" + "z" * 90,
            "node_modules/big.js": "y" * 9000,
            "dist/app.js": "y" * 9000,
            "a.min.js": "y" * 9000,
            "README.md": "words",
        }
    )
    repo.git("update-index", "--chmod=+x", "run")
    repo.git("commit", "--quiet", "--message=may run")
    found, gaps = repo.collect("repos-technologies")
    assert gaps == []
    languages = [(one.name, one.bytes, one.share) for one in found if isinstance(one, Language)]
    assert languages == [
        ("Python", 600, Decimal("0.6000")),
        ("JavaScript", 300, Decimal("0.3000")),
        ("Shell", 100, Decimal("0.1000")),
    ]
    names = {one.name for one in found if isinstance(one, Technology)}
    assert names == {"Python", "JavaScript", "Shell"}


def test_an_empty_repository_has_nothing(repo: Repo) -> None:
    assert repo.collect("repos-technologies") == ([], [])


def test_what_cannot_be_read_is_a_gap_and_the_rest_goes_on() -> None:
    read = _all({"package.json": "{", "a.py": "import stripe\n", "b.py": "#" * (LARGEST_TEXT + 1)})
    gaps = [one for one in read if isinstance(one, NotCollected)]
    assert [one.subject for one in gaps] == ["jada-site:package.json", "jada-site:b.py"]
    assert "1 " in gaps[1].reason
    assert any(isinstance(one, Technology) and one.name == "Stripe" for one in read)


@pytest.mark.parametrize(
    "text",
    [
        "/*" * 200_000,
        '"' * 300_000,
        "import " * 60_000,
        "<a " * 150_000,
        "from " + "a," * 200_000,
        '"""' * 150_000,
        "#" + " " * 300_000 + "stripe",
        "magic" * 100_000,
        "zelle " * 90_000,
    ],
)
@pytest.mark.parametrize("path", ["a.py", "a.js", "a.html", "a.yml"])
def test_a_hostile_file_is_read_to_its_end(path: str, text: str) -> None:
    found: dict[str, Any] = dict(_found({path: text, "b.html": '<a href="https://calendly.com/x">x</a>'}))
    assert "Calendly" in found
