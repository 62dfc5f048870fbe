"""Reads the stacks of a region, and whose their tags say they are; never a template, a parameter or an output."""

from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.other import Stack
from quarterdeck.model.observed import NotCollected


@collector("aws-stacks", calls=calls("cloudformation", "DescribeStacks"), kinds=(Stack,))
def stacks(scope: Scope, aws: Aws) -> Found:
    """Every stack that was not deleted."""
    for one in aws.pages("cloudformation:DescribeStacks", "Stacks", of=Stack):
        if isinstance(one, NotCollected):
            yield one
            continue
        yield Stack(
            entity=scope.entity,
            source=scope.source("DescribeStacks"),
            name=one["StackName"],
            arn=one.get("StackId", ""),
            region=scope.region,
            tags=tuple(sorted((tag["Key"], tag["Value"]) for tag in one.get("Tags", ()))),
        )
