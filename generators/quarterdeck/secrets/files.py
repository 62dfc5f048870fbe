"""Detectors of files that hold credentials by their purpose (SEC-58 to SEC-61)."""

import re

from quarterdeck.model.severity import Severity
from quarterdeck.secrets.guards import address_password, is_mixed, uncommon
from quarterdeck.secrets.shapes import Detector, Guard, Pattern

_VALUE = r"[\"']?(?P<value>[^\s\"'<>,;]{4,400})"
_HASH = (
    r"\$apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|\$2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}|\{SHA\}[A-Za-z0-9+/]{27}="
    r"|\$(?:1|5|6|y|7)\$[./A-Za-z0-9=,$]{1,40}\$[./A-Za-z0-9]{20,90}"
)


def _held(
    files: str,
    marks: str | tuple[str, ...],
    look: str,
    *,
    vendor: str = "",
    severity: Severity | None = None,
    guard: Guard = uncommon,
) -> Pattern:
    """What stands at a known place of a known file; a person may have chosen it."""
    return Pattern(
        vendor=vendor,
        marks=(marks,) if isinstance(marks, str) else marks,
        look=re.compile(look, re.MULTILINE),
        files=re.compile(rf"(?i)(?:^|/)(?:{files})$"),
        guard=guard,
        severity=severity,
        floor=0,
        is_random=False,
    )


_ADDRESS = r"https?://[^\s:/@\"']{0,80}:(?P<value>[^\s/@\"'<>]{2,200})@"

FILES = (
    Detector(
        code="SEC-58",
        name="package_manager_credentials",
        severity=Severity.HIGH,
        is_precise=False,
        finds="Credentials in the settings of npm, Yarn, PyPI, pip, Composer, Maven, RubyGems or Docker.",
        passes="Files with references only, and lines that name a public registry.",
        patterns=(
            _held(r"\.npmrc", "_auth", rf"_auth(?:Token)?\s{{0,4}}=\s{{0,4}}{_VALUE}", vendor="npm"),
            _held(r"\.npmrc", "_password", rf"_password\s{{0,4}}=\s{{0,4}}{_VALUE}", vendor="npm"),
            _held(
                r"\.pypirc", "password", rf"^\s{{0,8}}password\s{{0,4}}[=:]\s{{0,4}}{_VALUE}", vendor="PyPI"
            ),
            _held(
                r"\.yarnrc(?:\.yml)?",
                "npmauth",
                rf"npmAuth(?:Token|Ident)\"?\s{{0,4}}[: ]\s{{0,4}}{_VALUE}",
                vendor="Yarn",
            ),
            _held(
                r"auth\.json",
                "password",
                r"\"password\"\s{0,4}:\s{0,4}\"(?P<value>[^\"\n]{4,200})\"",
                vendor="Composer",
            ),
            _held(
                r"auth\.json",
                ("-oauth", "-token", "bearer"),
                r"\"(?:github-oauth|gitlab-token|bearer)\"\s{0,4}:\s{0,4}\{\s{0,40}\"[^\"\n]{1,80}\"\s{0,4}:\s{0,4}\"(?P<value>[^\"\n]{8,200})\"",
                vendor="Composer",
            ),
            _held(r"pip\.(?:conf|ini)", "index", _ADDRESS, vendor="pip", guard=address_password),
            _held(
                r"settings(?:-security)?\.xml",
                ("password", "passphrase"),
                r"<pass(?:word|phrase)>(?P<value>[^<>\s]{4,200})</",
                vendor="Maven",
            ),
            _held(
                r"\.gem/credentials",
                "api_key",
                rf":[\w-]{{0,40}}api_key:\s{{0,4}}{_VALUE}",
                vendor="RubyGems",
            ),
            _held(
                r"\.docker/config\.json|\.dockercfg",
                "auth",
                r"\"auth\"\s{0,4}:\s{0,4}\"(?P<value>[A-Za-z0-9+/=]{8,400})\"",
                vendor="Docker",
            ),
        ),
    ),
    Detector(
        code="SEC-59",
        name="tool_credential_file",
        severity=Severity.HIGH,
        is_precise=False,
        finds="Credentials in the file where a tool keeps them: git, netrc, databases, clouds, copies, clusters.",
        passes="The same file with empty fields or references.",
        patterns=(
            _held(r"\.git-credentials", "://", _ADDRESS, vendor="git", guard=address_password),
            _held(r"[._]netrc", "password", r"\bpassword\s{1,20}(?P<value>\S{2,200})", vendor="netrc"),
            _held(
                r"\.?pgpass(?:\.conf)?",
                ":",
                r"^[^#:\n]{1,200}:[^:\n]{1,10}:[^:\n]{1,100}:[^:\n]{1,100}:(?!\*$)(?P<value>[^\s]{1,200})$",
                vendor="PostgreSQL",
            ),
            _held(
                r"\.?my\.cnf|\.mylogin\.cnf",
                "password",
                rf"^\s{{0,8}}password\s{{0,4}}=\s{{0,4}}{_VALUE}",
                vendor="MySQL",
            ),
            _held(
                r"\.aws/credentials",
                ("secret_access_key", "session_token"),
                rf"aws_(?:secret_access_key|session_token)\s{{0,4}}=\s{{0,4}}{_VALUE}",
                vendor="Amazon Web Services",
                severity=Severity.CRITICAL,
            ),
            _held(
                r"\.s3cfg",
                "secret_key",
                rf"^\s{{0,8}}secret_key\s{{0,4}}=\s{{0,4}}{_VALUE}",
                vendor="s3cmd",
                severity=Severity.CRITICAL,
            ),
            _held(
                r"\.boto",
                ("secret", "token"),
                rf"^\s{{0,8}}(?:aws_secret_access_key|gs_secret_access_key|gs_oauth2_refresh_token)\s{{0,4}}=\s{{0,4}}{_VALUE}",
                vendor="boto",
                severity=Severity.CRITICAL,
            ),
            _held(
                r"rclone\.conf",
                ("pass", "secret", "token"),
                rf"^\s{{0,8}}(?:pass|password2?|secret_access_key|client_secret|token|key)\s{{0,4}}=\s{{0,4}}{_VALUE}",
                vendor="rclone",
                severity=Severity.CRITICAL,
            ),
            _held(
                r"(?:filezilla|sitemanager|recentservers)\.xml",
                "<pass",
                r"<Pass(?: encoding=\"\w{1,20}\")?>(?P<value>[^<>\s]{2,200})</Pass>",
                vendor="FileZilla",
            ),
            _held(
                r"\.?s?ftp(?:-config)?\.json|\.?ftpconfig",
                "pass",
                r"\"(?:password|passphrase|pass)\"\s{0,4}:\s{0,4}\"(?P<value>[^\"\n]{2,200})\"",
                vendor="SFTP",
            ),
            _held(
                r"kubeconfig[^/]{0,40}|[^/]{0,40}\.kubeconfig|\.kube/config",
                ("client-key-data", "token:", "password:"),
                rf"^\s{{0,20}}(?:client-key-data|token|password):\s{{0,4}}{_VALUE}".replace(
                    "{4,400}", "{4,8000}"
                ),
                vendor="Kubernetes",
                severity=Severity.CRITICAL,
            ),
        ),
    ),
    Detector(
        code="SEC-60",
        name="server_password_file",
        severity=Severity.HIGH,
        is_precise=False,
        finds="Passwords of a server as hashes (.htpasswd, shadow), and files that are named like a private key.",
        passes="Names of users alone, and accounts that are locked.",
        patterns=(
            _held(
                r"\.?ht(?:passwd|access)[^/]{0,40}|[^/]{0,40}\.htpasswd|(?:basic_?)?auth_?users?(?:\.\w{1,8})?",
                ":",
                rf"^[^\s:#]{{1,64}}:(?P<value>{_HASH}|[./A-Za-z0-9]{{13}})\s{{0,4}}$",
            ),
            _held(
                r"g?shadow[^/]{0,10}|[^/]{0,40}\.shadow",
                ":",
                rf"^[a-z_][\w-]{{0,31}}:(?P<value>{_HASH}):",
                vendor="shadow",
            ),
            _held(
                r"id_(?:rsa|dsa|ecdsa|ed25519)(?:_\w{1,20})?",
                ("a", "b", "e", "1"),
                r"\A(?!-----BEGIN|ssh-|ecdsa-|sk-)(?P<value>[^\s]{20,400})",
                vendor="SSH",
            ),
        ),
    ),
    Detector(
        code="SEC-61",
        name="site_configuration_password",
        severity=Severity.HIGH,
        is_precise=False,
        finds="Passwords and keys in the settings of a site: WordPress, Joomla, Drupal, Magento, Laravel, Rails, "
        "Django, Spring, .NET.",
        passes="What an installer puts there until somebody writes the real one.",
        patterns=(
            _held(
                r"[^/]{0,60}\.php",
                ("db_password", "_key", "_salt"),
                r"define\(\s{0,4}[\"'](?:DB_PASSWORD|(?:SECURE_AUTH|LOGGED_IN|AUTH|NONCE)_(?:KEY|SALT))[\"']\s{0,4},\s{0,20}(?P<quote>[\"'])(?P<value>[^\n]{4,120}?)(?P=quote)\s{0,4}\)",
                vendor="WordPress",
            ),
            _held(
                r"configuration\.php",
                "public $",
                r"public \$(?:password|secret|smtppass)\s{0,4}=\s{0,4}[\"'](?P<value>[^\"'\n]{4,120})[\"']",
                vendor="Joomla",
            ),
            _held(
                r"settings(?:\.local)?\.php",
                ("password", "hash_salt"),
                r"(?:'password'\s{0,4}=>|\['hash_salt'\]\s{0,4}=)\s{0,4}[\"'](?P<value>[^\"'\n]{4,120})[\"']",
                vendor="Drupal",
            ),
            _held(
                r"env\.php",
                ("password", "'key'"),
                r"'(?:password|key)'\s{0,4}=>\s{0,4}'(?P<value>[^'\n]{4,120})'",
                vendor="Magento",
            ),
            _held(
                r"[^/]{0,80}",
                "app_key",
                r"APP_KEY\s{0,4}[=:]\s{0,4}[\"']?(?P<value>base64:[A-Za-z0-9+/]{43}=)",
                vendor="Laravel",
                guard=is_mixed,
            ),
            _held(
                r"master\.key|credentials/[\w-]{1,40}\.key",
                ("a", "b", "c", "d", "e", "f"),
                r"\A(?P<value>[0-9a-f]{32})\s{0,4}\Z",
                vendor="Rails",
            ),
            _held(
                r"[^/]{0,80}",
                "secret_key_base",
                r"secret_key_base[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?P<value>[0-9a-f]{64,128})(?!\w)",
                vendor="Rails",
            ),
            _held(
                r"[^/]{0,40}settings[^/]{0,40}\.py|settings/[^/]{1,40}\.py",
                "password",
                r"[\"']PASSWORD[\"']\s{0,4}:\s{0,4}[\"'](?P<value>[^\"'\n]{4,120})[\"']",
                vendor="Django",
            ),
            _held(
                r"[^/]{0,60}\.properties",
                "datasource.password",
                r"datasource\.password\s{0,4}[=:]\s{0,4}(?P<value>[^\s]{4,120})",
                vendor="Spring",
            ),
            _held(
                r"(?:web|app)[^/]{0,40}\.config|appsettings[^/]{0,40}\.json",
                ("password=", "pwd="),
                r"(?i)connection[^\n]{0,400}?(?:Password|Pwd)\s{0,2}=\s{0,2}(?P<value>[^;\"'\n]{4,120})",
                vendor=".NET",
            ),
        ),
    ),
)
