"""Detectors of private keys, signed tokens, and passwords within addresses (SEC-53 to SEC-57)."""

import re

from quarterdeck.model.severity import Severity
from quarterdeck.secrets.guards import (
    address_password,
    database_password,
    encrypted_key,
    is_literal,
    signed_token,
)
from quarterdeck.secrets.shapes import Detector, Pattern, named, shown

_BREAK = r"(?:\\r|\\n|\s|\"|\+|,|'){1,12}"
_DATABASES = ("postgres", "mysql", "mariadb", "mongodb", "redis", "amqp", "mssql", "sqlserver", "clickhouse")
_USER = r"[^\s:/@\"'<>`]{0,80}"
_WORD = r"(?P<value>[^\s/@\"'<>`]{2,200})"
PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    rf"{_BREAK}(?:[\w-]{{1,30}}: [^\r\n\\]{{0,120}}(?:\\r|\\n|[\r\n]){{1,4}}[ \t]{{0,20}}){{0,4}}"
    rf"[A-Za-z0-9+/=]{{20,}}(?:{_BREAK}[A-Za-z0-9+/=]{{20,400}}){{0,200}}"
    rf"(?:{_BREAK}[A-Za-z0-9+/=]{{1,19}}(?={_BREAK}-----))?"
)

KEYS = (
    Detector(
        code="SEC-53",
        name="private_key_block",
        severity=Severity.CRITICAL,
        use="signing",
        finds="A private key in the form PEM, over lines or escaped in one; one with a passphrase is low.",
        passes="Public keys, certificates, and a header without a body.",
        patterns=(Pattern(marks=("private key",), look=PRIVATE_KEY, guard=encrypted_key),),
    ),
    Detector(
        code="SEC-54",
        name="database_address",
        severity=Severity.CRITICAL,
        finds="The address of a database or queue with a password in it: high on a private host.",
        passes="Addresses whose password is a reference; the word that everybody has on this machine is low.",
        patterns=(
            Pattern(
                marks=(
                    *(f"{one}://" for one in _DATABASES),
                    *("postgresql://", "postgresql+", "mysql+", "rediss://", "amqps://", "mongodb+srv://"),
                ),
                look=re.compile(
                    r"(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|sqlserver|clickhouse)(?:\+[a-z0-9]{2,12})?"
                    rf"://{_USER}:{_WORD}@(?=[\w\[.-])"
                ),
                guard=database_password,
                floor=0,
                is_random=False,
            ),
        ),
    ),
    Detector(
        code="SEC-55",
        name="address_with_password",
        severity=Severity.HIGH,
        finds="An address of the web, of files, mail or a shell with user and password in it.",
        passes="The words for user and password, and tokens that are references.",
        patterns=(
            Pattern(
                marks=(
                    "http://",
                    "https://",
                    "ftp://",
                    "ftps://",
                    "sftp://",
                    "smtp://",
                    "smtps://",
                    "ssh://",
                ),
                look=re.compile(
                    rf"(?<![A-Za-z])(?:https?|s?ftps?|smtps?|ssh)://{_USER}:{_WORD}@(?=[\w\[.-])"
                ),
                guard=address_password,
                floor=0,
                is_random=False,
            ),
        ),
    ),
    Detector(
        code="SEC-56",
        name="jwt_signing_secret",
        severity=Severity.HIGH,
        use="signing",
        finds="What sessions, cookies or tokens are signed with, by the name that it is given.",
        passes="Public keys that verify, and references.",
        is_precise=False,
        patterns=(
            named(
                "",
                (
                    "secret",
                    "signing",
                    "csrf",
                    "nextauth",
                    "jwt",
                    "session_key",
                    "cookie_key",
                    "sessionkey",
                    "cookiekey",
                ),
                r"(?:jwt|session|cookie|signing|csrf|nextauth)[\w.-]*(?:secret|key)$|(?:^|[_.])secret[_-]?key(?:_base)?$|(?:^|_)signing[_-]?secret$",
                r"[^\s]{8,250}",
                guard=is_literal,
                floor=2.5,
                is_random=False,
            ),
        ),
    ),
    Detector(
        code="SEC-57",
        name="signed_token_in_file",
        severity=Severity.MEDIUM,
        use="signing",
        finds="A signed token for the web that has not ended.",
        passes="Keys for anonymous use, and the token of documentation; one that has ended is a note.",
        patterns=(
            shown(
                "",
                "eyj",
                r"eyJ[A-Za-z0-9_-]{10,500}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{20,700}",
                guard=signed_token,
            ),
        ),
    ),
)
