"""What is read of functions, against a server of one's own."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from quarterdeck.collectors.embedded.lacking import answer_what_is_lacking
from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.collectors.run import MODULES
from quarterdeck.model.cloud.buckets import BucketEvents
from quarterdeck.model.cloud.functions import EventSource, Function
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import FoundSecret
from tests.cloud import NUMBER, TAKEN_AT

if TYPE_CHECKING:
    from tests.cloud import Cloud

_ = MODULES  # importing them is what fills the list

ARN = f"arn:aws:lambda:us-east-1:{NUMBER}:function:resize"
SECRET = "sk_" + "live_" + "4fJ8kQ2mZ7xW1vB9nC3rT6yH"


def archive() -> bytes:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as kept:
        kept.writestr("app.py", "def handler(event, context): return None\n")
    return code.getvalue()


def made(cloud: Cloud, name: str = "resize", **fields: Any) -> Any:  # noqa: ANN401 - a client, and any field
    answer_what_is_lacking(cloud.stubs)
    iam, lambda_ = cloud.client("iam"), cloud.client("lambda")
    if not iam.list_roles()["Roles"]:
        iam.create_role(RoleName="runner", AssumeRolePolicyDocument="{}")
    known = {"Runtime": "python3.12", "Handler": "app.handler", "Code": {"ZipFile": archive()}}
    role = f"arn:aws:iam::{NUMBER}:role/runner"
    lambda_.create_function(FunctionName=name, Role=role, **(known | fields))
    cloud.stubs.asked.clear()
    return lambda_


def the_function(cloud: Cloud) -> Function:
    seen, gaps = cloud.collect("aws-lambda")
    assert gaps == []
    return next(one for one in seen if isinstance(one, Function))


def allowed(lambda_: Any, action: str, principal: str, **fields: str) -> None:  # noqa: ANN401 - a client
    lambda_.add_permission(
        FunctionName="resize", StatementId=f"s{len(fields)}", Action=action, Principal=principal, **fields
    )


def test_a_plain_function(cloud: Cloud) -> None:
    made(cloud)
    one = the_function(cloud)
    assert (one.name, one.arn, one.runtime) == ("resize", ARN, "python3.12")
    assert (one.memory_mb, one.timeout_s, one.role) == (128, 3, f"arn:aws:iam::{NUMBER}:role/runner")
    assert (one.env_names, one.secret_names, one.literal_names) == ((), (), ())
    assert (one.is_url_open, one.is_public, one.strangers, one.is_unscoped) == (False, False, (), False)
    assert (one.is_async, one.is_behind_api, one.keeps_failed, one.is_stopped) == (False, False, None, False)
    assert (one.invocations_30d, one.errors_30d, one.throttles_30d) == (0, 0, 0)
    assert (one.longest_ms, one.average_ms, one.foreign_layers) == (None, None, ())
    assert isinstance(one.last_modified, date)


def test_what_is_asked_is_little(cloud: Cloud) -> None:
    for name in ("one", "two", "resize"):
        made(cloud, name)
    cloud.collect("aws-lambda")
    asked = {call: times for call, times in cloud.stubs.asked.items() if call.startswith("lambda")}
    assert asked == {
        "lambda:ListFunctions": 1,
        "lambda:GetPolicy": 3,
        "lambda:GetAccountSettings": 1,
        "lambda:ListEventSourceMappings": 1,
    }


def test_no_value_of_a_variable_is_kept(cloud: Cloud) -> None:
    made(
        cloud, Environment={"Variables": {"STRIPE_KEY": SECRET, "JWT_SECRET": "hunter2x", "STAGE": "prod-x"}}
    )
    seen, _ = cloud.collect("aws-lambda")
    written = msgspec.json.encode(seen).decode()
    assert [value for value in (SECRET, "hunter2x", "prod-x") if value in written] == []
    function = next(one for one in seen if isinstance(one, Function))
    secret = next(one for one in seen if isinstance(one, FoundSecret))
    assert function.env_names == ("JWT_SECRET", "STAGE", "STRIPE_KEY")
    assert (function.secret_names, function.secrets_are_grave) == (("STRIPE_KEY",), True)
    assert function.literal_names == ("JWT_SECRET",)
    assert (secret.place, secret.path, secret.detector) == ("resize", "STRIPE_KEY", "stripe_live_secret")
    assert isinstance(secret.fingerprint, NotCollected)


def test_variables_that_cannot_be_read_are_a_gap(cloud: Cloud) -> None:
    made(cloud)
    refused = {"Error": {"ErrorCode": "AccessDeniedException", "Message": "no key"}}
    told = {"FunctionName": "resize", "FunctionArn": ARN, "Environment": refused, "Version": "$LATEST"}
    cloud.stubs.answer("lambda:ListFunctions", {"Functions": [told]})
    one = the_function(cloud)
    gap = NotCollected("aws-lambda", "resize", "ListFunctions: variables: AccessDeniedException")
    assert (one.env_names, one.secret_names, one.literal_names) == (gap, gap, gap)
    assert isinstance(one.runtime, NotCollected)


def test_anyone_may_call(cloud: Cloud) -> None:
    allowed(made(cloud), "lambda:InvokeFunction", "*")
    one = the_function(cloud)
    assert (one.is_public, one.is_url_open) == (True, False)
    assert cloud.stubs.asked["lambda:ListFunctionUrlConfigs"] == 0


def test_anyone_may_call_the_address(cloud: Cloud) -> None:
    allowed(made(cloud), "lambda:InvokeFunctionUrl", "*", FunctionUrlAuthType="NONE")
    url = {
        "FunctionUrl": "https://x.lambda-url.test/",
        "FunctionArn": ARN,
        "AuthType": "NONE",
        "CreationTime": "2024-05-01T00:00:00.000000+0000",
        "LastModifiedTime": "2024-05-01T00:00:00.000000+0000",
        "Cors": {"AllowOrigins": ["*"], "AllowCredentials": True},
    }
    cloud.stubs.answer("lambda:ListFunctionUrlConfigs", {"FunctionUrlConfigs": [url]})
    one = the_function(cloud)
    assert (one.url, one.is_url_open, one.is_public) == ("https://x.lambda-url.test/", True, False)
    assert one.url_cors == "credentials"
    cloud.stubs.answer("lambda:ListFunctionUrlConfigs", Refusal("AccessDeniedException"))
    assert isinstance(the_function(cloud).is_url_open, NotCollected)


def test_an_alias_has_a_policy_of_its_own(cloud: Cloud) -> None:
    lambda_ = made(cloud)
    version = lambda_.publish_version(FunctionName="resize")["Version"]
    lambda_.create_alias(FunctionName="resize", Name="live", FunctionVersion=version)

    cloud.collect("aws-lambda")
    assert cloud.stubs.asked["lambda:GetPolicy"] == 2


def test_services_that_call(cloud: Cloud) -> None:
    lambda_ = made(cloud)
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="inbound")
    allowed(lambda_, "lambda:InvokeFunction", "s3.amazonaws.com", SourceArn="arn:aws:s3:::inbound")
    notice = {"LambdaFunctionArn": ARN, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="inbound", NotificationConfiguration={"LambdaFunctionConfigurations": [notice]}
    )
    seen, gaps = cloud.collect("aws-lambda")
    function, events = seen
    assert gaps == []
    assert isinstance(function, Function)
    assert isinstance(events, BucketEvents)
    assert (function.is_async, function.keeps_failed, function.is_unscoped) == (True, False, False)
    assert (events.name, events.targets, events.elsewhere) == ("inbound", (ARN,), 0)


def test_a_queue_that_is_read(cloud: Cloud) -> None:
    lambda_ = made(cloud)
    sqs = cloud.client("sqs")
    sqs.create_queue(QueueName="orders")
    queue = f"arn:aws:sqs:us-east-1:{NUMBER}:orders"
    lambda_.create_event_source_mapping(EventSourceArn=queue, FunctionName="resize", Enabled=False)
    seen, _ = cloud.collect("aws-lambda")
    source = next(one for one in seen if isinstance(one, EventSource))
    assert (source.name, source.arn, source.source_arn) == ("resize", ARN, queue)
    assert (source.is_on, source.fault, source.keeps_failed) == (False, None, False)


def test_a_reservation_of_nothing_stops_it(cloud: Cloud) -> None:
    made(cloud).put_function_concurrency(FunctionName="resize", ReservedConcurrentExecutions=0)
    limit = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 900}
    cloud.stubs.answer("lambda:GetAccountSettings", {"AccountLimit": limit})
    one = the_function(cloud)
    assert (one.is_stopped, one.reserved) == (True, 0)


def test_what_has_no_reservation_runs_with_all_others(cloud: Cloud) -> None:
    made(cloud)
    assert the_function(cloud).reserved is None, "the account has none, so that nothing is asked"
    limit = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 900}
    cloud.stubs.answer("lambda:GetAccountSettings", {"AccountLimit": limit})
    cloud.stubs.answer("lambda:GetFunctionConcurrency", {})
    assert the_function(cloud).reserved is None
    cloud.stubs.answer("lambda:GetFunctionConcurrency", Refusal("AccessDeniedException"))
    one = the_function(cloud)
    assert isinstance(one.reserved, NotCollected)
    assert isinstance(one.is_stopped, NotCollected)


def test_layers_of_strangers(cloud: Cloud) -> None:
    made(cloud)
    layers = [
        {"Arn": f"arn:aws:lambda:us-east-1:{account}:layer:{name}:1"}
        for account, name in ((NUMBER, "own"), ("017000801446", "tools"), ("999988884821", "odd"))
    ]
    told = {"FunctionName": "resize", "FunctionArn": ARN, "Layers": layers, "Version": "$LATEST"}
    cloud.stubs.answer("lambda:ListFunctions", {"Functions": [told]})
    assert the_function(cloud).foreign_layers == ("odd of account ending 4821",)


def test_its_load_is_measured(cloud: Cloud) -> None:
    made(cloud)
    points = [
        {
            "MetricName": name,
            "Dimensions": [{"Name": "FunctionName", "Value": "resize"}],
            "Timestamp": TAKEN_AT.replace(hour=1),
            "Value": value,
        }
        for name, value in (("Invocations", 100.0), ("Errors", 7.0), ("Duration", 2500.0))
    ]
    cloud.client("cloudwatch").put_metric_data(Namespace="AWS/Lambda", MetricData=points)
    one = the_function(cloud)
    assert (one.invocations_30d, one.errors_30d, one.throttles_30d) == (100, 7, 0)
    assert (one.longest_ms, one.average_ms) == (Decimal(2500), Decimal(2500))


def test_a_refused_policy_is_a_gap_in_its_fields_alone(cloud: Cloud) -> None:
    made(cloud)
    cloud.stubs.answer("lambda:GetPolicy", Refusal("AccessDeniedException"))
    one = the_function(cloud)
    gap = NotCollected("aws-lambda", "resize", "GetPolicy: AccessDeniedException")
    assert (one.is_public, one.strangers, one.is_unscoped, one.is_async) == (gap, gap, gap, gap)
    assert (one.runtime, one.env_names) == ("python3.12", ())


def test_functions_that_cannot_be_listed_are_a_gap(cloud: Cloud) -> None:
    made(cloud)
    cloud.stubs.answer("lambda:ListFunctions", Refusal("AccessDeniedException"))
    seen, gaps = cloud.collect("aws-lambda")
    assert seen == []
    assert gaps == [NotCollected("aws-lambda", "function", "ListFunctions: AccessDeniedException")]


def test_what_a_function_costs_by(cloud: Cloud) -> None:
    made(cloud, "tides").publish_version(FunctionName="tides")
    cloud.stubs.answer(
        "lambda:GetAccountSettings",
        {"AccountLimit": {"TotalCodeSize": 1000}, "AccountUsage": {"TotalCodeSize": 500}},
    )
    (one,) = [found for found in cloud.collect("aws-lambda")[0] if isinstance(found, Function)]
    assert (one.versions, one.code_share, one.processor) == (1, Decimal("0.5"), "x86_64")
    assert (one.layers, one.network, one.key) == (0, None, None)
    cloud.stubs.answer("lambda:GetAccountSettings", Refusal())
    (one,) = [found for found in cloud.collect("aws-lambda")[0] if isinstance(found, Function)]
    assert isinstance(one.code_share, NotCollected)
