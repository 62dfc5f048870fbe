"""Detectors of keys to code, packages and their registries (SEC-37 to SEC-42)."""

from quarterdeck.model.severity import Severity
from quarterdeck.secrets.guards import has_check_sum, has_digit_and_letter
from quarterdeck.secrets.shapes import Detector, shown

CODE_HOSTS = (
    Detector(
        code="SEC-37",
        name="github_token",
        severity=Severity.CRITICAL,
        finds="A token of GitHub, of any of its five forms with a check sum, or one with chosen rights.",
        passes="Text of that form whose check sum is wrong.",
        patterns=(
            shown(
                "GitHub",
                tuple(f"gh{sign}_" for sign in "pousr"),
                r"gh[pousr]_[A-Za-z0-9]{36}",
                guard=has_check_sum,
            ),
            shown("GitHub", "github_pat_", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
        ),
    ),
    Detector(
        code="SEC-38",
        name="gitlab_token",
        severity=Severity.CRITICAL,
        finds="A token of GitLab: personal, for deploying, for runners, triggers and builds.",
        passes="Names of the variables that builds have.",
        patterns=(
            shown(
                "GitLab",
                ("glpat-", "gldt-", "glrt-", "glptt-", "glcbt-"),
                r"gl(?:pat|dt|rt|ptt|cbt)-[A-Za-z0-9_-]{20,250}(?:\.[A-Za-z0-9_]{2,20}){0,2}",
                guard=has_digit_and_letter,
                floor=2.8,
            ),
        ),
    ),
    Detector(
        code="SEC-39",
        name="bitbucket_atlassian_token",
        severity=Severity.HIGH,
        finds="A password for applications of Bitbucket, or a token of Atlassian.",
        passes="Keys of issues.",
        patterns=(
            shown("Bitbucket", "atbb", r"ATBB[A-Za-z0-9]{24,60}", guard=has_digit_and_letter),
            shown("Atlassian", "atatt3x", r"ATATT3x[A-Za-z0-9_=-]{180,400}", after="A-Za-z0-9_=-"),
        ),
    ),
    Detector(
        code="SEC-40",
        name="npm_token",
        severity=Severity.CRITICAL,
        finds="A token of npm with its check sum, or one in the line of a registry.",
        passes="Names of packages with the same beginning.",
        patterns=(
            shown("npm", "npm_", r"npm_[A-Za-z0-9]{36}", guard=has_check_sum),
            shown(
                "npm",
                ":_authtoken=",
                r"(?<=[:/]):?_authToken=(?P<value>[A-Za-z0-9-]{36})",
                guard=has_digit_and_letter,
                floor=2.8,
            ),
        ),
    ),
    Detector(
        code="SEC-41",
        name="pypi_token",
        severity=Severity.CRITICAL,
        finds="A token of the Python Package Index, or of its index for tests.",
        passes="Names of packages with the same beginning.",
        patterns=(
            shown("PyPI", "pypi-ageic", r"pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{61,400}"),
            shown(
                "TestPyPI", "pypi-agendg", r"pypi-AgENdGVzdC5weXBpLm9yZw[A-Za-z0-9_-]{54,400}", is_test=True
            ),
        ),
    ),
    Detector(
        code="SEC-42",
        name="other_registry_token",
        severity=Severity.HIGH,
        finds="A token of RubyGems, crates.io, Docker, NuGet or Terraform Cloud.",
        passes="Digests of images.",
        patterns=(
            shown("RubyGems", "rubygems_", r"rubygems_[0-9a-f]{48}"),
            shown("crates.io", "cio", r"cio[A-Za-z0-9]{32}", guard=has_digit_and_letter),
            shown("Docker", "dckr_pat_", r"dckr_pat_[A-Za-z0-9_-]{27}"),
            shown("NuGet", "oy2", r"oy2[a-z0-9]{43}", guard=has_digit_and_letter),
            shown("Terraform Cloud", ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,80}"),
        ),
    ),
)
