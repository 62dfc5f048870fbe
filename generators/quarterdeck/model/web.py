"""What an audit sees of sites and domains from outside."""

from typing import Literal

import msgspec

from quarterdeck.model.observed import NOT_READ, Count, Day, Flag, Names, NotCollected, Observed, Text
from quarterdeck.model.values import Money

WAIT_STEPS_MS = (0, 800, 2000)
"""Waits for the first byte that people notice: the second is long, the third very long."""


class SiteCheck(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One site, as it answers or as its source reads."""

    site: str
    is_live: bool = True
    """False where only the source was read; what answers counts for more."""
    answers: Flag = NOT_READ
    silence: Text | None = NOT_READ
    """Why it does not answer, as a clause; None where it does."""
    https: Flag = NOT_READ
    """Whether all of it is served encrypted, and plain requests are sent there."""
    https_fault: Text | None = NOT_READ
    """Why it is not, as a clause; None where it is."""
    min_tls: Text = NOT_READ
    """Oldest protocol that it accepts: `TLSv1.2`."""
    tls_fault: Text | None = NOT_READ
    """What is wrong with its certificate: chain, name or term; None where browsers take it."""
    tls_issuer: Text = NOT_READ
    tls_expires: Day = NOT_READ
    mixed_content: Flag = NOT_READ
    """Whether a page loads or posts something unencrypted."""
    hsts_days: Count = NOT_READ
    """How long browsers are told to come back encrypted; 0 where they are not told."""
    lax_cookies: Names = NOT_READ
    """Names of cookies with what each lacks: `session without HttpOnly`; never a value."""
    shares_with_all: Flag = NOT_READ
    """Whether scripts of any other site may read its answers as the visitor."""
    open_files: Names | None = NOT_READ
    """Paths that should never be open and are; None where nobody asked for them."""
    robots_refuse: Flag = NOT_READ
    """Whether `robots.txt` sends every search engine away."""
    has_twin: Flag = NOT_READ
    """Whether it answers under its name with `www` and without, and neither leads to the other."""
    broken_links: Names = NOT_READ
    """Own addresses that its pages name and that are not there."""
    booking_fault: Text | None = NOT_READ
    """What is wrong where the booking link leads, as a clause; None where nothing is."""
    card_fault: Text | None = NOT_READ
    """Why the picture of its share card cannot be had; None where it can."""
    page_bytes: Count = NOT_READ
    """The home page with its own scripts, styles and pictures, as far as their size is known."""
    heavy_images: Names = NOT_READ
    """Own pictures of more than 500 KB."""
    first_byte_ms: tuple[int, ...] | NotCollected = NOT_READ
    """Which of `WAIT_STEPS_MS` each of two requests waited for longer, for the first byte."""
    from_ci: Flag = NOT_READ
    """Whether that was measured on a machine of a CI service."""
    missing_page: Count = NOT_READ
    """The status that it answers for a page that never was."""
    missing_leads_home: Flag = NOT_READ
    """Whether that answer has a link to the home page."""
    analytics: Text | None = NOT_READ
    """What counts visits; None where nothing does."""
    structured_data: Flag = NOT_READ
    booking_link: Text | None = NOT_READ
    forms_to: Names = NOT_READ
    price_shown: Flag = NOT_READ
    availability_shown: Flag = NOT_READ
    viewport: Flag = NOT_READ
    labels: Flag = NOT_READ
    """Whether fields and pictures say what they are."""

    @property
    def subject(self) -> str:
        """Its address."""
        return self.site


class Form(msgspec.Struct, frozen=True):
    """Where one form sends what visitors type."""

    to: str
    """`own`, `tool` for a service that is known, `function`, `mail`, or `foreign`."""
    host: str = ""


class PageText(msgspec.Struct, frozen=True, kw_only=True, tag="page-text", omit_defaults=True):
    """What one page says, by its HTML and the headers that came with it."""

    is_drawn: bool = False
    """Whether a script has to run before there is anything to read."""
    is_listing: bool = False
    """Whether it is a server's or bucket's own list of files."""
    is_hidden: bool = False
    """Whether search engines are told to leave it out."""
    has_frame_guard: bool = False
    """Whether other sites are kept from showing it inside theirs."""
    has_nosniff: bool = False
    has_policy: bool = False
    """Whether a content policy holds that is not open to everything."""
    has_referrer_policy: bool = False
    title: str | None = None
    is_default_title: bool = False
    """Whether it is the title that a tool puts there."""
    description: str | None = None
    language: str | None = None
    viewport: str | None = None
    canonical: str | None = None
    card_title: str | None = None
    card_image: str | None = None
    levels: tuple[int, ...] = ()
    """The levels of its headings, in their order."""
    nameless: int = 0
    """Links and buttons without words."""
    images: int = 0
    bare_images: int = 0
    """Those of them without any `alt`."""
    fields: int = 0
    bare_fields: int = 0
    """Those of them without label."""
    plain_parts: int = 0
    """Scripts, styles and frames that are loaded unencrypted."""
    plain_images: int = 0
    plain_forms: int = 0
    leaky_addresses: int = 0
    """Addresses of the page and its links that hold a token or an e-mail address."""
    prices: tuple[tuple[str, Money], ...] = ()
    """Every amount with the words before it."""
    fills_amount: bool = False
    """Whether a template puts an amount there, so that the source does not say which."""
    booking: str | None = None
    """Where one can book, buy, reserve or ask for a quote: a tool, or an address without its query."""
    shows_dates: bool = False
    contact: tuple[str, ...] = ()
    """Ways to reach somebody: `tel`, `mail`, `form`, `chat`, `address`."""
    has_terms: bool = False
    """Whether it links to terms or a rule for cancelling."""
    has_privacy: bool = False
    collects: bool = False
    """Whether a form asks visitors for something about themselves."""
    signs_in: bool = False
    """Whether a form asks for a password."""
    analytics: str | None = None
    structured: tuple[str, ...] = ()
    """Types of its structured data that search engines show."""
    is_broken_data: bool = False
    """Whether structured data stands there that nobody can read."""
    forms: tuple[Form, ...] = ()


class SitePage(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One page of a site."""

    site: str
    path: str
    """`/prices`, without what follows a question mark."""
    is_live: bool = True
    """False where its source was read."""
    purposes: tuple[str, ...] = ()
    """What links to it say that it is for: `home`, `price`, `book`, `contact`, `checkout`, …"""
    says: PageText | NotCollected = NOT_READ
    is_missed: bool = False
    """Whether it should have come and did not, so that nobody knows what it says."""

    @property
    def subject(self) -> str:
        """Its address."""
        return f"{self.site}{self.path}"


class DkimKey(msgspec.Struct, frozen=True, tag="dkim_key", omit_defaults=True):
    """One key of a domain that proves mail, as its name server answers."""

    selector: str
    """The name under which it stands."""
    state: Literal["published", "revoked", "absent"]
    target: str = ""
    """Where its name leads; empty where the key stands there itself."""
    bits: int = 0
    """Length of the key; 0 for a kind whose length says nothing."""
    is_testing: bool = False
    """Whether it asks receivers to take failures lightly."""


class DomainCheck(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One domain, as name servers and its registry answer."""

    domain: str
    registrable: Text = NOT_READ
    """The domain that somebody rents, which this one is or stands beneath."""
    expires: Day = NOT_READ
    spf: Flag = NOT_READ
    spf_records: Count = NOT_READ
    spf_lookups: Count = NOT_READ
    """Questions that a receiver must ask to read it, those of what it includes among them."""
    spf_voids: Count = NOT_READ
    """How many of them nobody answers."""
    spf_all: Text | None = NOT_READ
    """What it says of everybody else: `pass`, `neutral`, `softfail`, `fail`; None where nothing."""
    spf_allows_some: Flag = NOT_READ
    """Whether it lets anybody send."""
    spf_uses_ptr: Flag = NOT_READ
    spf_includes: Names = NOT_READ
    """Domains whose senders it lets send, as deep as they were read."""
    dkim: Flag = NOT_READ
    dkim_keys: tuple[DkimKey | NotCollected, ...] | NotCollected = NOT_READ
    """The keys that its senders sign with."""
    dmarc: Text | None = NOT_READ
    """Its policy; None where there is no record that a receiver can use."""
    dmarc_records: Count = NOT_READ
    dmarc_at: Text | None = NOT_READ
    """The domain that the record stands at; None without one."""
    dmarc_fault: Text | None = NOT_READ
    """Why receivers pass it over; None where they do not."""
    dmarc_subdomains: Text | None = NOT_READ
    """Its policy for what stands beneath it."""
    dmarc_share: Count = NOT_READ
    """Percent of mail that the policy holds for."""
    dmarc_testing: Flag = NOT_READ
    dmarc_strict: Names = NOT_READ
    """Which of `spf` and `dkim` must match to the letter."""
    dmarc_reports: Names = NOT_READ
    """Domains that reports about its mail go to."""
    dmarc_unheard: Names = NOT_READ
    """Those of them that get none: they have not agreed, or take no mail."""
    mx: Flag = NOT_READ
    mx_hosts: Names = NOT_READ
    mx_refuses: Flag = NOT_READ
    """Whether it says that it takes no mail at all."""
    mx_gone: Names = NOT_READ
    """Hosts of its mail that cannot be reached: without an address, by a second name, or by a bare number."""
    has_address: Flag = NOT_READ
    issuers: Names | None = NOT_READ
    """Who may issue certificates for it; None where anybody may."""
    name_servers: Names | None = NOT_READ
    """Those of its zone; None where it is part of another's."""
    silent_servers: Names = NOT_READ
    """Those of them that do not answer for it."""
    servers_differ: Flag = NOT_READ
    """Whether they have told different versions of the zone for more than an hour."""
    dnssec: Literal["signed", "unsigned", "broken"] | NotCollected = NOT_READ
    tls_expires: Day = NOT_READ

    @property
    def subject(self) -> str:
        """The domain."""
        return self.domain
