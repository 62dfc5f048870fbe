"""Writes the page of what each role in AWS may do, from the templates: python -m quarterdeck.commands.roles."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from quarterdeck.collectors.repos.deploying.plain import block
from quarterdeck.publish.infrastructure import mail_template_text, plain_template

PAGE: Final = "docs/guide/roles.md"

_HEAD: Final = """---
order: 13
---
# What each role may do

Four roles work for a private site, each with what it needs and no more. This page is made from the templates
`infra/site.yml` and `infra/mail.yml` themselves. *bucket:* stands for the place of the reports in their bucket.

No key of AWS is stored anywhere: GitHub proves for a job which repository and environment it belongs to, and the role
is lent for an hour at most. None of them may change the stack, the bucket's settings or a role, or delete a version.
"""
_WORD: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PLACES: Final = (
    ("${Bucket.Arn}/${Prefix}/", "bucket: "),
    ("${Prefix}/*", "reports/*"),
    ("${Prefix}/", ""),
)
_OWNER: Final = re.compile(r"^arn:\S*:\$\{AWS::AccountId\}:")
_NAMED: Final = re.compile(r"\$\{([A-Za-z]+)(?:\.[A-Za-z]+)?\}")
_ITSELF: Final = "AWS::StackId"
_AUDIT: Final = "Audit"
_AUDIT_ACTIONS: Final = "all that is listed under [What the audit may ask](../how/audit-permissions.md)"


def roles_page() -> str:
    """The page as Markdown: a section for each role, a row for each statement of its policies."""
    site = plain_template()["Resources"]
    mail = block(mail_template_text(), "mail.yml")["Resources"]
    more = [one["Properties"] for one in mail.values() if one["Type"] == "AWS::IAM::ManagedPolicy"]
    sections = [
        "\n".join(_section(name, one["Properties"], more if name == "MailRole" else []))
        for name, one in site.items()
        if one["Type"] == "AWS::IAM::Role"
    ]
    return "\n".join([_HEAD, *sections])


def _section(name: str, role: Mapping[str, Any], more: list[Mapping[str, Any]]) -> Iterator[str]:
    yield f"## {_words(name)}\n"
    if text := role.get("Description"):
        yield f"{text}.\n"
    yield f"Taken by {_taken_by(role['AssumeRolePolicyDocument']['Statement'][0])}.\n"
    yield from _table(role["Policies"][0]["PolicyDocument"]["Statement"])
    for policy in more:
        does = str(policy["Description"])
        yield f"With the second stack, that of `infra/mail.yml`: {does[0].lower()}{does[1:]}.\n"
        yield from _table(policy["PolicyDocument"]["Statement"])


def _table(statements: list[Mapping[str, Any]]) -> Iterator[str]:
    yield "| For | May | On |\n|---|---|---|"
    for one in statements:
        may = (
            _AUDIT_ACTIONS
            if one["Sid"] == _AUDIT
            else "<br>".join(f"`{name}`" for name in _listed(one["Action"]))
        )
        on = [_place(each) for each in _listed(one["Resource"])]
        only = [
            f"only where `{key}` is {' or '.join(_place(each) for each in _listed(values))}"
            for test in one.get("Condition", {}).values()
            for key, values in test.items()
        ]
        yield f"| {_words(one['Sid'])} | {may} | {'<br>'.join([*on, *only])} |"
    yield ""


def _taken_by(trust: Mapping[str, Any]) -> str:
    """Who may take a role: a service, or a job of one environment."""
    subject = trust.get("Condition", {}).get("StringEquals", {})
    found = [each["Fn::Sub"] for key, each in subject.items() if key.endswith(":sub")]
    if found:
        environment = found[0].rpartition(":")[2]
        return f"a job of the portfolio's repository in the environment `{environment}`, and nobody else"
    return f"`{trust['Principal']['Service']}` alone, for the function that signs readers in"


def _words(name: str) -> str:
    """`WhatChanged` as a person writes it."""
    return _WORD.sub(" ", name).capitalize()


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - a template holds either form
    return value if isinstance(value, list) else [value]


def _place(value: Any) -> str:  # noqa: ANN401 - a text, or a function of the template
    """A resource, or a value of a condition."""
    if isinstance(value, Mapping):
        ((name, text),) = value.items()
        if name != "Fn::Sub":
            made = str(text if isinstance(text, str) else text[0]).partition(".")[0]
            return (
                "the stack itself" if made == _ITSELF else f"the {_words(made.removesuffix('Arn')).lower()}"
            )
    else:
        text = value
    text = _OWNER.sub("", str(text))
    for long, short in _PLACES:
        text = text.replace(long, short)
    text = _NAMED.sub(lambda found: found[1], text)
    return "everything" if text == "*" else f"`{text}`"


if __name__ == "__main__":
    Path(PAGE).write_text(roles_page(), encoding="utf-8", newline="\n")
