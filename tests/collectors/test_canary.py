"""A secret in every place that can hold one: none of it comes out, in whatever form, on any file or line of output."""

from __future__ import annotations

import base64
import html
import json
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
import pytest
from click.testing import CliRunner

from quarterdeck.cli import cli
from quarterdeck.collectors.embedded.estate import COAST, HOME, Put, estate
from quarterdeck.collectors.embedded.server import server
from quarterdeck.collectors.embedded.stubs import Stubs
from quarterdeck.commands import collect as command
from quarterdeck.secrets.redact import REDACTED
from tests.sites import AS_OF, a_portfolio, build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTINGS = f"""\
schema: 1
name: Fleet
as_of: {AS_OF}
aws:
  endpoint: embedded
  accounts:
    main: {{account: "123456789012", entity: boat, regions: [{HOME}, {COAST}]}}
"""

KNOWN = f"xo{'xb'}-1{secrets.token_hex(12)}"
"""What a detector knows, in signs that every name may have: it is taken out wherever it stands."""
HALF = secrets.token_hex(12)
VALUE = f"{HALF}\"<&'>\\ /é\n{HALF}"
"""What no detector knows: a value, with all that is escaped anywhere; no value may come out at all."""


class Hidden:
    """Puts both into the estate, service by service."""

    def __init__(self, put: Put) -> None:
        """Nothing is hidden yet."""
        self.put = put
        self.tags = [{"Key": "note", "Value": KNOWN}, {"Key": KNOWN, "Value": "note"}]
        self.policy = {"Version": "2012-10-17", "Statement": []}

    def document(self, **statement: Any) -> str:  # noqa: ANN401 - any part of a statement
        """A policy that holds both where it can: in the id, in a condition and in the name of who may."""
        told = {"Sid": HALF, "Effect": "Allow", "Principal": "*", "Resource": "*"}
        condition = {"StringEquals": {"aws:UserAgent": [VALUE, KNOWN]}}
        return json.dumps(
            {"Version": "2012-10-17", "Statement": [told | {"Condition": condition} | statement]}
        )

    def everywhere(self) -> None:
        """All of it."""
        self.functions()
        self.buckets()
        self.tables_and_logs()
        self.people()
        self.interfaces()
        self.messages()
        self.stores()
        self.machines()
        self.mail()
        self.edge()

    def functions(self) -> None:
        """Variables, description and tags of a function that is named by it."""
        lambda_ = self.put.client("lambda", COAST)
        role = self.put.client("iam").get_role(RoleName="functions")["Role"]["Arn"]
        code = lambda_.get_function(FunctionName="jada-booking")["Configuration"]
        assert code["Handler"] == "app.handler"
        lambda_.create_function(
            FunctionName=f"f-{KNOWN}",
            Runtime="python3.12",
            Role=role,
            Handler=f"{KNOWN}.handler",  # a name, which is kept: what a detector knows is taken out of it
            Code={"ZipFile": _archive()},
            Description=VALUE,
            Environment={
                "Variables": {"PASSWORD": VALUE, "TOKEN": KNOWN, "SECRET_NAME": HALF, "NOTE": VALUE}
            },
            Tags={"note": KNOWN},
        )
        lambda_.add_permission(
            FunctionName=f"f-{KNOWN}", StatementId=HALF, Action="lambda:InvokeFunction", Principal="*"
        )

    def buckets(self) -> None:
        """Name, tags, policy, an object with its name, and rules for pages."""
        s3 = self.put.client("s3")
        name = f"b-{KNOWN}"
        s3.create_bucket(Bucket=name)
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": self.tags})
        resource = f"arn:aws:s3:::{name}/{HALF}*"
        s3.put_bucket_policy(Bucket=name, Policy=self.document(Action="s3:GetObject", Resource=resource))
        s3.put_object(Bucket=name, Key=HALF, Body=VALUE.encode(), Metadata={"note": HALF})
        rule = {"AllowedMethods": ["PUT"], "AllowedOrigins": [f"https://{HALF}.example"]}
        s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [rule]})

    def tables_and_logs(self) -> None:
        """A row of a table, a line of a log, the words of an alarm."""
        dynamodb = self.put.client("dynamodb", COAST)
        dynamodb.put_item(TableName="jada-bookings", Item={"email": {"S": VALUE}})
        arn = dynamodb.describe_table(TableName="qos-tickets")["Table"]["TableArn"]
        dynamodb.tag_resource(ResourceArn=arn, Tags=self.tags)
        logs = self.put.client("logs", COAST)
        group = f"/app/{KNOWN}"
        logs.create_log_group(logGroupName=group, tags={"note": KNOWN})
        logs.create_log_stream(logGroupName=group, logStreamName=HALF)
        line = {"timestamp": 1_790_000_000_000, "message": VALUE}
        logs.put_log_events(logGroupName=group, logStreamName=HALF, logEvents=[line])
        self.put.client("cloudwatch", COAST).put_metric_alarm(
            AlarmName=f"a-{KNOWN}",
            AlarmDescription=VALUE,
            Namespace="Own",
            MetricName=KNOWN,
            Statistic="Sum",
            Period=300,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
        )

    def people(self) -> None:
        """A user, a role and policies."""
        iam = self.put.client("iam")
        iam.create_user(UserName=f"u-{KNOWN}", Tags=self.tags[:1])
        iam.put_user_policy(UserName=f"u-{KNOWN}", PolicyName=f"p-{KNOWN}", PolicyDocument=self._rights())
        trust = json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": HALF,
                        "Effect": "Allow",
                        "Principal": {"AWS": "arn:aws:iam::998877664821:root"},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"sts:ExternalId": HALF}},
                    }
                ],
            }
        )
        iam.create_role(RoleName=f"r-{KNOWN}", AssumeRolePolicyDocument=trust, Description=HALF)

    def _rights(self) -> str:
        told = {"Sid": HALF, "Effect": "Allow", "Action": "s3:*", "Resource": f"arn:aws:s3:::{HALF}"}
        return json.dumps({"Version": "2012-10-17", "Statement": [told]})

    def interfaces(self) -> None:
        """Variables of stages, descriptions, keys and a policy."""
        http = self.put.client("apigatewayv2", COAST)
        api = http.create_api(Name=f"i-{KNOWN}", ProtocolType="HTTP", Description=VALUE, Tags={"note": KNOWN})
        target = http.create_integration(
            ApiId=api["ApiId"],
            IntegrationType="HTTP_PROXY",
            IntegrationMethod="POST",
            IntegrationUri=f"https://hooks.example/services/{HALF}?key={HALF}",
            PayloadFormatVersion="1.0",
            RequestParameters={"overwrite:header.authorization": HALF},
        )["IntegrationId"]
        http.create_route(ApiId=api["ApiId"], RouteKey=f"POST /{KNOWN}", Target=f"integrations/{target}")
        variables = {"KEY": KNOWN, "NOTE": HALF}
        http.create_stage(ApiId=api["ApiId"], StageName="prod", StageVariables=variables, Description=VALUE)
        rest = self.put.client("apigateway", COAST)
        rest.create_rest_api(
            name=f"j-{KNOWN}", description=VALUE, policy=self.document(Action="execute-api:Invoke")
        )
        rest.create_api_key(name=HALF, value=HALF, enabled=True)

    def messages(self) -> None:
        """Names, policies and bodies of what is sent."""
        sqs = self.put.client("sqs", COAST)
        policy = self.document(Action="sqs:SendMessage")
        url = sqs.create_queue(QueueName=f"q-{KNOWN}", Attributes={"Policy": policy}, tags={"note": KNOWN})
        sqs.send_message(QueueUrl=url["QueueUrl"], MessageBody=VALUE)
        sns = self.put.client("sns", COAST)
        topic = sns.create_topic(
            Name=f"t-{KNOWN}",
            Attributes={"DisplayName": HALF, "Policy": self.document(Action="sns:Publish")},
            Tags=self.tags[:1],
        )["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=f"http://hooks.example/{HALF}")
        events = self.put.client("events", COAST)
        events.put_rule(Name=f"e-{KNOWN}", Description=HALF, ScheduleExpression="rate(1 day)")
        events.put_targets(
            Rule=f"e-{KNOWN}", Targets=[{"Id": HALF, "Arn": topic, "Input": json.dumps(VALUE)}]
        )

    def stores(self) -> None:
        """Where secrets belong."""
        store = self.put.client("secretsmanager", COAST)
        store.create_secret(Name=f"s-{KNOWN}", SecretString=VALUE, Description=VALUE, Tags=self.tags[:1])
        policy = self.document(Action="secretsmanager:GetSecretValue")
        store.put_resource_policy(SecretId=f"s-{KNOWN}", ResourcePolicy=policy)
        ssm = self.put.client("ssm", COAST)
        ssm.put_parameter(Name=f"/p/{KNOWN}", Value=VALUE, Type="String", Description=VALUE)
        ssm.put_parameter(Name="/p/safe", Value=VALUE, Type="SecureString")

    def machines(self) -> None:
        """What a server is told when it starts, and how it is called."""
        self.put.client("ec2", COAST).run_instances(
            ImageId="ami-12c6146b",
            MinCount=1,
            MaxCount=1,
            UserData=VALUE,
            TagSpecifications=[
                {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": f"m-{KNOWN}"}]}
            ],
        )
        self.put.client("kms", COAST).create_key(Description=VALUE)

    def mail(self) -> None:
        """Templates, sets, and the policy of a sender."""
        ses = self.put.client("sesv2", COAST)
        template = {"TemplateName": HALF, "SubjectPart": HALF, "TextPart": VALUE, "HtmlPart": VALUE}
        self.put.client("ses", COAST).create_template(Template=template)
        ses.create_configuration_set(ConfigurationSetName=f"c-{KNOWN}")
        ses.create_email_identity(EmailIdentity=f"{KNOWN}@stranger.example")

    def edge(self) -> None:
        """What a distribution sends its origin, and a text that proves a name."""
        cloudfront = self.put.client("cloudfront")
        listed = cloudfront.list_distributions()["DistributionList"]["Items"][0]["Id"]
        told = cloudfront.get_distribution_config(Id=listed)
        config = told["DistributionConfig"]
        config["Comment"] = HALF
        header = {"HeaderName": "x-origin", "HeaderValue": HALF}
        config["Origins"]["Items"][0]["CustomHeaders"] = {"Quantity": 1, "Items": [header]}
        cloudfront.update_distribution(Id=listed, IfMatch=told["ETag"], DistributionConfig=config)
        route53 = self.put.client("route53")
        zone = route53.list_hosted_zones()["HostedZones"][0]
        record = {
            "Name": f"_proof.{zone['Name']}",
            "Type": "TXT",
            "TTL": 60,
            "ResourceRecords": [{"Value": f'"{HALF}"'}],
        }
        change = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
        route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch=change)


def _archive() -> bytes:
    import io  # noqa: PLC0415 - for this alone
    import zipfile  # noqa: PLC0415 - likewise

    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", f"KEY = {VALUE!r}\n")
    return code.getvalue()


def _forms(secret: str) -> Iterator[tuple[str, bytes]]:
    """How a secret may be written: as it is, escaped, or encoded at each place that base64 may cut it."""
    raw = secret.encode()
    yield "plain", raw
    yield "backwards", raw[::-1]
    yield "JSON", json.dumps(secret)[1:-1].encode()
    yield "HTML", html.escape(secret).encode()
    yield "URL", quote(secret, safe="").encode()
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + raw)[-(-before * 8 // 6) :].rstrip(b"=")[:-1]
        yield f"base64 {before}", coded
        yield f"base64 {before} for addresses", coded.translate(bytes.maketrans(b"+/", b"-_"))


FORMS = [
    (f"{name} {form}", found)
    for name, secret in (("known", KNOWN), ("half", HALF), ("value", VALUE))
    for form, found in _forms(secret)
]


def _leaks(where: str, data: bytes) -> list[str]:
    return [f"{where}: {form}" for form, found in FORMS if found in data]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A portfolio after its estate with the secrets in it was looked at, and what was printed."""
    root = a_portfolio(tmp_path_factory.mktemp("canary") / "p", SETTINGS)
    stubs = Stubs()
    with server(stubs=stubs) as address, pytest.MonkeyPatch.context() as patch:
        put = Put(address)
        estate(address, stubs)
        Hidden(put).everywhere()

        @contextmanager
        def _cloud(_settings: object, _wanted: object) -> Iterator[str]:
            yield address

        patch.setattr(command, "_endpoint", _cloud)
        done = CliRunner().invoke(cli, ["collect", "--portfolio", str(root), "aws", "ses"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return root, done.output


def test_the_search_finds_each_form() -> None:
    for secret in (KNOWN, HALF, VALUE):
        told = (
            secret,
            json.dumps(secret),
            html.escape(secret),
            quote(secret),
            secret.encode().hex(),
            *(base64.b64encode(f"{'x' * before}{secret}y".encode()).decode() for before in range(3)),
        )
        assert [one for one in told if not _leaks("", one.encode())] == []


def test_what_holds_the_secret_was_seen(collected: tuple[Path, str]) -> None:
    root, _ = collected
    found = {str(file.relative_to(root)): file.read_bytes() for file in (root / "evidence").rglob("*.json")}
    jobs = msgspec.json.decode(found.pop("evidence/run.json"))["jobs"]
    assert [one["job"] for one in jobs if one["stopped"]] == []
    for name, variable in (("lambda", "PASSWORD"), ("apigateway", "KEY")):
        assert f'"{variable}"'.encode() in found[f"evidence/aws/main/{COAST}/{name}.json"], (
            "its value was looked at"
        )
    marked = {name.rpartition("/")[2] for name, data in found.items() if REDACTED.encode() in data}
    assert {
        "apigateway.json",
        "s3.json",
        "lambda.json",
        "iam.json",
        "logs.json",
        "cloudwatch.json",
        "sns.json",
        "sqs.json",
        "events.json",
        "secrets.json",
        "dynamodb.json",
        "ses.json",
        "waste.json",
    } <= marked


def test_no_file_of_evidence_holds_it(collected: tuple[Path, str]) -> None:
    root, printed = collected
    found = [
        leak
        for file in sorted(root.rglob("*"))
        if file.is_file()
        for leak in _leaks(str(file.relative_to(root)), file.read_bytes())
    ]
    assert found + _leaks("printed", printed.encode()) == []


def test_no_page_holds_it(collected: tuple[Path, str]) -> None:
    root, _ = collected
    done = build(root)
    assert done.returncode == 0, done.stderr
    written = [file for file in sorted((root / "build").rglob("*")) if file.is_file()]
    assert [file for file in written if file.suffix == ".html"]
    found = [leak for file in written for leak in _leaks(str(file.relative_to(root)), file.read_bytes())]
    assert found + _leaks("printed", f"{done.stdout}{done.stderr}".encode()) == []
