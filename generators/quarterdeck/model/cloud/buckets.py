"""S3 buckets as an audit sees them; no policy and no object is ever among it."""

from quarterdeck.model.cloud.reach import Reached
from quarterdeck.model.observed import NOT_READ, Count, Day, Flag, Names, Number, Observed, Resource, Text


class AccountBlock(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """What one account blocks for all its buckets."""

    account: str
    """What the settings call it."""
    is_on: Flag = NOT_READ
    """Whether all four blocks of public access hold for every bucket."""
    off: Names = NOT_READ
    """Names of the blocks that do not."""
    bare: Names = NOT_READ
    """Buckets that do not block everything by themselves."""

    @property
    def subject(self) -> str:
        """Name of the account."""
        return self.account


class Bucket(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One S3 bucket."""

    is_blocked: Flag = NOT_READ
    """Whether all four blocks of public access hold, by account or bucket."""
    is_blocked_above: Flag = NOT_READ
    """Whether all four hold for every bucket of the account."""
    public_grant: Text | None = NOT_READ
    """What strangers may do, such as `list and read`; None where nothing."""
    reads: Reached = NOT_READ
    """Who may read objects, after what is blocked."""
    lists: Reached = NOT_READ
    writes: Reached = NOT_READ
    """Who may put, delete or restore objects, or change who may."""
    sleeping: Text | None = NOT_READ
    """What strangers could do if nothing were blocked; None where nothing."""
    strangers: Names = NOT_READ
    """Accounts that nobody named and that get in: `account ending 4821`."""
    is_unscoped: Flag = NOT_READ
    """Whether a service of the provider may use it for any customer."""
    has_grants: Flag = NOT_READ
    """Whether its access list gives something to others than the owner and the delivery of logs."""
    owner_enforced: Flag | None = NOT_READ
    """Whether access lists are switched off; None where it was not asked, since nothing depends on it."""
    refuses_http: Flag = NOT_READ
    """Whether it denies every request that is not encrypted on its way."""
    is_versioned: Flag = NOT_READ
    encryption: Text | None = NOT_READ
    logs_to: Text | None = NOT_READ
    """The bucket that its access log goes to; None where nothing is logged."""
    is_website: Flag = NOT_READ
    """Whether it answers as a web site to somebody."""
    cors_writes: Flag | None = NOT_READ
    """Whether pages of any site may write to it; None where it was not asked: nothing but programs gets to it."""
    expires: Flag = NOT_READ
    """Whether a rule deletes what has become old."""
    proof: Text | None = NOT_READ
    """Why it is taken to hold what must not be erased, such as logs or backups; None where it is not."""
    is_locked: Flag | None = NOT_READ
    """Whether what it holds cannot simply be erased; None where it was not asked."""
    is_at_home: Flag = NOT_READ
    """Whether it stands in a region that the settings name."""
    access_points: Names = NOT_READ
    """Further doors to it that are open to the internet by themselves."""
    size_gb: Number = NOT_READ
    objects: Count = NOT_READ
    created: Day = NOT_READ
    most_objects_30d: Count = NOT_READ
    """Most objects that were counted in 30 days; an empty bucket is not counted, which is none."""
    ends_uploads: Flag = NOT_READ
    """Whether a rule removes uploads that were never finished."""
    ends_versions: Flag = NOT_READ
    """Whether a rule deletes old versions."""
    cools: Flag = NOT_READ
    """Whether a rule moves what is old to where keeping it is cheaper."""
    key: Text | None = NOT_READ
    """The key that encrypts it by default; None for the provider's own."""


class BucketEvents(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """Whom one bucket tells of its objects; its name and ARN are the bucket's."""

    targets: Names = NOT_READ
    """ARNs of the functions, queues and topics of this account that are told."""
    elsewhere: Count = NOT_READ
    """How many of other accounts are."""
