"""The portfolio's settings: what `portfolio.yml` may say, its types and its defaults."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from quarterdeck.model import assumed
from quarterdeck.model.assumed import CHANNEL_WEIGHTS, CONTRACTOR_THRESHOLD, DEFAULTS, STALE_AFTER, Assumed
from quarterdeck.model.declared import Declared, Reference
from quarterdeck.model.declared import RuntimeEnd as KnownEnd
from quarterdeck.model.errors import InputError
from quarterdeck.model.finding import ROLES, Role
from quarterdeck.model.severity import Severity
from quarterdeck.model.statement import DateOrder, Delimiter, Encoding, Profile
from quarterdeck.reference import references, runtime_ends
from quarterdeck.settings_check import (
    check_build_folder,
    check_names,
    check_published_folder,
    check_version,
    list_errors,
)
from quarterdeck.settings_file import read_settings_file
from quarterdeck.settings_types import (
    EXPECTED,
    Account,
    Amount,
    Branch,
    Bucket,
    Currency,
    Day,
    Distribution,
    Email,
    Flag,
    Id,
    Line,
    Number,
    Prefix,
    Ratio,
    Region,
    Rule,
    Site,
    Url,
    Version,
    Whole,
    Written,
    Year,
    Zone,
)

SCHEMA_VERSION = 1
"""The version of `portfolio.yml` that this program reads."""

PINNED_RULES = ("R-CEO-01", "R-CEO-04", "R-CEO-06", "R-CTO-01", "R-CTO-02", "R-CFO-02")
HOURS_PER_WEEK = Decimal(10)


class _Part(BaseModel):
    """A map whose keys are all known; nothing in it changes once it is read."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Person(_Part):
    """Somebody who reads reports or owns tasks."""

    name: Line = Field(description="Name as printed on pages and mails.")
    address: Email | None = Field(None, description="Where their mail goes; without it they get none.")
    roles: tuple[Role, ...] = Field((), description="The reports they get: ceo, cto, cfo, cmo, accounting.")
    hours_per_week: Number = Field(
        HOURS_PER_WEEK, description="Hours a week for tasks of the 30-day agenda (R-CEO-13)."
    )
    audience: Id = Field(
        "all", description="The one audience they belong to; needed where there are several."
    )
    mails: Literal["commit", "daily", "weekly", "never"] = Field(
        "commit", description="How often they are told what changed: at each commit, or once a day or week."
    )


class Audience(_Part):
    """A set of roles and entities that one group of people may see."""

    title: Line = Field("Everybody", description="Name of the audience, for people.")
    roles: tuple[Role, ...] = Field(ROLES, description="Role reports they may see; all by default.")
    entities: tuple[Id, ...] | None = Field(
        None, description="Entities they may see; all by default, those of later too."
    )


def _as_repo(value: object) -> object:
    """Read a repository that is written as one word: a name, a path or an address."""
    if not isinstance(value, str):
        return value
    name = value.rstrip("/").removesuffix(".git").replace(":", "/").rsplit("/", 1)[-1]
    if "://" in value or value.startswith("git@"):
        return {"name": name, "url": value}
    return {"name": name, "path": value} if "/" in value else {"name": value}


class _RepoParts(_Part):
    """A code repository of an entity."""

    name: Line = Field(description="Name, as handoffs use it.")
    path: Line | None = Field(None, description="Folder of a checkout, from the portfolio's folder.")
    url: Line | None = Field(None, description="Address to clone from.")
    branch: Branch | None = Field(None, description="Branch to look at; the repository's default without it.")
    profile: Literal["solo", "team"] | None = Field(
        None, description="Whether one person or several work on it; its commits tell without it (REPO-13)."
    )
    public: bool | None = Field(None, description="Whether anybody may read it (REPO-19).")


Repo = Annotated[_RepoParts, BeforeValidator(_as_repo, json_schema_input_type=str | _RepoParts)]


class AwsMatch(_Part):
    """How AWS resources of an entity are recognised; one match is enough."""

    tags: Mapping[Line, Line] = Field({}, description="Tag and value, such as entity: jada.")
    names: tuple[Line, ...] = Field((), description="Names or their beginnings with *, such as jada-*.")
    aliases: tuple[Line, ...] = Field(
        (), description="Account aliases or numbers that are this entity's alone."
    )
    stacks: tuple[Line, ...] = Field((), description="CloudFormation stacks.")
    domains: tuple[Site, ...] = Field(
        (), description="Domains that distributions, zones and certificates serve."
    )


class EntitySources(_Part):
    """Where the repositories, sites and AWS resources of an entity stand."""

    repos: tuple[Repo, ...] = Field((), description="Repositories: names, paths or addresses.")
    sites: tuple[Site, ...] = Field((), description="Web sites (F-X2).")
    regions: tuple[Region, ...] = Field(
        (), description="Regions in which its resources may stand (AWS-S3-19)."
    )
    aws: AwsMatch = Field(AwsMatch(), description="How its AWS resources are recognised.")
    booking_path: tuple[Line, ...] = Field(
        (),
        description="Functions, routes and sites of booking and payment; by name without it (R-CTO-10, -15).",
    )


class Resource(_Part):
    """What cannot be seen from outside about one AWS resource or repository."""

    data: Literal["personal"] | None = Field(None, description="It holds data about people (R-CTO-07, -08).")
    use: Literal["sample", "test"] | None = Field(
        None, description="It is no production resource (R-CTO-30)."
    )


class KnownAccount(_Part):
    """An AWS account of others that may be named in policies."""

    account: Account = Field(description="Its 12 digits.")
    reason: Line = Field(description="Whose it is, and why it may.")


class PublicRoute(_Part):
    """An address that anyone may call on purpose."""

    route: Line = Field(description="Method and path, or the function's address.")
    reason: Line = Field(description="Why it is open.")


class AwsAccount(_Part):
    """One AWS account that is looked at."""

    account: Account = Field(description="Its 12 digits; credentials of another account are refused.")
    role: Line | None = Field(None, description="Role to take on there, as an ARN; none without it.")
    profile: Line | None = Field(None, description="Named credentials of the machine to begin with.")
    regions: tuple[Region, ...] = Field(
        ("us-east-1",), description="Regions to look at, the home region first."
    )
    entity: Id | None = Field(None, description="The entity that all of it belongs to; else told one by one.")


class Aws(_Part):
    """What the AWS audit looks at."""

    endpoint: Literal["embedded"] | None = Field(
        None, description="embedded plays a sample estate on this machine, to try the audit out."
    )
    accounts: Mapping[Id, AwsAccount] = Field({}, description="Accounts by the name that reports use.")


class Dns(_Part):
    """How names are looked up."""

    resolvers: tuple[Line, ...] = Field(
        (), description="Addresses of name servers; the machine's own without."
    )
    registry: Flag = Field(default=False, description="Ask registries when a domain ends (DNS-17).")


class Web(_Part):
    """How far the web audit goes."""

    probe: Flag = Field(
        default=False, description="Ask for the few files that should never be open (WEB-12)."
    )
    private: Flag = Field(default=False, description="Allow sites inside private networks.")


class Smtp(_Part):
    """A mail server; its password is in QUARTERDECK_SMTP_PASSWORD."""

    host: Line = Field(description="Name of the server; it has to offer TLS.")
    port: Whole = Field(587, description="Port: 587 begins plain and turns to TLS, 465 is TLS at once.")
    user: Line | None = Field(None, description="Whom to sign in as; nobody without it.")


class Mail(_Part):
    """How reports are mailed."""

    through: Literal["outbox", "ses", "smtp"] = Field(
        "outbox", description="Where mail goes: files in the build folder, Amazon SES, or a mail server."
    )
    smtp: Smtp | None = Field(None, description="The mail server, for through: smtp.")
    account: Account | None = Field(None, description="The 12 digits of the account of SES; any without it.")
    queue: Url | None = Field(None, description="SQS queue with what SES tells of sent mail.")
    sender: Email | None = Field(None, description="From address; also SES_SENDER in repos.env.")
    sender_name: Line = Field("Quarterdeck", description="Name shown with the From address.")
    region: Region | None = Field(None, description="SES region; also SES_REGION or AWS_REGION in repos.env.")
    configuration_set: Line | None = Field(None, description="SES configuration set of report mail.")
    bcc: tuple[Email, ...] = Field((), description="Archive addresses that get a blind copy of each mail.")
    reply_to: Email | None = Field(None, description="Where answers go; the sender without it.")
    subject_prefix: Line | None = Field(None, description="Put in front of each subject.")
    streams: Mapping[Line, Literal["operational", "marketing"]] = Field(
        {}, description="What each SES identity or configuration set sends (R-CTO-22)."
    )


class Publishing(_Part):
    """Where finished versions go and how long they stay."""

    folder: Line = Field(
        "published", description="Local folder to publish to, outside build/; where no bucket is named."
    )
    bucket: Bucket | None = Field(None, description="S3 bucket of the versions.")
    account: Account | None = Field(None, description="The 12 digits of the account that owns all of it.")
    region: Region | None = Field(None, description="Region of the bucket.")
    prefix: Prefix = Field("reports", description="Where in the bucket the versions stand.")
    distribution: Distribution | None = Field(None, description="CloudFront distribution in front of it.")
    key_value_store: Line | None = Field(
        None, description="CloudFront key-value store of the edge, as an ARN."
    )
    table: Line | None = Field(None, description="DynamoDB table of readers and sign-ins.")
    stack: Line | None = Field(
        None, description="CloudFormation stack that made these; quarterdeck infra check compares it."
    )
    site_url: Url | None = Field(None, description="Address at which readers open the site.")
    keep: Whole = Field(
        30, description="Newest versions that are kept; ends of months and pinned ones stay besides."
    )


class VarianceFlag(_Part):
    """A difference that is flagged when it passes both."""

    absolute: Amount = Field(
        DEFAULTS.variance_flag.absolute,
        alias="abs",
        description="Difference from plan in money (F-V1, R-CFO-10).",
    )
    ratio: Ratio = Field(
        DEFAULTS.variance_flag.ratio,
        alias="pct",
        description="Difference from plan as a share (F-V1, R-CFO-10).",
    )


class BillTolerance(_Part):
    """A difference between bill and agreement that is let pass."""

    absolute: Amount = Field(
        DEFAULTS.bill_tolerance.absolute,
        alias="abs",
        description="Billing difference in money (F-L3, R-DLV-02, -03).",
    )
    ratio: Ratio = Field(
        DEFAULTS.bill_tolerance.ratio,
        alias="pct",
        description="Billing difference as a share (F-L3, R-DLV-02, -03).",
    )


class SendStop(_Part):
    """Rates at which a campaign stops."""

    bounce: Ratio = Field(
        DEFAULTS.send_stop.bounce, description="Hard bounces that stop a campaign (F-Q4, R-CMO-04)."
    )
    complaint: Ratio = Field(
        DEFAULTS.send_stop.complaint, description="Complaints that stop a campaign (F-Q4, R-CMO-04)."
    )


class StaleAfter(_Part):
    """Days after which an input is called old."""

    handoff: Whole = Field(
        STALE_AFTER["handoff"], description="Days until a handoff is old (R-DAT-04, R-CEO-11)."
    )
    evidence: Whole = Field(
        STALE_AFTER["evidence"], description="Days until collected evidence is old (R-DAT-04, R-CTO-29)."
    )
    funnel: Whole = Field(
        STALE_AFTER["funnel"], description="Days until a booking funnel must be walked again (R-QDN-07)."
    )
    channels: Whole = Field(
        STALE_AFTER["channels"], description="Days until a sales channel must be checked again (R-CMO-13)."
    )
    reconciled: Whole = Field(
        STALE_AFTER["reconciled"], description="Days until an account must be reconciled again (R-ACC-11)."
    )
    values: Whole = Field(STALE_AFTER["values"], description="Days until a stated value is old (R-RNT-09).")


class ChangeThresholds(_Part):
    """How far a figure moves before it is called a change."""

    money: Amount = Field(Decimal(250), description="Least change in money that is reported.")
    money_ratio: Ratio = Field(
        Decimal("0.10"), description="Least change of money as a share that is reported."
    )
    ratio: Ratio = Field(Decimal("0.05"), description="Least change of a ratio that is reported.")
    months: Number = Field(Decimal("0.5"), description="Least change of a span in months that is reported.")
    count: Whole = Field(1, description="Least change of a count that is reported.")


def _with_default_thresholds(value: object) -> object:
    """Years that are not written keep their default."""
    known = {str(year): amount for year, amount in CONTRACTOR_THRESHOLD}
    return {**known, **value} if isinstance(value, dict) else value


def _with_default_weights(value: object) -> object:
    """Kinds of channel that are not written keep their default."""
    return {**CHANNEL_WEIGHTS, **value} if isinstance(value, dict) else value


class Thresholds(_Part):
    """Where rules begin to speak."""

    approval_limit: Amount = Field(
        DEFAULTS.approval_limit, description="Spending from which the CEO decides; 0 shows every option."
    )
    capital_threshold: Amount = Field(
        DEFAULTS.capital_threshold, description="Cost from which a thing is an asset (R-ACC-15)."
    )
    contractor_threshold: Annotated[Mapping[Year, Amount], BeforeValidator(_with_default_thresholds)] = Field(
        dict(CONTRACTOR_THRESHOLD),
        description="Yearly pay from which a contractor gets a 1099 (F-A3, R-ACC-16, -17).",
    )
    receipt_exception_below: Amount = Field(
        Decimal(75), description="Below this, travel, vehicle and gift costs need no receipt."
    )
    variance_flag: VarianceFlag = Field(VarianceFlag(), description="Difference from plan that is flagged.")
    bill_tolerance: BillTolerance = Field(BillTolerance(), description="Billing difference that is let pass.")
    send_stop: SendStop = Field(SendStop(), description="Rates at which a campaign stops.")
    deposit_limit_months: Number = Field(
        DEFAULTS.deposit_limit_months, description="Most months of rent held as deposit (R-RNT-04)."
    )
    stale_after: StaleAfter = Field(StaleAfter(), description="Days after which an input is called old.")
    changes: ChangeThresholds = Field(ChangeThresholds(), description="Least changes that are reported.")


class Downside(_Part):
    """The bad case of the 13-week forecast."""

    receipts: Ratio = Field(Decimal("0.80"), description="Share of expected receipts in the bad case (F-C3).")
    delay_weeks: Whole = Field(2, description="Weeks by which receipts come late in the bad case (F-C3).")


class StageProbability(_Part):
    """Chance that a lead of a stage is won."""

    lead: Ratio = Field(
        DEFAULTS.stage_probability.lead, description="Chance that a lead is won (F-Q13, F-C3)."
    )
    qualified: Ratio = Field(
        DEFAULTS.stage_probability.qualified, description="Chance that a qualified lead is won (F-Q13, F-C3)."
    )
    proposal: Ratio = Field(
        DEFAULTS.stage_probability.proposal, description="Chance that a proposal is won (F-Q13, F-C3)."
    )
    verbal: Ratio = Field(
        DEFAULTS.stage_probability.verbal, description="Chance that a verbal yes is won (F-Q13, F-C3)."
    )


class CardFee(_Part):
    """What a card payment costs."""

    ratio: Ratio = Field(
        DEFAULTS.card_fee.ratio, alias="pct", description="Card fee as a share of the price (F-Q8, F-Q10)."
    )
    fixed: Amount = Field(
        DEFAULTS.card_fee.fixed, alias="fix", description="Card fee per payment (F-Q8, F-Q10)."
    )


class EmailCase(_Part):
    """One case of the e-mail model."""

    click: Ratio = Field(description="Unique clicks per delivered mail (F-Q1).")
    order: Ratio = Field(description="Orders per click (F-Q1).")


_EMAIL = DEFAULTS.email_model


def _case(case: assumed.EmailCase) -> EmailCase:
    return EmailCase(click=case.click, order=case.order)


class EmailModel(_Part):
    """What a mailing to the list may bring (F-Q1)."""

    low: EmailCase = Field(_case(_EMAIL.low), description="Low case of a mailing (F-Q1).")
    base: EmailCase = Field(_case(_EMAIL.base), description="Middle case of a mailing (F-Q1).")
    high: EmailCase = Field(_case(_EMAIL.high), description="High case of a mailing (F-Q1).")
    bounce: Ratio = Field(_EMAIL.bounce, description="Hard bounces of the first mailing (F-Q1).")
    sends: Whole = Field(_EMAIL.sends, description="Mailings in a campaign (F-Q1).")
    decay: Ratio = Field(_EMAIL.decay, description="Clicks of each mailing against the one before (F-Q1).")
    unsub: Ratio = Field(_EMAIL.unsub, description="Unsubscribes per mailing (F-Q1).")
    complaint: Ratio = Field(_EMAIL.complaint, description="Complaints per mailing (F-Q1).")


class Ramp(_Part):
    """How a list that was never mailed is warmed up (F-Q4)."""

    start: Whole = Field(
        DEFAULTS.ramp.start, alias="v0", description="Mails on the first day (F-Q4, R-CMO-03)."
    )
    growth: Number = Field(
        DEFAULTS.ramp.growth, alias="g", description="Growth from day to day (F-Q4, R-CMO-03)."
    )
    cap: Whole = Field(DEFAULTS.ramp.cap, description="Most mails a day (F-Q4, R-CMO-03).")


class LocalCpi(_Part):
    """The rise of consumer prices that a rent cap rests on."""

    rate: Ratio = Field(description="Yearly rise.")
    place: Line = Field(description="Where it holds.")
    checked_on: Day = Field(description="When somebody looked it up.")


class SalesTax(_Part):
    """A sales tax rate."""

    place: Line = Field(description="Where it holds.")
    rate: Ratio = Field(description="The rate.")
    since: Day = Field(alias="from", description="First day of the rate.")
    source: Line = Field(description="Who says so.")


class RuntimeEnd(_Part):
    """When support of an AWS Lambda runtime ends."""

    day: Day = Field(alias="date", description="Last day of support.")
    checked_on: Day = Field(description="When somebody looked it up.")


class Benchmark(_Part):
    """A reference figure of your own in place of ours."""

    figure: Line = Field(description="As printed.")
    checked_on: Day = Field(description="When somebody looked it up.")


class Assumptions(_Part):
    """What is taken to be so where nobody knows."""

    hurdle_rate: Ratio = Field(
        DEFAULTS.hurdle_rate, description="Yearly return that a project must beat (F-K3, F-K5, R-CFO-12)."
    )
    reserve_months: Number = Field(Decimal(3), description="Months of costs kept in reserve (F-K1).")
    rental_reserve_months: Number = Field(
        DEFAULTS.rental_reserve_months, description="Months of a rental's costs kept in reserve (F-N13)."
    )
    downside: Downside = Field(Downside(), description="The bad case of the forecast.")
    upside_min_probability: Ratio = Field(
        DEFAULTS.upside_min_probability,
        description="Chance from which a lead counts in the good case (F-C3).",
    )
    stage_probability: StageProbability = Field(StageProbability(), description="Chances by stage.")
    loss_rates: Annotated[tuple[Ratio, ...], Field(min_length=5, max_length=5)] = Field(
        DEFAULTS.loss_rates,
        description="Share of unpaid invoices lost, by age: current, 30, 60, 90 days, older (F-L11).",
    )
    fx_max_age_days: Whole = Field(7, description="Days that an exchange rate holds (F-P3, R-CFO-21).")
    card_fee: CardFee = Field(CardFee(), description="What a card payment costs.")
    channel_weights: Annotated[Mapping[Line, Number], BeforeValidator(_with_default_weights)] = Field(
        CHANNEL_WEIGHTS, description="Weight of a channel, by kind or name, in visibility (F-Q11)."
    )
    email_model: EmailModel = Field(EmailModel(), description="What a mailing may bring.")
    ramp: Ramp = Field(Ramp(), description="How a list is warmed up.")
    local_cpi: LocalCpi | None = Field(None, description="Rise of local prices (F-N17, R-RNT-07).")
    sales_tax: tuple[SalesTax, ...] = Field((), description="Sales tax rates (F-R9).")
    personal_payees: tuple[Line, ...] = Field(
        (), description="Words in payees that mean personal (F-A8, R-ACC-20)."
    )
    runtime_end_dates: Mapping[Line, RuntimeEnd] = Field(
        {}, description="Ends of Lambda runtimes (R-CTO-09)."
    )
    benchmarks: Mapping[Line, Benchmark] = Field(
        {}, description="Reference figures in place of reference.yml."
    )


class SeverityOverride(_Part):
    """A rule that weighs more or less here."""

    rule: Rule = Field(description="Code of the rule.")
    entity: Id | None = Field(None, description="Only for this entity; for all without it.")
    severity: Severity = Field(description="critical, high, medium, low or info.")
    reason: Line = Field(description="Why; printed with the finding.")


class Accepted(_Part):
    """A finding that somebody answers for until a day."""

    rule: Rule = Field(description="Code of the rule.")
    entity: Id | None = Field(
        None, description="Entity of the finding; without it, the finding is one of the whole portfolio."
    )
    subject: Line = Field(description="Subject of the finding, as printed.")
    until: Day = Field(description="Last day; after it the finding is open again (R-CEO-18).")
    reason: Line = Field(description="Why; printed with the finding.")
    owner: Id = Field(description="The person who answers for it.")


_BOOK_ACCOUNT = re.compile(r"(?:Assets|Liabilities)(?::[A-Z0-9][A-Za-z0-9-]*){2,}")


def _book_account(text: str) -> str:
    if not _BOOK_ACCOUNT.fullmatch(text):
        raise ValueError(text)
    return text


class Bank(_Part):
    """How the CSV files of a bank are read; `quarterdeck import bank` guesses it and asks."""

    account: (
        Annotated[
            str,
            Written(
                "an account of the books such as Assets:JADA:Bank:Checking",
                _book_account,
                {"type": "string", "pattern": f"^{_BOOK_ACCOUNT.pattern}$"},
            ),
        ]
        | None
    ) = Field(None, description="The account whose files these are; without it, chosen by --bank.")
    date: Line = Field(description="Heading of the column with the day, or its number from 1.")
    description: Line = Field(description="Column that says who paid or was paid.")
    amount: Line | None = Field(
        None, description="Column with the amount, where there is one for in and out."
    )
    debit: Line | None = Field(None, description="Column with money out, where it has its own.")
    credit: Line | None = Field(None, description="Column with money in, where it has its own.")
    side: Line | None = Field(None, description="Column with debit or credit, where the amount has no sign.")
    balance: Line | None = Field(None, description="Column with the balance after each line.")
    id: Line | None = Field(None, description="Column with the bank's own number of the line.")
    memo: Line | None = Field(None, description="Column with more words about it.")
    currency: Line | None = Field(None, description="Column with the currency of each line.")
    status: Line | None = Field(None, description="Column that marks lines as pending; those are left out.")
    date_order: DateOrder | None = Field(
        None, description="Order in a date: ymd, mdy or dmy; the column decides without it."
    )
    decimal: Literal[".", ","] | None = Field(
        None, description="Sign before the cents; the column decides without it."
    )
    delimiter: Delimiter | None = Field(
        None, description="Sign between cells: a comma, a semicolon, | or tab; guessed without it."
    )
    skip: Whole = Field(0, description="Lines above the table.")
    reversed: Flag | None = Field(
        None, description="Whether money out is written without a minus; a balance column decides first."
    )
    encoding: Encoding | None = Field(None, description="Encoding of the file; found out without it.")

    @model_validator(mode="after")
    def _has_an_amount(self) -> "Bank":
        if not self.amount and not (self.debit and self.credit):
            expected = "a map with a key amount:, or with both debit: and credit:"
            raise PydanticCustomError(EXPECTED, "expected {expected}", {"expected": expected})
        return self

    def profile(self, name: str) -> Profile:
        """The same as a value for the reader of files."""
        given = {key: value for key, value in self.model_dump().items() if value is not None}
        return msgspec.convert({"name": name, **given}, Profile)


class InForce(NamedTuple):
    """An assumption, threshold or policy with the value that holds."""

    key: str
    """Its path in `portfolio.yml`, such as `assumptions.hurdle_rate`."""
    value: str
    """As it would be written there."""
    what_for: str
    """One sentence: what it is and which formulas and rules use it."""
    is_default: bool = True
    """Whether nobody set it."""
    path: str = ""
    """Its place in `Assumed`, where that holds it: `card_fee.ratio`."""


class Settings(_Part):
    """All settings of a portfolio; every key may be left out."""

    schema_version: Version = Field(
        SCHEMA_VERSION, alias="schema", description="Version of this file's format."
    )
    name: Line = Field("Portfolio", description="Name of the portfolio; the folder's name without it.")
    as_of: Day | None = Field(None, description="Day for which reports are made; for sample portfolios only.")
    timezone: Zone = Field("UTC", description="Time zone in which days and months begin and end.")
    currency: Currency = Field("USD", description="Base currency of all amounts here.")
    repository: Url | None = Field(None, description="Address of this repository, for links to sources.")
    branch: Branch = Field("main", description="Branch that links to sources fall back to.")
    builder: Literal["mkdocs", "zensical"] = Field("mkdocs", description="Program that makes the site.")
    build: Line = Field("build", description="Folder that build makes, in the portfolio's folder.")
    people: Mapping[Id, Person] = Field({}, description="People by id, as tasks name them after @.")
    role_owners: Mapping[Role, Id] = Field({}, description="Who owns what has no owner, by role.")
    audiences: Mapping[Id, Audience] = Field(
        {"all": Audience()}, description="Who may see what; one audience for everybody without it."
    )
    entities: Mapping[Id, EntitySources] = Field({}, description="Where each entity's sources stand.")
    resources: Mapping[Line, Resource] = Field(
        {}, description="What cannot be seen about a resource, by name."
    )
    aws: Aws = Field(Aws(), description="Which AWS accounts the audit looks at.")
    dns: Dns = Field(Dns(), description="How the audit looks names up.")
    web: Web = Field(Web(), description="How the audit looks at sites.")
    known_accounts: tuple[KnownAccount, ...] = Field((), description="AWS accounts of others (R-CTO-11).")
    public_routes: tuple[PublicRoute, ...] = Field(
        (), description="Addresses that are open on purpose (R-CTO-11)."
    )
    banks: Mapping[Id, Bank] = Field({}, description="How the CSV files of each bank are read.")
    mail: Mail = Field(Mail(), description="How reports are mailed.")
    publishing: Publishing = Field(Publishing(), description="Where versions go.")
    name_authors: bool = Field(
        default=False, description="Whether reports of what changed name who committed it, as git knows them."
    )
    thresholds: Thresholds = Field(Thresholds(), description="Where rules begin to speak.")
    assumptions: Assumptions = Field(Assumptions(), description="What is taken to be so where nobody knows.")
    severity_overrides: tuple[SeverityOverride, ...] = Field((), description="Rules that weigh more or less.")
    accepted: tuple[Accepted, ...] = Field((), description="Findings that somebody answers for.")
    pinned_rules: tuple[Rule, ...] = Field(
        PINNED_RULES, description="Rules whose critical findings come first whatever their score."
    )

    def defaults_in_force(self) -> list[InForce]:
        """Every assumption and threshold left at its default, in the order of the keys above.

        Hours a week of people and the pinned rules are among them; keys whose default is none are not, for
        there nothing is assumed.
        """
        found = [
            InForce(
                f"people.{person}.hours_per_week",
                str(HOURS_PER_WEEK),
                str(Person.model_fields["hours_per_week"].description),
            )
            for person, known in sorted(self.people.items())
            if "hours_per_week" not in known.model_fields_set
        ]
        found.extend(one for one in self._values() if one.is_default)
        if "pinned_rules" not in self.model_fields_set:
            what_for = str(type(self).model_fields["pinned_rules"].description)
            found.append(InForce("pinned_rules", ", ".join(self.pinned_rules), what_for))
        return found

    def in_force(self) -> list[InForce]:
        """Every assumption and threshold that a number rests on, set or not, in the order of the keys above.

        Those are the fields of `Assumed`; other keys are read, and wait for the reports that will use them.
        """
        return [one for one in self._values() if one.key.split(".")[1] in Assumed.__struct_fields__]

    def declared(self) -> Declared:
        """What is said of resources outside, for the rules that judge them."""
        own = {
            name: KnownEnd(end.day, end.checked_on, "portfolio.yml")
            for name, end in self.assumptions.runtime_end_dates.items()
        }
        return Declared(
            personal=frozenset(name for name, one in self.resources.items() if one.data),
            spare=frozenset(name for name, one in self.resources.items() if one.use),
            booking_path={name: one.booking_path for name, one in self.entities.items() if one.booking_path},
            sites={name: one.sites for name, one in self.entities.items() if one.sites},
            regions={name: one.regions for name, one in self.entities.items() if one.regions},
            public_routes=frozenset(one.route for one in self.public_routes),
            site_stack=self.publishing.stack or "",
            streams=self.mail.streams,
            reports_from=self.mail.sender or "",
            replies_to=self.mail.reply_to or "",
            reports_through=self.mail.configuration_set or "",
            runtime_ends={**runtime_ends(), **own},
        )

    def _values(self) -> Iterator[InForce]:
        yield from _values(self.thresholds, "thresholds")
        yield from _values(self.assumptions, "assumptions")

    def references(self) -> tuple[Reference, ...]:
        """Every benchmark, in the order of `reference.yml`; what the portfolio says of one takes its place."""
        own = self.assumptions.benchmarks
        ours = references()
        return tuple(
            msgspec.structs.replace(
                one, figure=own[topic].figure, checked_on=own[topic].checked_on, source="portfolio.yml"
            )
            if topic in own
            else one
            for topic, one in ours.items()
        )

    def assumed(self) -> Assumed:
        """The values in force for formulas and pages."""
        everything = {**self.thresholds.model_dump(), **self.assumptions.model_dump()}
        everything["contractor_threshold"] = tuple(sorted(everything["contractor_threshold"].items()))
        return msgspec.convert(
            {name: everything[name] for name in Assumed.__struct_fields__}, Assumed, strict=False
        )


def _values(part: BaseModel, where: str, above: str = "", *, is_default: bool = False) -> Iterator[InForce]:
    for name, field in type(part).model_fields.items():
        key, value, what_for = f"{where}.{field.alias or name}", getattr(part, name), str(field.description)
        path, is_set = f"{above}{name}", name in part.model_fields_set and not is_default
        if isinstance(value, BaseModel):
            yield from _values(value, key, f"{path}.", is_default=not is_set)
        elif isinstance(field.default, Mapping) and field.default:
            for inner, held in value.items():
                is_ours = field.default.get(inner) == held
                yield InForce(f"{key}.{inner}", _printed(held), what_for, is_ours, f"{path}.{inner}")
        elif value not in (None, (), {}):
            yield InForce(key, _printed(value), what_for, not is_set, path)


def _printed(value: object) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, tuple) else str(value)


def load_settings(root: Path, environ: Mapping[str, str], written: bytes | None = None) -> Settings:
    """Read a portfolio's settings; without a `portfolio.yml` all are defaults.

    Args:
        root: The portfolio's folder.
        environ: The environment: variables that the file names as `${NAME}`, and HOME.
        written: What `portfolio.yml` is to hold, before it is written; the file itself is read without it.

    Raises:
        InputError: Something in `portfolio.yml` or `repos.env` is wrong; holds every problem of both.
    """
    file = read_settings_file(root, environ, written)
    settings = None
    if check_version(file, SCHEMA_VERSION):
        check_names(file, root)
        check_build_folder(file, root, environ.get("HOME", ""))
        check_published_folder(file, root, environ.get("HOME", ""))
        try:
            settings = Settings.model_validate(file.data, by_alias=True, by_name=False)
        except ValidationError as error:
            list_errors(file, error, Settings)
    if settings is None or file.problems:
        raise InputError(file.problems)
    if "name" not in settings.model_fields_set:
        settings = settings.model_copy(update={"name": root.resolve().name or settings.name})
    return settings
