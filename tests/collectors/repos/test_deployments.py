"""The twenty ways to production: what each is known by, and the exact names that are read out of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.deployments import DeclaredFunction, DeclaredResource, Deployment, VariablesRead
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import Deploy, Repository

if TYPE_CHECKING:
    from tests.repos import Repo

SAM = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: dev}
Globals:
  Function:
    Runtime: python3.12
    Timeout: 10
    Environment:
      Variables: {TABLE: !Ref Bookings}
Resources:
  Book:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub "booking-${Stage}-book"
      CodeUri: src/
      Handler: book.handler
      MemorySize: 256
      Environment:
        Variables: {PAY_KEY: "{{resolve:ssm:x}}"}
      Events:
        Post: {Type: HttpApi, Properties: {Path: /book, Method: post}}
        Nightly: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
  Remind:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src/, Handler: gone.handler}
  Bookings:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: !Join ["-", [bookings, !Ref Stage]]}
"""
SAM_CONFIG = """
version = 0.1
[default.deploy.parameters]
stack_name = "booking-prod"
region = "us-west-2"
parameter_overrides = "Stage=prod"
"""
CLOUDFORMATION = """
Mappings:
  Names: {live: {Bucket: jada-site}}
Resources:
  Site:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !FindInMap [Names, live, Bucket]}
  Edge:
    Type: AWS::CloudFront::Distribution
    Properties: {DistributionConfig: {Aliases: [jada.example.com]}}
  Old:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: jada-old, Handler: index.handler, Runtime: nodejs20.x}
"""
CDK = """
import * as lambda from 'aws-cdk-lib/aws-lambda';
// new lambda.Function(this, 'Nothing', { functionName: 'nothing' })
export class S extends Stack {
  constructor(scope, id) {
    const table = new dynamodb.Table(this, 'Bookings', { tableName: 'bookings' });
    new lambda.Function(this, 'Book', {
      functionName: `booking-${stage}-book`,
      runtime: lambda.Runtime.NODEJS_20_X,
      handler: 'book.handler',
      code: lambda.Code.fromAsset('src'),
      memorySize: 512,
      timeout: Duration.seconds(20),
      environment: { TABLE: table.tableName, 'PAY_KEY': key },
    });
  }
}
"""
CDK_PYTHON = """
from aws_cdk import aws_lambda as lambda_, aws_s3 as s3
class S(Stack):
    def __init__(self, scope, id):
        s3.Bucket(self, "Site", bucket_name="jada-site")
        lambda_.Function(self, "Book", function_name="booking-book", handler="book.handler",
            runtime=lambda_.Runtime.PYTHON_3_12, code=lambda_.Code.from_asset("src"), environment={"TABLE": "x"})
"""
SERVERLESS = """
service: booking
custom:
  names:
    table: bookings-${sls:stage}
provider:
  name: aws
  runtime: nodejs20.x
  stage: ${opt:stage, 'dev'}
  environment: {TABLE: x}
functions:
  book:
    handler: src/book.handler
    memorySize: 256
    events:
      - httpApi: 'POST /book'
      - http: {path: status, method: get}
      - schedule: rate(1 hour)
resources:
  Resources:
    Bookings:
      Type: AWS::DynamoDB::Table
      Properties: {TableName: "${self:custom.names.table}"}
"""
TERRAFORM = """
variable "stage" { default = "prod" }
# resource "aws_s3_bucket" "nothing" { bucket = "nothing" }
resource "aws_lambda_function" "book" {
  function_name = "booking-${var.stage}-book"
  handler       = "book.handler"
  runtime       = "python3.12"
  memory_size   = 256
  filename      = "book.zip"
  environment {
    variables = {
      TABLE = aws_dynamodb_table.b.name
    }
  }
}
resource "aws_s3_bucket" "site" {
  bucket = "jada-${terraform.workspace}-site"
}
resource "aws_cloudfront_distribution" "d" {
  aliases = ["jada.example.com"]
}
"""
PULUMI = """
import * as aws from "@pulumi/aws";
const site = new aws.s3.Bucket("site", { bucket: "jada-site" });
new aws.lambda.Function("book", {
  name: "booking-book", handler: "book.handler", environment: { variables: { TABLE: "x" } },
});
"""
SST = """
export default $config({
  app(input) { return { name: "jada" }; },
  async run() {
    new sst.aws.Function("Book", { handler: "src/book.handler", name: "booking-book" });
    new sst.aws.StaticSite("Site", { path: "web", domain: "jada.example.com" });
  },
});
"""
SHELL = """#!/bin/bash
set -euo pipefail
# aws lambda update-function-code --function-name nothing
NAME="booking-${STAGE:-prod}"
zip -r f.zip src
aws --region us-west-2 lambda update-function-code \\
  --function-name "$NAME-api" --zip-file fileb://f.zip
aws lambda update-function-configuration --function-name booking-$ENV-api --handler src/book.handler \\
  --runtime python3.12 --environment 'Variables={TABLE=x,PAY_KEY=y}'
"""
ACTIONS = """
name: Ship
on:
  push: {branches: [main]}
permissions: {id-token: write}
jobs:
  ship:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: actions/checkout@v4
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: arn:aws:iam::123456789012:role/jada-ship
          aws-access-key-id: ${{ secrets.AWS_KEY }}
      - run: |
          npm ci
          aws s3 sync dist s3://${{ vars.BUCKET }} --delete
"""

WAYS: list[tuple[str, dict[str, str], tuple[str, ...]]] = [
    ("DEP-01", {"template.yaml": SAM, "samconfig.toml": SAM_CONFIG}, ("booking-prod",)),
    ("DEP-01", {"Makefile": "ship:\n\tsam deploy --stack-name booking\n"}, ("booking",)),
    ("DEP-02", {"infra/site.yml": CLOUDFORMATION}, ()),
    ("DEP-02", {"up.sh": "aws cloudformation deploy --stack-name jada --template-file t.yml\n"}, ("jada",)),
    ("DEP-03", {"cdk.json": '{"app": "npx ts-node bin/app.ts"}'}, ()),
    ("DEP-04", {"serverless.yml": SERVERLESS}, ("booking-${stage}",)),
    ("DEP-05", {"main.tf": TERRAFORM}, ()),
    ("DEP-06", {"Pulumi.yaml": "name: jada\nruntime: nodejs\n"}, ("jada",)),
    ("DEP-07", {"sst.config.ts": SST}, ("jada",)),
    ("DEP-08", {"amplify.yml": "version: 1\nfrontend: {artifacts: {baseDirectory: dist}}\n"}, ()),
    ("DEP-09", {".chalice/config.json": '{"app_name": "jada", "stages": {"prod": {}}}'}, ("jada-prod",)),
    ("DEP-10", {"zappa_settings.json": '{"prod": {"app_function": "a.b", "project_name": "jada"}}'}, ("jada-prod",)),
    ("DEP-11", {"app.arc": "@app\njada\n\n@http\nget /\n"}, ("jada",)),
    ("DEP-11", {"claudia.json": '{"lambda": {"name": "jada", "region": "us-west-2"}}'}, ("jada",)),
    ("DEP-12", {"deploy.sh": SHELL}, ("booking-prod-api",)),
    ("DEP-12", {"ship.py": "c.update_function_code(FunctionName='jada-api', ZipFile=z)\n"}, ("jada-api",)),
    ("DEP-12", {"ship.py": "run(['aws', 'lambda', 'publish-version', '--function-name', f'jada-{s}'])\n# subprocess"},
     ("jada-${s}",)),
    ("DEP-12", {"ship.mjs": "new UpdateFunctionCodeCommand({ FunctionName: 'jada-api' });\n"}, ("jada-api",)),
    ("DEP-13", {"package.json": '{"scripts": {"ship": "aws s3 sync site s3://jada-site"}}'}, ("jada-site",)),
    ("DEP-13", {"ship.py": "for f in r.glob('*'):\n    s3.upload_file(str(f), 'jada-site', f.name)\n"}, ("jada-site",)),
    ("DEP-13", {"a.sh": "aws s3 cp --recursive . s3://quickdump-site --acl public-read\n"}, ("quickdump-site",)),
    ("DEP-14", {".github/workflows/ship.yml": ACTIONS}, ("${vars.BUCKET}",)),
    ("DEP-15", {".gitlab-ci.yml": "ship:\n  only: x\n  script:\n    - aws s3 sync b s3://jada-site\n"}, ("jada-site",)),
    ("DEP-15", {"Jenkinsfile": "steps { sh 'rsync -a site/ me@host.example.com:/var/www' }\n"}, ("host.example.com",)),
    ("DEP-16", {"netlify.toml": '[build]\npublish = "public"\nfunctions = "fn"\n'}, ("fn",)),
    ("DEP-17", {"vercel.json": '{"name": "jada", "crons": [{"path": "/api/r", "schedule": "0 5 * * *"}]}'}, ("jada",)),
    ("DEP-18", {"wrangler.toml": 'name = "jada"\nroutes = ["jada.example.com/*"]\n'}, ("jada", "jada.example.com/*")),
    ("DEP-19", {"docs/CNAME": "Docs.example.com\n"}, ("docs.example.com",)),
    ("DEP-19", {"Makefile": "ship:\n\tmkdocs gh-deploy\n"}, ()),
    ("DEP-20", {"deploy.sh": "rsync -avz --delete ./site/ me@web.example.com:/srv\n"}, ("web.example.com",)),
    ("DEP-20", {"deploy.sh": 'ssh me@web.example.com "cd /srv && git pull"\n'}, ("web.example.com",)),
    ("DEP-20", {"fly.toml": 'app = "jada"\n'}, ("jada",)),
    ("DEP-20", {"Procfile": "web: gunicorn app\n"}, ("web",)),
]  # fmt: skip


def test_the_guide_lists_the_patterns_that_are_known() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "guide" / "audit.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (DEP-\d\d) \|", guide, re.MULTILINE) == sorted(
        {pattern for pattern, _, _ in WAYS}
    )


def _of(
    repo: Repo, files: dict[str, str]
) -> tuple[list[Deployment], list[DeclaredFunction], list[DeclaredResource]]:
    repo.commit(files)
    found, gaps = repo.collect("repos-deployments")
    assert gaps == []
    return (
        [one for one in found if isinstance(one, Deployment)],
        [one for one in found if isinstance(one, DeclaredFunction)],
        [one for one in found if isinstance(one, DeclaredResource)],
    )


@pytest.mark.parametrize(("pattern", "files", "targets"), WAYS)
def test_a_pattern_is_known_with_what_it_touches(
    repo: Repo, pattern: str, files: dict[str, str], targets: tuple[str, ...]
) -> None:
    ways, _, _ = _of(repo, files)
    assert (ways[0].pattern, ways[0].targets) == (pattern, targets)


def test_every_pattern_has_an_example() -> None:
    assert sorted({pattern for pattern, _, _ in WAYS}) == [f"DEP-{number:02}" for number in range(1, 21)]


BOOK = "import os\nTABLE = os.environ['TABLE']\nKEY = os.environ['PAY_KEY']\nLOUD = os.environ.get('LOUD')\n"


def _said(one: DeclaredFunction) -> dict[str, object]:
    """What is known of a function, by field."""
    fields = ("name", "handler", "handler_path", "handler_exists", "runtime", "memory_mb", "timeout_s", "env_names",
              "schedules", "routes", "needs", "stack")  # fmt: skip
    known = {field: getattr(one, field) for field in fields}
    return {
        field: value
        for field, value in known.items()
        if value not in ("", ()) and not isinstance(value, NotCollected)
    }


def test_a_template_of_SAM_with_the_stack_that_its_settings_make(repo: Repo) -> None:
    (way,), functions, resources = _of(
        repo, {"template.yaml": SAM, "samconfig.toml": SAM_CONFIG, "src/book.py": BOOK}
    )
    assert (way.region, way.is_production, way.is_by_hand) == ("us-west-2", True, False)
    book, remind = functions
    assert _said(book) == {
        "name": "booking-prod-book",
        "handler": "book.handler",
        "handler_path": "src/book.py",
        "handler_exists": True,
        "runtime": "python3.12",
        "memory_mb": 256,
        "timeout_s": 10,
        "env_names": ("PAY_KEY", "TABLE"),
        "schedules": ("rate(1 day)",),
        "routes": ("POST /book",),
        "needs": ("PAY_KEY", "TABLE"),
        "stack": "booking-prod",
    }
    assert (book.path, book.line, book.is_probable) == ("template.yaml", 13, False)
    assert (remind.name, remind.handler_path, remind.handler_exists) == (
        "booking-prod-Remind-${suffix}",
        "src/gone.py",
        False,
    )
    assert [(one.type, one.name, one.schedule) for one in resources] == [
        ("schedule", "booking-prod-BookNightly-${suffix}", "rate(1 day)"),
        ("table", "bookings-prod", ""),
    ]


def test_a_template_of_CloudFormation(repo: Repo) -> None:
    _, functions, resources = _of(repo, {"infra/site.yml": CLOUDFORMATION, "infra/index.js": ""})
    assert [(one.type, one.name, one.aliases) for one in resources] == [
        ("bucket", "jada-site", ()),
        ("distribution", "${AWS::StackName}-Edge-${suffix}", ("jada.example.com",)),
    ]
    assert [(one.name, one.handler, one.handler_path) for one in functions] == [
        ("jada-old", "index.handler", "infra/index.js")
    ]


def test_constructs_of_CDK_in_TypeScript(repo: Repo) -> None:
    _, functions, resources = _of(
        repo, {"cdk.json": "{}", "lib/stack.ts": CDK, "src/book.js": "process.env.TABLE;\n"}
    )
    assert [_said(one) for one in functions] == [
        {
            "name": "booking-${stage}-book",
            "handler": "book.handler",
            "handler_path": "src/book.js",
            "handler_exists": True,
            "runtime": "nodejs20.x",
            "memory_mb": 512,
            "timeout_s": 20,
            "env_names": ("PAY_KEY", "TABLE"),
            "needs": ("TABLE",),
        }
    ]
    assert [(one.type, one.name) for one in resources] == [("table", "bookings")]


def test_constructs_of_CDK_in_Python(repo: Repo) -> None:
    _, (book,), (site,) = _of(repo, {"cdk.json": "{}", "stack.py": CDK_PYTHON, "src/book.py": BOOK})
    assert (book.name, book.handler_path, book.runtime, book.env_names) == (
        "booking-book",
        "src/book.py",
        "python3.12",
        ("TABLE",),
    )
    assert (site.type, site.name) == ("bucket", "jada-site")


@pytest.mark.parametrize(
    ("script", "names"),
    [
        ({}, ["booking-${stage}-book"]),
        ({"deploy.sh": "npx sls deploy --stage prod\n"}, ["booking-prod-book"]),
        ({"deploy.sh": "sls deploy -s prod\nsls deploy -s dev\n"}, ["booking-dev-book", "booking-prod-book"]),
    ],
)
def test_a_service_of_the_Serverless_Framework_by_stage(
    repo: Repo, script: dict[str, str], names: list[str]
) -> None:
    _, functions, resources = _of(repo, {"serverless.yml": SERVERLESS, "src/book.js": "", **script})
    assert [one.name for one in functions] == names
    assert _said(functions[0]) | {"name": "", "stack": ""} == {
        "name": "",
        "stack": "",
        "handler": "src/book.handler",
        "handler_path": "src/book.js",
        "handler_exists": True,
        "runtime": "nodejs20.x",
        "memory_mb": 256,
        "env_names": ("TABLE",),
        "schedules": ("rate(1 hour)",),
        "routes": ("POST /book", "GET /status"),
    }
    assert [one.name for one in resources] == [
        name.replace("booking", "bookings").removesuffix("-book") for name in names
    ]


def test_blocks_of_Terraform(repo: Repo) -> None:
    _, (book,), resources = _of(repo, {"main.tf": TERRAFORM})
    assert (book.name, book.handler, book.memory_mb, book.env_names, book.line) == (
        "booking-prod-book",
        "book.handler",
        256,
        ("TABLE",),
        4,
    )
    assert [(one.type, one.name, one.aliases) for one in resources] == [
        ("bucket", "jada-${terraform.workspace}-site", ()),
        ("distribution", "${aws_cloudfront_distribution.d}", ("jada.example.com",)),
    ]


def test_settings_of_Terraform_that_every_run_reads_win_over_defaults(repo: Repo) -> None:
    _, (book,), _ = _of(repo, {"main.tf": TERRAFORM, "terraform.tfvars": 'stage = "live"\n'})
    assert book.name == "booking-live-book"


def test_constructs_of_Pulumi_and_SST(repo: Repo) -> None:
    _, functions, resources = _of(
        repo, {"Pulumi.yaml": "name: jada\n", "index.ts": PULUMI, "sst.config.ts": SST}
    )
    assert [(one.pattern, one.name, one.env_names) for one in functions] == [
        ("DEP-06", "booking-book", ("TABLE",)),
        ("DEP-07", "booking-book", ()),
    ]
    assert [(one.pattern, one.type, one.name, one.aliases) for one in resources] == [
        ("DEP-06", "bucket", "jada-site", ()),
        ("DEP-07", "site", "${stack}Site${suffix}", ("jada.example.com",)),
    ]


def test_functions_of_Amplify_Chalice_Zappa_and_Architect(repo: Repo) -> None:
    app = "@app.route('/book', methods=['POST'])\ndef book(): ...\n\n@app.schedule('rate(1 day)')\ndef remind(e): ...\n"
    _, functions, resources = _of(
        repo,
        {
            "amplify/backend/backend-config.json": '{"function": {"mail": {}}, "storage": {"uploads": {}}}',
            ".chalice/config.json": '{"app_name": "jada", "stages": {"prod": {"environment_variables": {"T": "x"}}}}',
            "app.py": app,
            "zappa_settings.json": '{"dev": {"app_function": "a.b", "project_name": "old"}}',
            "arc/app.arc": "@app\nboats\n@http\nget /trips/:id\n",
        },
    )
    assert [(one.pattern, one.name, one.routes or one.schedules, one.is_production) for one in functions] == [
        ("DEP-08", "mail-${env}", (), True),
        ("DEP-09", "jada-prod", ("POST /book",), True),
        ("DEP-09", "jada-prod-remind", ("rate(1 day)",), True),
        ("DEP-10", "old-dev", (), False),
        ("DEP-11", "${stack}Get${route}", ("GET /trips/:id",), True),
    ]
    assert [(one.type, one.name) for one in resources] == [("bucket", "uploads${suffix}")]


def test_a_bare_script_with_its_variables_and_continued_lines(repo: Repo) -> None:
    ways, functions, _ = _of(repo, {"deploy.sh": SHELL, "src/book.py": BOOK})
    assert [(one.line, one.words, one.targets, one.region, one.folder) for one in ways] == [
        (6, "aws lambda update-function-code", ("booking-prod-api",), "us-west-2", "f.zip"),
        (8, "aws lambda update-function-configuration", ("booking-${ENV}-api",), "", ""),
    ]
    assert all(one.is_by_hand for one in ways)
    assert [_said(one) for one in functions] == [
        {"name": "booking-prod-api"},
        {
            "name": "booking-${ENV}-api",
            "handler": "src/book.handler",
            "handler_path": "src/book.py",
            "handler_exists": True,
            "runtime": "python3.12",
            "env_names": ("PAY_KEY", "TABLE"),
            "needs": ("PAY_KEY", "TABLE"),
        },
    ]


def test_a_copy_that_opens_what_it_writes(repo: Repo) -> None:
    (copy, refresh), _, _ = _of(
        repo,
        {
            "ship.sh": "aws s3 cp ./site s3://jada-site/web/ --recursive --acl public-read\n"
            "aws cloudfront create-invalidation --distribution-id E123 --paths '/*'\n"
        },
    )
    assert (copy.targets, copy.folder, copy.access, copy.deletes) == (
        ("jada-site/web",),
        "./site",
        "public-read",
        False,
    )
    assert (refresh.targets, refresh.words) == (("E123",), "aws cloudfront create-invalidation")


def test_a_workflow_says_who_starts_it_and_with_whose_rights(repo: Repo) -> None:
    (way,), _, _ = _of(repo, {".github/workflows/ship.yml": ACTIONS})
    assert (way.branches, way.stage, way.role, way.secret_names, way.runs, way.line) == (
        ("main",),
        "production",
        "jada-ship",
        ("AWS_KEY",),
        ("DEP-13",),
        16,
    )


@pytest.mark.parametrize(
    ("step", "more"),
    [
        ("./scripts/ship.sh", {"scripts/ship.sh": "aws s3 sync site s3://jada-site\n"}),
        (
            "make ship",
            {"Makefile": "B = jada-site\n\ntest:\n\ttrue\n\nship:\n\taws s3 sync site s3://$(B)\n"},
        ),
    ],
)
def test_a_workflow_that_starts_a_script(repo: Repo, step: str, more: dict[str, str]) -> None:
    text = f"on: push\njobs:\n  a:\n    steps:\n      - run: {step}\n"
    ways, _, _ = _of(repo, {".github/workflows/a.yml": text, **more})
    (pipeline,) = [one for one in ways if one.pattern == "DEP-14"]
    assert (pipeline.runs, pipeline.targets, pipeline.branches) == (("DEP-13",), ("jada-site",), ("any",))
    assert [one.is_by_hand for one in ways] == [False, False]


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "We used to deploy with `aws s3 sync`, sam deploy and rsync to a server.\n"},
        {"deploy.sh": "# aws s3 sync site s3://jada-site\necho 'sam deploy'\n"},
        {"deploy.sh": "cat <<EOF\naws s3 sync site s3://jada-site\nEOF\n"},
        {"Makefile": "# sls deploy\nall:\n\techo done\n"},
        {"backup.sh": "aws s3 sync /var/backups s3://jada-backups\n"},
        {"restore.sh": "aws s3 sync s3://jada-site ./site\n"},
        {"a.py": '"""Runs aws lambda update-function-code."""\n# c.update_function_code(FunctionName="x")\n'},
        {"a.py": "s3.upload_file(path, 'jada-uploads', key)\n"},
        {"a.ts": "// new UpdateFunctionCodeCommand({ FunctionName: 'x' })\nconst a = 'new lambda.Function(';\n"},
        {".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    steps:\n      - run: npm test # deploy\n"},
        {".gitlab-ci.yml": "test:\n  script: [make test]\n"},
        {"config.yml": "Resources:\n  a: {Type: Thing}\n# AWS::S3::Bucket\n"},
        {"main.tf": '/* resource "aws_s3_bucket" "a" {} */\nlocals { a = "aws_s3_bucket" }\n'},
        {"up.json": '{"direction": "up"}'},
        {"app.arc": "a rainbow\n"},
        {"CNAME": "see the docs\n"},
        {"tests/deploy.sh": "aws s3 sync site s3://jada-site\n"},
        {"package.json": '{"name": "sam", "scripts": {"test": "jest"}}'},
        {"Dockerfile": "FROM python:3.12\n"},
        {"zappa_settings.json": '{"note": "zappa deploy"}'},
    ],
)  # fmt: skip
def test_words_alone_are_no_way_to_production(repo: Repo, files: dict[str, str]) -> None:
    assert _of(repo, files) == ([], [], [])


def test_what_a_readme_tells_people_to_run_is_by_hand(repo: Repo) -> None:
    (way,), functions, _ = _of(repo, {"README.md": "# Jada\n\n```sh\n$ sam deploy --stack-name jada\n```\n"})
    assert (way.pattern, way.line, way.is_by_hand, functions) == ("DEP-01", 4, True, [])


def test_a_stage_for_trying_out_is_no_production(repo: Repo) -> None:
    ways, _, _ = _of(repo, {"a.sh": "sls deploy --stage dev\n", "b.sh": "sls deploy --stage prod\n"})
    assert [one.is_production for one in ways] == [False, True]


def test_names_of_the_variables_that_code_reads(repo: Repo) -> None:
    repo.commit(
        {
            "a.py": "import os\nA = os.environ['A']\nB = os.getenv('B', 'x')\nif 'C' in os.environ: pass\n",
            "b.ts": "const { D, E = 'x' } = process.env; h(process.env.F ?? 1, process.env['G']);\n// process.env.H\n",
            "c.go": 'x := os.Getenv("I")\n',
        }
    )
    (found,), _ = repo.collect("repos-deployments")
    assert isinstance(found, VariablesRead)
    assert found.names == ("A", "B", "C", "D", "E", "F", "G", "I")
    assert found.needs == (("a.py", ("A",)), ("b.ts", ("D", "G")))


@pytest.mark.parametrize(
    "files",
    [
        {"a.py": "import os\nx = os.environ[name]\n"},
        {"a.py": "import os\nx = dict(os.environ)\n"},
        {"a.js": "run({ ...process.env });\n"},
    ],
)
def test_code_that_puts_names_together_makes_them_not_known(repo: Repo, files: dict[str, str]) -> None:
    repo.commit(files)
    (found,), _ = repo.collect("repos-deployments")
    assert isinstance(found, VariablesRead)
    assert isinstance(found.names, NotCollected)


@pytest.mark.parametrize(
    ("path", "text", "needs"),
    [
        ("a.py", "os.environ['A']\nos.environ.get('B')\nos.environ['AWS_REGION']\n", ("A",)),
        ("a.py", "try:\n    x = os.environ['A']\nexcept KeyError:\n    x = ''\n", ()),
        ("a.js", "f(process.env.A); if (process.env.B) g(); const c = process.env.C || 'x';\n", ("A",)),
        ("a.js", "const { A, B = 'b' } = process.env;\n", ("A",)),
    ],
)
def test_what_a_handler_cannot_do_without(repo: Repo, path: str, text: str, needs: tuple[str, ...]) -> None:
    sls = "service: s\nprovider: {name: aws}\nfunctions:\n  f: {handler: a.handler}\n"
    _, (function,), _ = _of(repo, {"serverless.yml": sls, path: text})
    assert function.needs == needs


SHIP = {"deploy.sh": "aws s3 sync site s3://jada-site\n"}


def _releases(repo: Repo) -> list[tuple[str, bool, str]]:
    found, _ = repo.collect("repos-releases")
    return [
        (str(one.deployed.date()), one.failed is True, str(one.restore_hours) if one.failed else one.told_by)
        for one in found
        if isinstance(one, Deploy)
    ]


def test_releases_are_told_by_tags_before_commits(repo: Repo) -> None:
    repo.commit(SHIP, "Deploy", days_ago=30)
    repo.git("tag", "v1.0")
    repo.git("tag", "nice")
    repo.commit({"a": "1"}, "Deploy again", days_ago=10)
    assert _releases(repo) == [("2026-10-21", False, "tags")]


def test_releases_without_a_tag_are_told_by_commits(repo: Repo) -> None:
    repo.commit(SHIP, "Begin", days_ago=40)
    repo.commit({"a": "1"}, "deploy: new prices", days_ago=30)
    repo.commit({"a": "2"}, "Revert prices", days_ago=29)
    repo.commit({"VERSION": "2"}, "Two", days_ago=20)
    repo.commit({"a": "3"}, "Describe deployments", days_ago=10)
    assert _releases(repo) == [("2026-10-21", True, "24"), ("2026-10-31", False, "commits")]


def test_a_repository_that_deploys_nothing_has_no_releases(repo: Repo) -> None:
    repo.commit({"a.py": ""}, "Release 1")
    repo.git("tag", "v1.0")
    assert _releases(repo) == []


@pytest.mark.parametrize(
    ("files", "tag", "expected"),
    [
        ({"a.py": ""}, "", (None, None, None)),
        ({"deploy.sh": "aws s3 sync site s3://jada\n"}, "", ("aws s3 sync in deploy.sh", True, None)),
        ({"deploy.sh": "aws s3 sync site s3://jada\n"}, "v2", ("aws s3 sync in deploy.sh", True, "tag v2")),
        ({"deploy.sh": "sls deploy --stage dev\n"}, "", ("sls deploy", False, None)),
        ({"deploy.sh": "sam deploy\n", "bin/rollback.sh": ""}, "", ("sam deploy", True, "bin/rollback.sh")),
        ({"netlify.toml": "[build]\n"}, "", ("Netlify", True, "Netlify keeps earlier releases")),
        (
            {"deploy.sh": "rsync -a s/ h.example.com:/x\n", "README.md": "Roll back: copy the old folder.\n"},
            "",
            ("rsync in deploy.sh", True, "README.md"),
        ),
        ({".github/workflows/a.yml": ACTIONS}, "", ("GitHub Actions", True, None)),
    ],
)
def test_the_repository_says_how_it_ships(
    repo: Repo, files: dict[str, str], tag: str, expected: tuple[str | None, bool | None, str | None]
) -> None:
    repo.commit(files)
    if tag:
        repo.git("tag", tag)
    found, _ = repo.collect("repos-habits")
    (record,) = [one for one in found if isinstance(one, Repository)]
    flag = None if isinstance(record.is_production, NotCollected) else record.is_production
    assert (record.deploy_method, flag, record.way_back) == expected


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"a/deploy.sh": "sls deploy --stage prod\n"}, {"a": ["s-prod-f"], "b": ["s-${stage}-f"]}),
        (
            {"README.md": "```\nsls deploy --stage live\n```\n"},
            {"a": ["s-${stage}-f"], "b": ["s-${stage}-f"]},
        ),
        ({"deploy.sh": "sls deploy --stage STAGE\n"}, {"a": ["s-${stage}-f"], "b": ["s-${stage}-f"]}),
        ({"deploy.sh": "sls deploy --stage live\n"}, {"a": ["s-live-f"], "b": ["s-live-f"]}),
    ],
)
def test_a_stage_holds_below_the_folder_of_the_script_that_names_it(
    repo: Repo, files: dict[str, str], names: dict[str, list[str]]
) -> None:
    sls = "service: s\nprovider: {name: aws}\nfunctions:\n  f: {handler: x.f}\n"
    _, functions, _ = _of(repo, {"a/serverless.yml": sls, "b/serverless.yml": sls, **files})
    found = {folder: [one.name for one in functions if one.path.startswith(folder)] for folder in names}
    assert found == names


def test_functions_of_another_provider_are_not_held_against_the_account(repo: Repo) -> None:
    sls = "service: s\nprovider: {name: openwhisk}\nfunctions:\n  f: {handler: x.f}\n"
    (way,), functions, _ = _of(repo, {"serverless.yml": sls})
    assert (way.pattern, functions) == ("DEP-04", [])


def test_a_file_that_speaks_of_templates_is_no_gap(repo: Repo) -> None:
    assert _of(repo, {"words.yml": "- [a, 'AWSTemplateFormatVersion']\n"}) == ([], [], [])


def test_a_template_that_cannot_be_read_is_a_gap(repo: Repo) -> None:
    repo.commit({"t.yml": "AWSTemplateFormatVersion: '2010-09-09'\nResources: {{ jinja }}\n  x\n"})
    _, gaps = repo.collect("repos-deployments")
    assert [(one.subject, one.reason) for one in gaps] == [
        ("jada-site:t.yml", "it is no template that can be read")
    ]


def test_releases_of_a_history_that_was_never_fetched_are_not_known(repo: Repo, tmp_path: Path) -> None:
    repo.commit(SHIP, "Begin", days_ago=40)
    repo.commit({"a": "1"}, "Deploy", days_ago=30)
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.folder}", str(tmp_path / "shallow"))
    found, gaps = type(repo)(tmp_path / "shallow").collect("repos-releases")
    assert found == []
    assert [(one.subject, one.reason) for one in gaps] == [
        ("deploy", "jada-site: its older commits were never fetched")
    ]
