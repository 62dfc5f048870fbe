"""Units and the building, as fields of the registry."""

from quarterdeck.figures.missing.counted import cells, table
from quarterdeck.figures.missing.field import MissingField, ids
from quarterdeck.model.holdings import Lease, Property

RENTAL: tuple[MissingField, ...] = (
    MissingField(
        "rent_roll",
        "Rent roll",
        "Who lives where, until when and for how much is not there to check the rent against.",
        ("cfo", "accounting"),
        ids("F-N1 F-N7 F-N14 F-N16 occupancy collection_rate lease_days_left loss_to_lease turn_days"),
        table(Lease),
        record=Lease,
        audits=("rental",),
        rank=3,
    ),
    MissingField(
        "market_rent",
        "Market rent of the units",
        "What the building could bring, beyond what it brings now, cannot be told.",
        ("cfo",),
        ids("F-N1 F-N16 loss_to_lease"),
        cells(Lease, "market_rent"),
        record=Lease,
        cell="Market rent",
        row="unit",
        audits=("rental",),
    ),
    MissingField(
        "property",
        "Record of the building",
        "Return, loan to value and depreciation all rest on what the building cost and is worth.",
        ("cfo", "accounting"),
        ids("F-N4 F-N6 F-N10 F-N11 F-N12 F-N15 F-N17 cap_rate cash_on_cash"),
        table(Property),
        record=Property,
        phrase="a table with Address, Value, Value date, Value basis, Cash invested, Building basis and "
        "In service date",
        audits=("rental",),
    ),
    MissingField(
        "property_value",
        "Value of the building with its date",
        "Without a dated value the return on it and the loan against it cannot be told.",
        ("cfo", "ceo"),
        ids("F-N4 F-N10 F-N15 cap_rate"),
        cells(Property, "value", "value_date", "value_basis"),
        record=Property,
        cell="Value, Value date and Value basis",
        row="property",
        audits=("rental",),
    ),
    MissingField(
        "property_basis",
        "Tax basis of the building",
        "Depreciation, the largest line of the tax preview, cannot be worked out.",
        ("accounting",),
        ids("F-N11 F-N12"),
        cells(Property, "building_basis", "in_service_date"),
        record=Property,
        cell="Building basis and In service date",
        row="property",
        audits=("rental",),
    ),
    MissingField(
        "cash_invested",
        "Own money put into the building",
        "What the money in it earns cannot be compared with any other use.",
        ("cfo",),
        ids("F-N6 cash_on_cash"),
        cells(Property, "cash_invested"),
        record=Property,
        cell="Cash invested",
        row="property",
        audits=("rental",),
    ),
)
