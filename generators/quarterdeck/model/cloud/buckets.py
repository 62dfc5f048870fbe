"""S3 buckets as an audit sees them; no policy and no object is ever among it."""

from quarterdeck.model.observed import NOT_READ, Count, Flag, Number, Resource, Text


class Bucket(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One S3 bucket."""

    is_blocked: Flag = NOT_READ
    """Whether all four blocks of public access hold, by account or bucket."""
    public_grant: Text | None = NOT_READ
    """What strangers may do, such as `AllUsers READ`; None where nothing."""
    is_versioned: Flag = NOT_READ
    encryption: Text | None = NOT_READ
    is_website: Flag = NOT_READ
    expires: Flag = NOT_READ
    """Whether a rule deletes what has become old."""
    size_gb: Number = NOT_READ
    objects: Count = NOT_READ
