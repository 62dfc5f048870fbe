"""What is only known by its tags."""

from quarterdeck.model.observed import Resource


class TaggedResource(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """A resource of a service that has no collector of its own."""

    service: str = ""
    """The service as its ARN names it: `ec2`."""
