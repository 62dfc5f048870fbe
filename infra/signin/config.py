"""What the function must be told before it starts; what is missing is named, and no value is ever repeated (F-185)."""

import re
from collections.abc import Mapping
from email.utils import parseaddr
from typing import Final, NamedTuple

SHORTEST_SECRET: Final = 32
_FEWEST_CHARACTERS: Final = 8
_SITE: Final = re.compile(r"https://[a-z0-9.-]+|http://(?:localhost|127\.0\.0\.1)(?::[0-9]{1,5})?")


class ConfigError(Exception):
    """A setting is missing or of no use: its name and what belongs there."""


class Config(NamedTuple):
    """Where the function works, for whom, and in whose name it mails."""

    table: str
    """Name of the DynamoDB table."""
    site_url: str
    """`https://reports.example.com`: every link begins so, whatever a request calls the host (F-190)."""
    site_name: str
    mail_from: str
    """`Harbor Group reports <reports@example.com>`, or the address alone."""
    mail_region: str
    """Region of the mail service; empty for the function's own."""
    origin_secret: str
    """What the distribution sends with each request, so that nobody comes past it; also keys what is counted."""

    @property
    def host(self) -> str:
        """Whom tokens are made for."""
        return self.site_url.partition("://")[2]


def config_of(environ: Mapping[str, str]) -> Config:
    """Read the settings from environment variables.

    Raises:
        ConfigError: One is missing or of no use; the message names it, and holds no value.
    """
    site_url = _needed(environ, "SITE_URL").removesuffix("/").lower()
    if not _SITE.fullmatch(site_url):
        raise ConfigError(
            "SITE_URL: needs the site's address without a path, such as https://reports.example.com"
        )
    mail_from = _needed(environ, "MAIL_FROM")
    if "@" not in parseaddr(mail_from)[1]:
        raise ConfigError("MAIL_FROM: needs the address that mails come from")
    secret = _needed(environ, "ORIGIN_SECRET")
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < _FEWEST_CHARACTERS:
        raise ConfigError(f"ORIGIN_SECRET: needs at least {SHORTEST_SECRET} random characters")
    return Config(
        table=_needed(environ, "TABLE"),
        site_url=site_url,
        site_name=_needed(environ, "SITE_NAME"),
        mail_from=mail_from,
        mail_region=environ.get("MAIL_REGION", ""),
        origin_secret=secret,
    )


def _needed(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise ConfigError(f"{name}: is not set")
    if not value.isprintable():
        raise ConfigError(f"{name}: needs text on one line")
    return value
