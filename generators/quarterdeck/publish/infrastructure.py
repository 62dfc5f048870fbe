"""The template of everything a site needs in AWS, with the code of edge and sign-in put into it."""

import ast
import json
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Final

from quarterdeck.collectors.repos.deploying.plain import block
from quarterdeck.shipped import shipped

LARGEST_BYTES: Final = 1_000_000
"""CloudFormation takes no larger template."""

_HEAD: Final = '''"""Sign-in: the modules of infra/signin/ as they stand there, each after those that it needs."""

import sys
from types import ModuleType


def module(name, text):
    made = sys.modules[name] = ModuleType(name)
    exec(compile(text, name, "exec"), made.__dict__)

'''
_END: Final = "\nfrom signin.handler import handler\n"
_QUOTES: Final = "'''"


def folder() -> Path:
    """Where template, edge function and sign-in stand."""
    return shipped("infra")


@cache
def edge_code() -> str:
    """The function in front of the pages."""
    return (folder() / "edge.js").read_text(encoding="utf-8")


@cache
def sign_in_file() -> str:
    """The function that signs readers in, as one file."""
    return sign_in_code(_modules())


def mail_template_text() -> str:
    """`infra/mail.yml`: it holds no code, and stands in the region that mail is sent from."""
    return (folder() / "mail.yml").read_text(encoding="utf-8")


def plain_template() -> dict[str, Any]:
    """`infra/site.yml` as it stands, its short forms written out."""
    return dict(block((folder() / "site.yml").read_text(encoding="utf-8"), "site.yml"))


def template() -> dict[str, Any]:
    """The template that CloudFormation is given: complete, and in need of no file beside it."""
    made = plain_template()
    resources = made["Resources"]
    resources["EdgeFunction"]["Properties"]["FunctionCode"] = edge_code()
    resources["SignIn"]["Properties"]["Code"]["ZipFile"] = sign_in_file()
    policy = json.loads((folder() / "audit-policy.json").read_text(encoding="utf-8"))
    statements = resources["AuditRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    statements[0]["Action"] = policy["Statement"][0]["Action"]
    return made


def template_text() -> str:
    """The same as JSON, which CloudFormation takes as it takes YAML."""
    return json.dumps(template(), indent=1, ensure_ascii=False) + "\n"


def _modules() -> Mapping[str, str]:
    """Name -> text of every module of the sign-in."""
    files = sorted((folder() / "signin").glob("*.py"))
    return {
        "signin" if file.stem == "__init__" else f"signin.{file.stem}": file.read_text(encoding="utf-8")
        for file in files
    }


def sign_in_code(modules: Mapping[str, str]) -> str:
    """One file out of several modules, since a template holds the text of one file alone.

    Args:
        modules: Name -> text; they import each other by absolute names, and in no circle.

    Raises:
        graphlib.CycleError: They need each other.
        ValueError: A text holds what begins and ends a text here.
    """
    order = TopologicalSorter({name: sorted(_needs(text, modules)) for name, text in sorted(modules.items())})
    made = [_HEAD]
    for name in order.static_order():
        if _QUOTES in modules[name]:
            raise ValueError(name)
        made.append(f'\nmodule("{name}", r{_QUOTES}{modules[name]}{_QUOTES})\n')
    return "".join([*made, _END])


def _needs(text: str, modules: Mapping[str, str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module in modules:
            yield node.module
