"""A sample estate: what the businesses of the sample portfolio run, with the mistakes that an audit should find.

Everything in it is invented. Names follow the sample's settings, so that most of it finds its business, and
some of it does not.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from functools import cache
from typing import Any

from quarterdeck.collectors.embedded.lacking import answer_what_is_lacking
from quarterdeck.collectors.embedded.stubs import Stubs

HOME, COAST = "us-east-1", "us-west-2"
ACCOUNT = "123456789012"
_STRANGER = "998877664821"
_FORMER = "52.4.0.0"
"""An address of the provider's that the account gave back."""


class Put:
    """Puts things into the empty cloud at an address."""

    def __init__(self, address: str) -> None:
        """The address that plays AWS."""
        self.address = address
        self.client = cache(self._client)

    def _client(self, service: str, region: str = HOME) -> Any:  # noqa: ANN401 - boto3 makes classes as it runs
        """A client that may write here; what it signs with opens nothing."""
        import boto3  # noqa: PLC0415 - heavy, and only to try things out

        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.address,
            aws_access_key_id="embedded",
            aws_secret_access_key="embedded",  # noqa: S106 - as said
        )


def estate(address: str, stubs: Stubs) -> None:
    """Put the estate into an empty cloud at an address, and answer what the local server lacks."""
    put = Put(address)
    role = _identities(put)
    _buckets(put)
    _functions(put, role)
    _tables(put)
    _interfaces(put)
    _edge(put)
    _messages(put)
    _mail(put)
    _watching(put)
    _waste(put)
    answer_what_is_lacking(stubs)


def _policy(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _trust(service: str) -> str:
    return _policy({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


def _tags(entity: str, **more: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted({"entity": entity, **more}.items())]


def _identities(put: Put) -> str:
    """People, a program with an old key, and roles; gives the role that every function has."""
    iam = put.client("iam")
    everything = _policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
    admin = iam.create_policy(PolicyName="everything", PolicyDocument=everything)["Policy"]["Arn"]
    for name in ("lee", "sam"):
        iam.create_user(UserName=name)
        iam.create_login_profile(UserName=name, Password="not-a-password-1A!")  # noqa: S106 - opens nothing
    iam.attach_user_policy(UserName="lee", PolicyArn=admin)
    iam.create_user(UserName="deploy-centaur")
    iam.create_access_key(UserName="deploy-centaur")
    iam.attach_user_policy(UserName="deploy-centaur", PolicyArn=admin)
    roles = {
        "functions": _trust("lambda.amazonaws.com"),
        "contractor": _policy(
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{_STRANGER}:root"},
                "Action": "sts:AssumeRole",
            }
        ),
    }
    for name, trust in roles.items():
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    wide = _policy({"Effect": "Allow", "Action": ["dynamodb:*", "s3:*", "ses:*"], "Resource": "*"})
    iam.put_role_policy(RoleName="functions", PolicyName="wide", PolicyDocument=wide)
    return str(iam.get_role(RoleName="functions")["Role"]["Arn"])


_BUCKETS = (
    ("jada-prod-site", "jada"),
    ("qos-prod-site", "queenofsandiego"),
    ("scc-prod-waivers", ""),
    ("quickdump-site", ""),
    ("centaur-clients", ""),
    ("harbor-backups", ""),
)
_BLOCKED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


def _buckets(put: Put) -> None:
    """Sites, one of them open by its policy as it should be; waivers that are open, and should not be."""
    s3 = put.client("s3")
    for name, entity in _BUCKETS:
        s3.create_bucket(Bucket=name)
        if entity:
            s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": _tags(entity)})
    for name in ("jada-prod-site", "harbor-backups"):
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=_BLOCKED)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for name in ("quickdump-site", "scc-prod-waivers"):
        reads = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{name}/*",
        }
        s3.put_bucket_policy(Bucket=name, Policy=_policy(reads))
    s3.put_bucket_website(
        Bucket="quickdump-site", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}}
    )


_FUNCTIONS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("jada-booking", "jada", "python3.13", {"TABLE": "jada-bookings"}),
    ("jada-waiver-mail", "jada", "nodejs18.x", {"SENDER": "sail@jada.example"}),
    ("qos-tickets", "queenofsandiego", "python3.9", {"STRIPE_MODE": "live"}),
    ("scc-roster", "", "python3.12", {"STAGE": "prod"}),
    ("quickdump-quote", "", "nodejs22.x", {}),
    ("old-import", "", "python3.8", {}),
)


def _functions(put: Put, role: str) -> None:
    """One that anyone may call, and runtimes whose support has ended."""
    lambda_ = put.client("lambda", COAST)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): return None\n")
    for name, entity, runtime, environment in _FUNCTIONS:
        lambda_.create_function(
            FunctionName=name,
            Runtime=runtime,
            Role=role,
            Handler="app.handler",
            Code={"ZipFile": code.getvalue()},
            Environment={"Variables": environment},
            Tags={"entity": entity} if entity else {},
        )
    lambda_.add_permission(
        FunctionName="scc-roster", StatementId="anyone", Action="lambda:InvokeFunction", Principal="*"
    )


_TABLES = (
    ("jada-bookings", "email", "jada"),
    ("qos-tickets", "ticket_id", "queenofsandiego"),
    ("scc-crew", "name", ""),
)


def _tables(put: Put) -> None:
    """Only one of them can be brought back."""
    dynamodb = put.client("dynamodb", COAST)
    for name, key, entity in _TABLES:
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=_tags(entity) if entity else _tags("shipcaptaincrew"),
        )
    dynamodb.update_continuous_backups(
        TableName="jada-bookings", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def _interfaces(put: Put) -> None:
    """Routes of booking, one of which changes data for anyone; an older one that calls what is gone."""
    http = put.client("apigatewayv2", COAST)
    api = http.create_api(Name="jada-booking", ProtocolType="HTTP", Tags={"entity": "jada"})["ApiId"]
    function = f"arn:aws:lambda:{COAST}:{ACCOUNT}:function:jada-booking"
    target = http.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    for route, auth in (
        ("POST /booking", "NONE"),
        ("GET /availability", "NONE"),
        ("DELETE /booking/{id}", "NONE"),
        ("PUT /booking/{id}", "AWS_IAM"),
    ):
        http.create_route(ApiId=api, RouteKey=route, AuthorizationType=auth, Target=f"integrations/{target}")
    http.create_stage(ApiId=api, StageName="prod", StageVariables={"TABLE": "jada-bookings"})
    _old_interface(put)


def _old_interface(put: Put) -> None:
    rest = put.client("apigateway", COAST)
    api = rest.create_rest_api(name="scc-roster", endpointConfiguration={"types": ["REGIONAL"]})["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    roster = rest.create_resource(restApiId=api, parentId=root, pathPart="roster")["id"]
    gone = f"arn:aws:lambda:{COAST}:{ACCOUNT}:function:scc-gone"
    for method, auth in (("GET", "NONE"), ("POST", "AWS_IAM")):
        rest.put_method(restApiId=api, resourceId=roster, httpMethod=method, authorizationType=auth)
        rest.put_integration(
            restApiId=api,
            resourceId=roster,
            httpMethod=method,
            type="AWS_PROXY",
            integrationHttpMethod="POST",
            uri=f"arn:aws:apigateway:{COAST}:lambda:path/2015-03-31/functions/{gone}/invocations",
        )
    deployed = rest.create_deployment(restApiId=api)["id"]
    rest.create_stage(restApiId=api, stageName="prod", deploymentId=deployed)
    rest.create_usage_plan(
        name="crew", apiStages=[{"apiId": api, "stage": "prod"}], throttle={"rateLimit": 5, "burstLimit": 5}
    )
    rest.create_domain_name(
        domainName="crew.shipcaptaincrew.example",
        securityPolicy="TLS_1_0",
        endpointConfiguration={"types": ["REGIONAL"]},
    )
    put.client("apigatewayv2", COAST).create_domain_name(
        DomainName="api.jada.example", DomainNameConfigurations=[{"SecurityPolicy": "TLS_1_2"}]
    )


def _edge(put: Put) -> None:
    """Distributions with an old protocol or a bucket that is gone, certificates, and names that lead nowhere."""
    acm = put.client("acm")
    for domain in ("jada.example", "queenofsandiego.example"):
        acm.request_certificate(DomainName=domain, SubjectAlternativeNames=[f"www.{domain}"])
    certificate = acm.list_certificates()["CertificateSummaryList"][0]["CertificateArn"]
    host = _distribution(
        put,
        "jada.example",
        "jada-prod-site",
        DefaultRootObject="index.html",
        ViewerCertificate={
            "ACMCertificateArn": certificate,
            "SSLSupportMethod": "sni-only",
            "MinimumProtocolVersion": "TLSv1.1_2016",
        },
    )
    _distribution(put, "queenofsandiego.example", "qos-prod-site", protocol="allow-all")
    _distribution(put, "waivers.shipcaptaincrew.example", "scc-prod-waivers")
    _distribution(put, "old.queenofsandiego.example", "qos-prod-site-2019")
    led = {"HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": host, "EvaluateTargetHealth": False}
    _zone(put, "jada.example", {"Name": "jada.example", "Type": "A", "AliasTarget": led})
    _zone(put, "shipcaptaincrew.example")


def _zone(put: Put, domain: str, *records: Mapping[str, object]) -> None:
    """One zone with a name that leads to a bucket that is gone, and one to an address that was given back."""
    route53 = put.client("route53")
    zone = route53.create_hosted_zone(Name=domain, CallerReference=domain)["HostedZone"]["Id"]
    lost = (
        (f"old.{domain}", "CNAME", "old-site.s3-website-us-east-1.amazonaws.com"),
        (f"shop.{domain}", "A", _FORMER),
    )
    everything = (
        *records,
        *(
            {"Name": name, "Type": kind, "TTL": 300, "ResourceRecords": [{"Value": value}]}
            for name, kind, value in lost
        ),
    )
    changes = [{"Action": "CREATE", "ResourceRecordSet": one} for one in everything]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def _distribution(
    put: Put, alias: str, bucket: str, *, protocol: str = "redirect-to-https", **more: object
) -> str:
    """A distribution that fetches from a bucket like anybody else; gives its address."""
    plain = {
        "CallerReference": alias,
        "Comment": alias,
        "Enabled": True,
        "Aliases": {"Quantity": 1, "Items": [alias]},
        "Origins": {
            "Quantity": 1,
            "Items": [
                {
                    "Id": bucket,
                    "DomainName": f"{bucket}.s3.amazonaws.com",
                    "S3OriginConfig": {"OriginAccessIdentity": ""},
                }
            ],
        },
        "DefaultCacheBehavior": {
            "TargetOriginId": bucket,
            "ViewerProtocolPolicy": protocol,
            "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
            "MinTTL": 0,
        },
    }
    made = put.client("cloudfront").create_distribution(DistributionConfig=plain | more)
    return str(made["Distribution"]["DomainName"])


def _messages(put: Put) -> None:
    """A queue whose dead letters wait, a topic that nobody hears, and a schedule that is switched off."""
    sqs = put.client("sqs", COAST)
    dead = sqs.create_queue(QueueName="jada-orders-dead", tags={"entity": "jada"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.create_queue(
        QueueName="jada-orders",
        Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})},
        tags={"entity": "jada"},
    )
    sqs.send_message(QueueUrl=dead, MessageBody="{}")
    put.client("sns", COAST).create_topic(Name="mail-bounces", Tags=_tags("jada"))
    put.client("events", COAST).put_rule(
        Name="qos-nightly-backup", ScheduleExpression="rate(1 day)", State="DISABLED"
    )
    put.client("secretsmanager", COAST).create_secret(Name="jada/payment", SecretString="-")
    put.client("ssm", COAST).put_parameter(Name="/quickdump/map_api_key", Value="-", Type="String")


def _mail(put: Put) -> None:
    """Identities without bounces that anyone hears."""
    ses = put.client("sesv2", COAST)
    for identity in ("jada.example", "queenofsandiego.example", "reports@quarterdeck.example"):
        ses.create_email_identity(EmailIdentity=identity)
    ses.create_configuration_set(ConfigurationSetName="reports")


def _watching(put: Put) -> None:
    """Logs that are kept for ever, one alarm that tells nobody, and no trail."""
    logs = put.client("logs", COAST)
    for name, *_ in _FUNCTIONS:
        logs.create_log_group(logGroupName=f"/aws/lambda/{name}")
    logs.put_retention_policy(logGroupName="/aws/lambda/jada-booking", retentionInDays=90)
    put.client("cloudwatch", COAST).put_metric_alarm(
        AlarmName="jada-booking-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": "jada-booking"}],
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )


def _waste(put: Put) -> None:
    """A disk, an address, a key and a firewall that serve nothing, and a server that nobody explains."""
    ec2 = put.client("ec2", COAST)
    ec2.create_volume(AvailabilityZone=f"{COAST}a", Size=40, VolumeType="gp3")
    ec2.allocate_address(Domain="vpc")
    network = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=network, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")
    ec2.run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.micro",
        TagSpecifications=[
            {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "quickdump-old-blog"}]}
        ],
    )
    put.client("kms", COAST).create_key(Description="left over")
    put.client("wafv2", COAST).create_web_acl(
        Name="quickdump-trial",
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig={
            "SampledRequestsEnabled": False,
            "CloudWatchMetricsEnabled": False,
            "MetricName": "quickdump-trial",
        },
    )
