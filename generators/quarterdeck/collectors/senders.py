"""What the mail service sends from, as questions for name servers."""

from collections.abc import Iterable

import msgspec

from quarterdeck.collectors.scope import Scope
from quarterdeck.model.mail_account import MailIdentity
from quarterdeck.model.observed import Observed


def with_senders(scope: Scope, found: Iterable[Observed]) -> Scope:
    """The same job, which also asks about the domains of mail that were seen and the keys that they sign with.

    Args:
        scope: A job of the collector `dns`.
        found: What was seen, each thing with its business.
    """
    domains = {entity: set(names) for entity, names in scope.domains.items()}
    selectors = {name: set(keys) for name, keys in scope.selectors.items()}
    known = {name for names in domains.values() for name in names}
    for one in found:
        if not isinstance(one, MailIdentity):
            continue
        if isinstance(one.dkim_tokens, tuple) and one.dkim_tokens:
            selectors.setdefault(one.domain, set()).update(one.dkim_tokens)
        for name in (one.domain, one.mail_from):
            if isinstance(name, str) and name and name not in known:
                domains.setdefault(one.entity, set()).add(name)
                known.add(name)
    return msgspec.structs.replace(scope, domains=_sorted(domains), selectors=_sorted(selectors))


def _sorted(names: dict[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(sorted(names[key])) for key in sorted(names)}
