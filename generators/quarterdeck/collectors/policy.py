"""The permissions that collecting takes: the policy of the audit's role, made from what collectors declare."""

import json
from collections.abc import Mapping
from pathlib import Path

from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.run import MODULES

_ = MODULES  # importing them is what fills the list

POLICY = "infra/audit-policy.json"
_ALWAYS = {"sts:GetCallerIdentity": ("collect",)}
"""Asked before anything else, whatever is collected."""


def permissions() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Service -> permission -> names of the collectors that ask for it; all in order."""
    found: dict[str, list[str]] = {action: list(names) for action, names in _ALWAYS.items()}
    for name in sorted(COLLECTORS):
        for action in COLLECTORS[name].calls.values():
            found.setdefault(action, []).append(name)
    services: dict[str, dict[str, tuple[str, ...]]] = {}
    for action in sorted(found):
        service = action.partition(":")[0]
        services.setdefault(service, {})[action] = tuple(dict.fromkeys(found[action]))
    return services


def permission(kind: str, call: str) -> str:
    """The permission that a call takes by which a kind of record is read; empty where no collector declares it."""
    asked = (one for one in COLLECTORS.values() if kind in one.kinds)
    found = (action for one in asked for name, action in one.calls.items() if name.partition(":")[2] == call)
    return next(found, "")


def policy() -> str:
    """The policy as JSON: one statement, every permission, nothing that writes."""
    actions = [action for service in permissions().values() for action in service]
    statement = {"Sid": "QuarterdeckAudit", "Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2) + "\n"


if __name__ == "__main__":
    file = Path(POLICY)
    file.parent.mkdir(exist_ok=True)
    file.write_text(policy(), encoding="utf-8", newline="\n")
