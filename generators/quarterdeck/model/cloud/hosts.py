"""What a host name says of the service that answers there."""

import re
from typing import Literal

import msgspec

HostKind = Literal["bucket", "website", "distribution", "api", "function", "balancer", "hosting", "other"]

_REGION = r"[a-z]{2}(?:-[a-z]+)+-\d"
_SUFFIX = r"\.amazonaws\.com(?:\.cn)?"
_SERVICES: tuple[tuple[HostKind, re.Pattern[str]], ...] = (
    ("website", re.compile(rf"(?:(?P<name>.+)\.)?s3-website[.-]{_REGION}{_SUFFIX}")),
    ("bucket", re.compile(rf"(?P<name>.+)\.s3(?:\.dualstack)?(?:[.-]{_REGION})?{_SUFFIX}")),
    ("distribution", re.compile(r"(?P<name>d[0-9a-z]+)\.cloudfront\.net")),
    ("api", re.compile(rf"(?P<name>[0-9a-z-]+)\.execute-api\.{_REGION}{_SUFFIX}")),
    ("function", re.compile(rf"(?P<name>[0-9a-z]+)\.lambda-url\.{_REGION}\.on\.aws")),
    ("balancer", re.compile(rf"(?P<name>.+)\.(?:elb\.{_REGION}|{_REGION}\.elb){_SUFFIX}")),
    (
        "hosting",
        re.compile(
            r"(?P<name>.+)\.(?:github\.io|gitlab\.io|bitbucket\.io|herokuapp\.com|herokudns\.com|netlify\.app"
            r"|netlify\.com|vercel\.app|vercel-dns\.com|pages\.dev|fly\.dev|onrender\.com|surge\.sh|web\.app"
            r"|firebaseapp\.com|amplifyapp\.com|elasticbeanstalk\.com|azurewebsites\.net|azureedge\.net"
            r"|trafficmanager\.net|cloudapp\.net|readthedocs\.io|myshopify\.com|webflow\.io|ghost\.io"
            r"|unbouncepages\.com|statuspage\.io|wordpress\.com)"
        ),
    ),
)
"""What stands at the end of a name, the more particular before the plainer."""


class Host(msgspec.Struct, frozen=True):
    """A host name, read."""

    kind: HostKind
    name: str = ""
    """What the service calls it: the bucket, the id of the interface; empty where the name does not say."""


def plain(host: str) -> str:
    """A name as names are compared: in small letters, without the dot at its end."""
    return host.casefold().rstrip(".")


def read_host(host: str) -> Host:
    """The service that a host name belongs to, by its ending."""
    for kind, pattern in _SERVICES:
        if found := pattern.fullmatch(plain(host).removeprefix("dualstack.")):
            return Host(kind, found["name"] or "")
    return Host("other", plain(host))


def is_under(name: str, domain: str) -> bool:
    """Whether a name is a domain, or stands beneath it."""
    return name == domain or name.endswith(f".{domain}")
