"""What a repository is written in."""

from quarterdeck.model.observed import NOT_READ, Count, Number, Observed


class Language(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One language of a repository's own files; what is vendored or generated is not counted."""

    repo: str
    name: str
    bytes: Count = NOT_READ
    share: Number = NOT_READ
    """Of all bytes in a language that is known: 0.25 is a quarter."""
