"""Detectors of keys to clouds and hosting (SEC-12 to SEC-25)."""

import re

from quarterdeck.model.severity import Severity
from quarterdeck.secrets.guards import (
    has_digit_and_letter,
    in_server_code,
    is_mixed,
    signed_link,
)
from quarterdeck.secrets.shapes import Detector, Pattern, named, shown, whole

_AWS = "Amazon Web Services"
_LASTING_ID = whole("AKIA[A-Z0-9]{16}")
_PASSING_ID = whole("ASIA[A-Z0-9]{16}")
_LONG_ID = r"(?<!Credential=){}[A-Z0-9]{{16}}"
_SECRET = re.compile(
    r"(?<![A-Za-z0-9/+])(?=[A-Za-z/+]{0,39}[0-9])(?=[^a-z]{0,39}[a-z])(?=[^A-Z]{0,39}[A-Z])"
    r"[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"
)
_TOKEN = re.compile(r"(?i)session_?token[^\n]{0,20}?[A-Za-z0-9/+=]{100}")
_KEY_TEXT = r"-----BEGIN (?:[A-Z]{1,12} ){0,2}PRIVATE KEY-----[^\"]{100,8000}"

CLOUDS = (
    Detector(
        code="SEC-12",
        name="aws_access_key_pair",
        severity=Severity.CRITICAL,
        use="cloud",
        finds="The id and the secret of an access key of AWS, within six lines of each other.",
        passes="An id alone, ids of roles and users, and the example of AWS's own guides.",
        patterns=(
            Pattern(
                vendor=_AWS, marks=("akia",), look=whole(_LONG_ID.format("AKIA")), near=_SECRET, floor=2.8
            ),
            Pattern(vendor=_AWS, marks=("akia",), look=_SECRET, near=_LASTING_ID),
        ),
    ),
    Detector(
        code="SEC-13",
        name="aws_key_id_alone",
        severity=Severity.MEDIUM,
        use="cloud",
        finds="The id of an access key of AWS without its secret near.",
        passes="Ids of roles and users, and the example of AWS's own guides.",
        patterns=(
            shown(_AWS, ("akia", "asia"), _LONG_ID.format("A(?:KIA|SIA)"), after="A-Za-z0-9", floor=2.8),
        ),
    ),
    Detector(
        code="SEC-14",
        name="aws_secret_by_name",
        severity=Severity.CRITICAL,
        use="cloud",
        finds="The secret of an access key of AWS, by the name that it is given.",
        passes="Ids of commits, and encoded words.",
        patterns=(
            named(
                _AWS,
                "secret",
                r"aws.*secret|secret[_.-]?access[_.-]?key",
                r"[A-Za-z0-9/+]{40}",
                floor=3.5,
                guard=is_mixed,
            ),
        ),
    ),
    Detector(
        code="SEC-15",
        name="aws_session_credentials",
        severity=Severity.HIGH,
        use="cloud",
        finds="A temporary key of AWS with its secret and session token.",
        passes="Parts of signed links.",
        patterns=(
            Pattern(
                vendor=_AWS, marks=("asia",), look=whole(_LONG_ID.format("ASIA")), near=_TOKEN, floor=2.8
            ),
            Pattern(vendor=_AWS, marks=("asia",), look=_SECRET, near=_PASSING_ID),
        ),
    ),
    Detector(
        code="SEC-16",
        name="presigned_link",
        severity=Severity.MEDIUM,
        use="cloud",
        finds="A signed link into a store of objects that still opened it at the day of the commit.",
        passes="Links whose signature is a placeholder, and links that had ended.",
        patterns=(
            shown(
                _AWS,
                ("x-amz-signature=", "x-goog-signature="),
                r"https://[\w.-]{1,120}(?::\d{1,5})?/[^\s\"'<>`\\]{0,1500}X-(?:Amz|Goog)-Signature=[0-9a-f]{64,512}[^\s\"'<>`\\]{0,600}",
                guard=signed_link,
            ),
            shown(
                "Microsoft Azure",
                ".core.windows.net/",
                r"https://[\w.-]{1,80}\.core\.windows\.net/[^\s\"'<>`\\]{0,500}[?&]sig=[A-Za-z0-9%+/=]{40,80}[^\s\"'<>`\\]{0,300}",
                guard=signed_link,
            ),
        ),
    ),
    Detector(
        code="SEC-17",
        name="ses_smtp_password",
        severity=Severity.CRITICAL,
        use="mail",
        finds="The password for sending mail through Amazon SES, near the word smtp.",
        passes="Encoded text of the same length without that word near.",
        patterns=(
            Pattern(
                vendor="Amazon SES",
                marks=("smtp",),
                look=re.compile(r"(?<![A-Za-z0-9/+])B[A-Za-z0-9+/]{43}(?![A-Za-z0-9/+=])"),
                near=re.compile(r"(?i)smtp"),
                guard=is_mixed,
            ),
        ),
    ),
    Detector(
        code="SEC-18",
        name="gcp_service_account",
        severity=Severity.CRITICAL,
        use="cloud",
        finds="The key file of a service account of Google Cloud.",
        passes="The same file with an empty key.",
        patterns=(
            Pattern(
                vendor="Google Cloud",
                marks=("service_account",),
                look=re.compile(rf"\"private_key\"\s{{0,4}}:\s{{0,4}}\"(?P<value>{_KEY_TEXT})\""),
                near=re.compile(r"\"type\"\s{0,4}:\s{0,4}\"service_account\""),
            ),
        ),
    ),
    Detector(
        code="SEC-19",
        name="google_api_key",
        severity=Severity.MEDIUM,
        use="cloud",
        finds="A key of Google's interfaces: high in code of a server; in a page, restrict it to that site.",
        passes="Nothing else has the form; whether a key of a page is restricted cannot be told from outside.",
        patterns=(shown("Google", "aiza", r"AIza[A-Za-z0-9_-]{35}", guard=in_server_code),),
    ),
    Detector(
        code="SEC-20",
        name="google_oauth_secret",
        severity=Severity.HIGH,
        use="cloud",
        finds="The secret of an application that signs people in at Google, or a token that renews a session.",
        passes="Client ids.",
        patterns=(
            shown("Google", "gocspx-", r"GOCSPX-[A-Za-z0-9_-]{28}"),
            shown("Google", "1//", r"(?<![/:=])1//[A-Za-z0-9_-]{40,250}", guard=is_mixed),
            shown("Google", "=1//", r"(?<==)1//[A-Za-z0-9_-]{40,250}", guard=is_mixed),
        ),
    ),
    Detector(
        code="SEC-21",
        name="azure_storage_or_connection",
        severity=Severity.CRITICAL,
        use="cloud",
        finds="The key of a storage account or of a message service of Azure, in the text of its connection.",
        passes="The account of the emulator for development, whose key is printed in the guides.",
        patterns=(
            shown("Microsoft Azure", "accountkey", r"AccountKey=(?P<value>[A-Za-z0-9+/]{86}==)", after="="),
            shown(
                "Microsoft Azure",
                "sharedaccesskey",
                r"SharedAccessKey=(?P<value>[A-Za-z0-9+/]{43}=)",
                after="=",
            ),
        ),
    ),
    Detector(
        code="SEC-22",
        name="azure_client_secret",
        severity=Severity.HIGH,
        use="cloud",
        finds="The secret of an application at Microsoft Entra.",
        passes="Text without the mark that such secrets have after three signs.",
        patterns=(
            Pattern(
                vendor="Microsoft Azure",
                marks=("8q~", "7q~"),
                look=whole(r"[\w~.-]{3}[78]Q~[\w~.-]{28,34}", before=r"\w~.-", after=r"\w~-"),
            ),
        ),
    ),
    Detector(
        code="SEC-23",
        name="digitalocean_token",
        severity=Severity.HIGH,
        use="cloud",
        finds="A token of DigitalOcean: personal, of an application, or one that renews.",
        passes="Hexadecimal text without the prefix.",
        patterns=(shown("DigitalOcean", ("dop_v1_", "doo_v1_", "dor_v1_"), r"do[por]_v1_[0-9a-f]{64}"),),
    ),
    Detector(
        code="SEC-24",
        name="cloudflare_token",
        severity=Severity.HIGH,
        use="cloud",
        finds="A token or the global key of Cloudflare, by the name that it is given.",
        passes="Ids of zones and accounts.",
        patterns=(
            named(
                "Cloudflare",
                ("cloudflare", "cf_api"),
                r"cloudflare|cf_api",
                r"[A-Za-z0-9_-]{40}",
                guard=is_mixed,
                floor=3.5,
            ),
            named(
                "Cloudflare",
                ("cloudflare", "cf_api"),
                r"cloudflare|cf_api",
                r"[0-9a-f]{37}",
                near=re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{2,64}"),
            ),
        ),
    ),
    Detector(
        code="SEC-25",
        name="hosting_token",
        severity=Severity.HIGH,
        use="cloud",
        finds="A token of Netlify, Vercel, Heroku, Fly, Render or Railway.",
        passes="Ids of projects and teams.",
        patterns=(
            shown("Netlify", "nfp_", r"nfp_[A-Za-z0-9]{36,60}"),
            named("Vercel", "vercel", r"vercel.*(?:token|secret|key)", r"[A-Za-z0-9]{24}", guard=is_mixed),
            shown("Heroku", "hrku-", r"HRKU-[A-Za-z0-9_-]{30,80}"),
            shown("Fly", "fo1_", r"fo1_[A-Za-z0-9_-]{40,50}", guard=has_digit_and_letter),
            shown("Fly", "flyv1 fm", r"FlyV1 (?P<value>fm\d[a-z]?_[A-Za-z0-9+/=_,-]{60,1000})"),
            shown("Render", "rnd_", r"rnd_[A-Za-z0-9]{24,48}", guard=has_digit_and_letter),
            named(
                "Railway",
                "railway",
                r"railway.*(?:token|key)",
                r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            ),
        ),
    ),
)
