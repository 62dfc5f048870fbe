"""What an audit sees of sites and domains from outside."""

from quarterdeck.model.observed import NOT_READ, Count, Day, Flag, Names, Observed, Text


class SiteCheck(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One site, as it answers or as its source reads."""

    site: str
    is_live: bool = True
    """False where only the source was read; what answers counts for more."""
    answers: Flag = NOT_READ
    https: Flag = NOT_READ
    """Whether all of it is served encrypted, and plain requests are sent there."""
    min_tls: Text = NOT_READ
    """Oldest protocol that it accepts: `TLSv1.2`."""
    mixed_content: Flag = NOT_READ
    """Whether a page loads or posts something unencrypted."""
    tls_expires: Day = NOT_READ
    analytics: Text | None = NOT_READ
    """What counts visits; None where nothing does."""
    structured_data: Flag = NOT_READ
    booking_link: Text | None = NOT_READ
    forms_to: Names = NOT_READ
    price_shown: Flag = NOT_READ
    availability_shown: Flag = NOT_READ
    viewport: Flag = NOT_READ
    page_bytes: Count = NOT_READ
    labels: Flag = NOT_READ
    """Whether fields and pictures say what they are."""

    @property
    def subject(self) -> str:
        """Its address."""
        return self.site


class DomainCheck(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One domain, as name servers and its registry answer."""

    domain: str
    expires: Day = NOT_READ
    spf: Flag = NOT_READ
    dkim: Flag = NOT_READ
    dmarc: Text | None = NOT_READ
    """Its policy; None where there is no record."""
    mx: Flag = NOT_READ
    tls_expires: Day = NOT_READ

    @property
    def subject(self) -> str:
        """The domain."""
        return self.domain
