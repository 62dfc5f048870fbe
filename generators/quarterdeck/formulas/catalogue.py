"""All formulas in order of id: imports every module of this folder."""

import re
from importlib import import_module
from pkgutil import iter_modules

from quarterdeck import formulas
from quarterdeck.formulas.registry import FOUND, Formula


def _order(code: str) -> tuple[bool, str, int]:
    """`F-Q2` before `F-Q11`; those named by a number alone, such as `1.7`, after all others."""
    found = re.fullmatch(r"(.*?)(\d*)", code)
    return (code[0].isdigit(), found[1], int(found[2] or 0)) if found else (True, code, 0)


def _all() -> tuple[Formula, ...]:
    for module in iter_modules(formulas.__path__):
        if module.name != "catalogue":
            import_module(f"{formulas.__name__}.{module.name}")
    return tuple(FOUND[code] for code in sorted(FOUND, key=_order))


FORMULAS: tuple[Formula, ...] = _all()
"""Every formula, in order of id."""

BY_ID: dict[str, Formula] = {one.id: one for one in FORMULAS}
