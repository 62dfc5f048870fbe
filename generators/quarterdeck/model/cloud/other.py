"""What is only known by its tags, and what makes things together."""

from quarterdeck.model.observed import Resource


class TaggedResource(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """A resource of a service that has no collector of its own."""

    service: str = ""
    """The service as its ARN names it: `ec2`."""


class Stack(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """What one template made together, and would take down together."""
