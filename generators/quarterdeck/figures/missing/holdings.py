"""What is owned and who may reach it, as fields of the registry."""

from quarterdeck.figures.missing.counted import cells, table
from quarterdeck.figures.missing.field import MissingField, ids
from quarterdeck.model.holdings import Access, Asset, Compliance, Equipment


def _is_insurable(asset: Asset) -> bool:
    return asset.type in {"vessel", "vehicle", "trailer", "property"}


HOLDINGS: tuple[MissingField, ...] = (
    MissingField(
        "assets",
        "List of what we own",
        "What there is, what it is worth and whether it is protected cannot be shown.",
        ("ceo", "cfo"),
        ids("F-A7"),
        table(Asset),
        record=Asset,
        rank=7,
    ),
    MissingField(
        "asset_value",
        "Value of vessels, vehicles and buildings",
        "The total of what we own stays a lower bound.",
        ("ceo",),
        (),
        cells(Asset, "value", "value_date", among=_is_insurable),
        record=Asset,
        cell="Value and Value date",
        row="asset",
    ),
    MissingField(
        "insured_until",
        "Insurance of vessels, vehicles and buildings",
        "If the policy has lapsed, one accident can take the whole business.",
        ("cfo", "ceo"),
        (),
        cells(Asset, "insured_until", among=_is_insurable),
        record=Asset,
        cell="Insured until",
        row="asset",
    ),
    MissingField(
        "compliance",
        "List of licences, permits and policies",
        "What runs out next, and what must stop when it does, cannot be told.",
        ("ceo",),
        (),
        table(Compliance),
        record=Compliance,
    ),
    MissingField(
        "compliance_expires",
        "Last day of licences and permits",
        "A permit without a date can lapse unnoticed, and the work that it allows with it.",
        ("ceo",),
        (),
        cells(Compliance, "expires", among=lambda row: row.type != "restore-test"),
        record=Compliance,
        cell="Expires",
        row="duty",
    ),
    MissingField(
        "equipment",
        "List of equipment with its service dates",
        "What wears out next and when service is due comes as a surprise.",
        ("ceo",),
        ids("engine_hours_to_service"),
        table(Equipment),
        record=Equipment,
        phrase="a table with Item, Installed, Life years, Cost and Next service",
        audits=("rental",),
    ),
    MissingField(
        "access",
        "Record of who can get in",
        "If one person is away, nobody knows who else reaches bank, domains and keys.",
        ("ceo", "cto"),
        ids("F-G11"),
        table(Access),
        record=Access,
        audits=("clients",),
    ),
)
