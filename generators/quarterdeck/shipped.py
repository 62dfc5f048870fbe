"""Where folders stand that come with the package: beside it in a checkout, within it once it is installed."""

from pathlib import Path

import quarterdeck


def shipped(name: str) -> Path:
    """The folder of that name: `infra` or `docs`."""
    package = Path(quarterdeck.__file__).parent
    return next(one for one in (package / name, package.parents[1] / name) if one.is_dir())
