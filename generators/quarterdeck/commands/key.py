"""Makes the key of fingerprints, by which one secret in two places is known for the same."""

from pathlib import Path

from quarterdeck.model.errors import UsageError
from quarterdeck.secrets.fingerprint import FILE, VARIABLE, make_fingerprint_key


def key(root: Path) -> str:
    """Make the portfolio's key, where there is none yet.

    Returns:
        Where it stands, as a sentence; never the key.

    Raises:
        UsageError: It cannot be written.
    """
    is_new = not (root / FILE).exists()
    try:
        file = make_fingerprint_key(root)
    except OSError as error:
        why = (error.strerror or "no reason given").lower()
        raise UsageError(
            f"{root / FILE} cannot be made: {why}. Mend that, then run quarterdeck key again."
        ) from None
    made = "Made" if is_new else "There is a key already:"
    return f"{made} {file}. Keep it out of git, and copy it to wherever else you collect, or set {VARIABLE} there."
