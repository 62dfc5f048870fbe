"""A sample estate: what the businesses of the sample portfolio run, with the mistakes that an audit should find."""

from typing import Any

from quarterdeck.collectors.embedded.stubs import Stubs

_TABLES = (("jada-bookings", "email"), ("jada-waivers", "guest_id"), ("qos-tickets", "ticket_id"))


def estate(address: str, stubs: Stubs) -> None:
    """Put the estate into an empty cloud at an address, and answer what the local server lacks."""
    dynamodb = _client(address, "dynamodb")
    for name, key in _TABLES:
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
    stubs.answer("backup:ListProtectedResources", {"Results": []})


def _client(address: str, service: str) -> Any:  # noqa: ANN401 - boto3 makes classes as it runs
    """A client that may write here; what it signs with opens nothing."""
    import boto3  # noqa: PLC0415 - heavy, and only to try things out

    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=address,
        aws_access_key_id="embedded",
        aws_secret_access_key="embedded",  # noqa: S106 - as said
    )
