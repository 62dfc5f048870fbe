"""Reads the tags of everything in a region, a hundred things a question."""

from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.other import TaggedResource
from quarterdeck.model.observed import NotCollected

_SERVICE = 2


@collector(
    "aws-tags",
    calls=calls("resourcegroupstaggingapi", "GetResources", prefix="tag"),
    kinds=(TaggedResource,),
)
def tags(scope: Scope, aws: Aws) -> Found:
    """Every tagged thing of a region; the stack that made it is among its tags."""
    for one in aws.pages(
        "resourcegroupstaggingapi:GetResources",
        "ResourceTagMappingList",
        of=TaggedResource,
        ResourcesPerPage=100,
    ):
        if isinstance(one, NotCollected):
            yield one
            continue
        arn = one["ResourceARN"]
        parts = arn.split(":")
        yield TaggedResource(
            entity=scope.entity,
            source=scope.source("GetResources"),
            name=arn.rpartition(":")[2].rpartition("/")[2],
            arn=arn,
            region=scope.region,
            service=parts[_SERVICE] if len(parts) > _SERVICE else "",
            tags=tuple(sorted((tag["Key"], tag["Value"]) for tag in one.get("Tags", ()))),
        )
