"""What no handoff holds, as fields of the registry: books, audits and earlier versions."""

from quarterdeck.figures.missing.counted import NOTHING, answered, in_books, single
from quarterdeck.figures.missing.field import Count, MissingField, ids
from quarterdeck.formulas.periods import LEAST_MONTHS
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.journal import is_cash
from quarterdeck.model.ledger import BOOK


def _earlier(entity: Entity, facts: Facts) -> Count:
    """Whether any earlier version knew a business; its parts are kept with it."""
    if facts.is_part(entity):
        return NOTHING
    return single(any(entity.entity == one.entity for record in facts.earlier for one in record.entities))


OUTSIDE: tuple[MissingField, ...] = (
    MissingField(
        "cash_balance",
        "Cash balance",
        "Nobody can say how long the money lasts, how low it gets or what may be spent.",
        ("cfo", "ceo"),
        ids("F-B4 F-B5 F-B6 F-B7 F-C1 F-K1 F-A1 F-N13 cash_available runway_months reserve_months"),
        in_books(lambda journal, _: any(is_cash(name) for name in journal.used)),
        phrase="an opening entry and a balance line for every bank account",
        path=BOOK,
        section="",
        belongs_to="ledger",
        audits=("rental",),
        rank=5,
    ),
    MissingField(
        "ledger_months",
        "Record of three full months in the books",
        "Burn, margin and break-even rest on guesses until three months are posted.",
        ("cfo", "accounting", "ceo"),
        ids(
            "1.7 F-B1 F-B2 F-B3 F-B8 F-M1 F-M2 F-M3 F-M4 F-E1 F-E3 F-E4 F-E5 F-E6 F-P5 F-P6 F-V1 F-V4 F-C4 "
            "F-R2 F-R11 F-A2 F-A4 F-A8 F-N2 F-N3 F-N4 F-N5 F-N6 F-N8 F-N9 F-N12 F-G2 revenue net_burn "
            "contribution_ratio operating_income plan_variance break_even_units cac ltv_cac "
            "rev_per_available_slot deposits_held crew_cost_ratio event_margin dump_cost_ratio "
            "labour_ratio fuel_ratio online_share effective_rate collection_rate noi cap_rate dscr "
            "cash_on_cash expense_ratio"
        ),
        in_books(lambda journal, as_of: len(journal.full_months(as_of)) >= LEAST_MONTHS),
        phrase="the entries of the last three months",
        path=BOOK,
        section="",
        belongs_to="ledger",
        audits=("rental", "billing", "clients"),
        rank=9,
    ),
    MissingField(
        "aws",
        "Last audit of the AWS account",
        "Without one the stack counts as not examined, which is not the same as safe.",
        ("cto",),
        ids(
            "F-X1 F-X2 F-X3 F-X4 F-X7 cloud_cost unbilled_hosting site_uptime error_rate cost_per_active_user"
        ),
        answered("aws"),
        phrase="the result of an audit (quarterdeck collect aws)",
        path="evidence/aws/",
        section="",
        belongs_to="aws",
        audits=("clients",),
    ),
    MissingField(
        "repo",
        "Last audit of the code",
        "Secrets in the code, missing tests and the pace of releases stay unseen.",
        ("cto",),
        ids("F-X4 F-X5 F-X8 deploy_frequency change_fail_rate"),
        answered("repo"),
        phrase="the result of an audit (quarterdeck collect repos)",
        path="evidence/repos/",
        section="",
        belongs_to="repo",
        audits=("clients",),
    ),
    MissingField(
        "ses",
        "Reputation and limits of the mail account",
        "Whether a mailing would arrive, and how much may be sent a day, cannot be told.",
        ("cmo", "cto"),
        ids("F-Q4 list_size_mailable"),
        answered("ses"),
        phrase="the result of an audit (quarterdeck collect ses)",
        path="evidence/ses/",
        section="",
        belongs_to="ses",
    ),
    MissingField(
        "history",
        "Record of earlier versions",
        "Whether things get better or worse, and since when a finding stands, cannot be told.",
        ("ceo", "cfo", "cmo"),
        ids("F-C4 F-G5 nrr grr review_count_90d"),
        _earlier,
        phrase="a record of each week so far (quarterdeck history backfill)",
        path="evidence/history/",
        section="",
        belongs_to="",
        audits=("clients",),
    ),
)
