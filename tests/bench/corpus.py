"""Invented handoffs of about 4 KB, the same for the same seed."""

from __future__ import annotations

from random import Random

SIZE = 4_000
"""Bytes that each handoff has at least, and exceeds by less than one section."""

_NOUNS = ("trailer", "charter", "sail", "site", "mooring", "truck", "store", "listing", "policy", "deck")
_VERBS = ("check", "renew", "mend", "list", "price", "photograph", "insure", "call about", "write up")
_PLACES = (
    "at the dock",
    "in the yard",
    "for the winter",
    "with the insurer",
    "on both sites",
    "before spring",
)


class _Writer:
    """Writes one handoff."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  # repeatable, nothing secret
        self.seed = seed

    def text(self) -> str:
        sections = [self._head()]
        writers = (
            self._offers,
            self._bookings,
            self._costs,
            self._tasks,
            self._kpis,
            self._prose,
            self._gaps,
        )
        size = len(sections[0])
        for write in writers:
            sections.append(write())
            size += len(sections[-1].encode())
        while size < SIZE:
            more = self._bookings(size)
            sections.append(more)
            size += len(more.encode())
        return "\n".join(sections)

    def _head(self) -> str:
        return (
            f"---\nentity: bench-{self.seed}\nname: Bench {self.seed}\nkind: hauling\nstatus: active\nowner: sam\n"
            f"updated: {self._day()}\nbilling_model: per-job\nlegal_entity: Sample {self.seed} LLC\n"
            "accounting_basis: accrual\nsites: [bench.example, shop.bench.example]\nrepos: [bench-site]\n"
            f"capacity_per_month: {self._number(20, 90)}\nmin_cash: {self._money()}\nsample: true\n---\n\n"
            f"# Bench {self.seed}\n"
        )

    def _number(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def _day(self) -> str:
        return f"2026-{self._number(1, 12):02}-{self._number(1, 28):02}"

    def _money(self) -> str:
        amount = self._number(20, 4_000)
        return self.random.choice((f"${amount:,}", f"{amount}", f"~${amount}", f"${amount}.50", "?"))

    def _phrase(self) -> str:
        choose = self.random.choice
        return f"{choose(_VERBS)} the {choose(_NOUNS)} {choose(_PLACES)}"

    def _offers(self) -> str:
        rows = [
            f"| {self._phrase().capitalize()} {row} | {self._money()} | job | {self._money()} | exempt | ? |"
            for row in range(5)
        ]
        head = "| Offer | Price | Unit | Variable cost | Tax treatment | Tax confirmed by |\n|---|---|---|---|---|---|"
        return "\n".join(["## Pricing", head, *rows, ""])

    def _bookings(self, start: int = 100) -> str:
        states = ("completed", "confirmed", "hold", "cancelled")
        rows = [
            f"| Q-{start}{row:02} | {self._day()} | {self._money()} | phone | {self.random.choice(states)} | $0 |"
            for row in range(12)
        ]
        head = "| Id | Date | Gross | Channel | Status | Paid |\n|---|---|---|---|---|---|"
        return "\n".join(["## Jobs", head, *rows, ""])

    def _costs(self) -> str:
        rows = [
            f"| {self._phrase().capitalize()} | {self._money()} | monthly | fixed | {self._day()} |"
            for _ in range(5)
        ]
        return "\n".join(
            [
                "## Recurring costs",
                "| Item | Amount | Cadence | Nature | Next due |\n|---|---|---|---|---|",
                *rows,
                "",
            ]
        )

    def _kpis(self) -> str:
        rows = [
            f"| leads_{row} | 2026-{row + 1:02} | {self._number(1, 40)} of {self._number(41, 90)} |"
            for row in range(6)
        ]
        return "\n".join(["## KPIs", "| KPI | Period | Value |\n|---|---|---|", *rows, ""])

    def _tasks(self) -> str:
        rows = [
            f"- [ ] {self._phrase().capitalize()} #B{self.seed}-{row} @sam due:{self._day()} impact:$400/mo effort:M"
            for row in range(6)
        ]
        return "\n".join(["## To do", *rows, ""])

    def _prose(self) -> str:
        sentences = " ".join(f"We {self._phrase()}, and *nobody* knows why." for _ in range(6))
        return f"## Where things stand\n{sentences}\n\nSee [the site](https://bench.example/{self.seed}).\n"

    def _gaps(self) -> str:
        return "\n".join(["## Known gaps", *(f"- Nobody will {self._phrase()}" for _ in range(4)), ""])


def handoff(seed: int) -> str:
    """One handoff of about 4 KB with front matter, tables, tasks, prose and bullets."""
    return _Writer(seed).text()
