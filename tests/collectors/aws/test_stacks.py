"""Stacks, as a server has them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.collectors.run import MODULES
from quarterdeck.model.cloud.other import Stack

if TYPE_CHECKING:
    from tests.cloud import Cloud

_ = MODULES  # importing them is what fills the list


def test_a_stack_and_its_tags(cloud: Cloud) -> None:
    queue = {"Resources": {"Orders": {"Type": "AWS::SQS::Queue"}}}
    for name, tags in (("jada-prod", [{"Key": "entity", "Value": "jada"}]), ("bare", [])):
        cloud.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(queue), Tags=tags)
    cloud.client("cloudformation").delete_stack(StackName="bare")
    found, gaps = cloud.collect("aws-stacks")
    assert gaps == []
    (one,) = found
    assert isinstance(one, Stack)
    assert (one.name, one.tags, one.region) == ("jada-prod", (("entity", "jada"),), "us-east-1")
    assert one.arn.startswith("arn:aws:cloudformation:us-east-1:")


def test_F107_a_refused_list_is_a_gap(cloud: Cloud) -> None:
    cloud.stubs.answer("cloudformation:DescribeStacks", Refusal())
    found, (gap,) = cloud.collect("aws-stacks")
    assert (found, gap.subject, gap.reason) == ([], "stack", "DescribeStacks: AccessDenied")
