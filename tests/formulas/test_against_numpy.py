"""Loans and returns, compared with numpy-financial."""

from decimal import Decimal

import pytest

from quarterdeck.formulas.capital import Return, irr, monthly_rate, npv, pmt

npf = pytest.importorskip("numpy_financial")

CLOSE = 1e-9
INVESTMENTS = [
    (4800, [0, 150, *[420] * 22]),
    (4800, [420] * 24),
    (1200, [0] * 11 + [2000]),
    (10000, [500] * 12),
    (900, [100, -50, 300, 300, 300]),
    (50000, [1500] * 36),
    (600, [601]),
    (2500, [900, 800, 700, 600]),
]


@pytest.mark.parametrize(
    ("p", "annual", "n"),
    [
        (38000, "0.0775", 60),
        (250000, "0.0625", 360),
        (1200, "0.2499", 12),
        (9000, "0", 36),
        (100, "0.01", 1),
        (1500000, "0.115", 240),
    ],
)
def test_pmt(p: int, annual: str, n: int) -> None:
    mine = pmt(Decimal(p), Decimal(annual), n)
    assert isinstance(mine, Decimal)
    assert float(mine) == pytest.approx(-npf.pmt(float(annual) / 12, n, p), rel=CLOSE)


@pytest.mark.parametrize("annual", ["0", "0.05", "0.12", "0.35", "-0.1"])
@pytest.mark.parametrize(("cost", "flows"), INVESTMENTS)
def test_npv(annual: str, cost: int, flows: list[int]) -> None:
    mine = npv(Decimal(annual), Decimal(cost), [Decimal(flow) for flow in flows])
    assert isinstance(mine, Decimal)
    theirs = npf.npv(float(monthly_rate(Decimal(annual))), [-cost, *flows])
    assert float(mine) == pytest.approx(theirs, rel=CLOSE, abs=1e-7)


@pytest.mark.parametrize(("cost", "flows"), INVESTMENTS)
def test_irr(cost: int, flows: list[int]) -> None:
    mine = irr(Decimal(cost), [Decimal(flow) for flow in flows])
    assert isinstance(mine, Return)
    assert float(mine.monthly) == pytest.approx(npf.irr([-cost, *flows]), rel=1e-7)
