"""What the doctor looks at outside: credentials, sender, store, distribution and roles; asks, and changes nothing."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from quarterdeck.collectors.scope import Account
from quarterdeck.commands.collect import accounts_of
from quarterdeck.mail.posts import post_of
from quarterdeck.mail.recipients import copies, readers
from quarterdeck.model.errors import OutsideError
from quarterdeck.publish.aws import reach_of
from quarterdeck.publish.lists import read_state
from quarterdeck.publish.live import Asker
from quarterdeck.publish.preflight import deviations
from quarterdeck.publish.preflight import unseen as not_looked_at
from quarterdeck.publish.stores import store_of
from quarterdeck.reports.words import counted
from quarterdeck.settings import Settings
from quarterdeck.start.sign import Patient, Sign, ok, unseen, wrong

_ROLES: Final = {"AuditRoleArn": "audit", "PublishRoleArn": "publish", "MailRoleArn": "mail"}
"""Output of the stack -> the environment of the workflows that may take the role on."""
_SUBJECT: Final = "token.actions.githubusercontent.com:sub"


def has_account(settings: Settings) -> bool:
    """Whether AWS is asked whose the credentials are."""
    return has_bucket(settings) or (settings.aws.endpoint is None and bool(settings.aws.accounts))


def has_post(settings: Settings) -> bool:
    """Whether mail leaves this machine."""
    return settings.mail.through != "outbox"


def has_bucket(settings: Settings) -> bool:
    """Whether versions go to a bucket."""
    return settings.publishing.bucket is not None


def has_stack(settings: Settings) -> bool:
    """Whether the settings say what made the roles."""
    return settings.publishing.stack is not None


def credentials(patient: Patient) -> Iterator[Sign]:
    """Whose the credentials are, for publishing and for each account that is audited."""
    settings = patient.settings
    publishing = settings.publishing
    if publishing.bucket and publishing.account:
        yield from _whoami(patient, "publishing", publishing.account, publishing.region, None)
    if settings.aws.endpoint:
        yield ok("credentials for collect", "none needed; the accounts are played on this machine")
        return
    for one in accounts_of(settings):
        yield from _whoami(patient, f"aws.accounts.{one.name}", one.number, one.regions[0], one)
    if not has_account(settings):
        yield unseen("credentials", "portfolio.yml names no account of AWS, so none are needed")


def _whoami(
    patient: Patient, name: str, expected: str, region: str | None, account: Account | None
) -> Iterator[Sign]:
    """One sign; a refusal for one account says nothing of the others."""
    subject = f"credentials for {name}"
    reach = reach_of(patient.environ)._replace(account=account, attempts=2)
    try:
        number = Asker(region, reach).ask("sts", "get_caller_identity", subject, "Account")
    except OutsideError as error:
        yield unseen(subject, _without(str(error), subject), is_failed=True)
        return
    if number == expected:
        yield ok(subject, f"of account {expected}, as portfolio.yml says")
    else:
        mend = "Sign in to the other account, or correct portfolio.yml."
        yield wrong(subject, f"they are of account {number}, and portfolio.yml says {expected}", mend)


def sender(patient: Patient) -> Iterator[Sign]:
    """Whether mail would be taken now, and nobody's settings of mail are wrong."""
    settings = patient.settings
    people = [one for one in readers(settings) if one.mails != "never"]
    blind = copies(settings)
    post = post_of(settings, patient.root, patient.environ, is_sample=False)
    refused = post.refusals(len(people) * (1 + len(blind)))
    for one in refused:
        what, _, mend = one.partition(". ")
        yield wrong("mail", what, mend or "Correct mail: in portfolio.yml.")
    if not refused and settings.mail.through == "outbox":
        mend = "For real mail set mail: through: ses or smtp."
        yield ok("mail", f"goes to {post.place}, and leaves this machine by nobody's hand", mend)
    elif not refused:
        yield ok("mail", f"{post.place} takes mail to {counted(len(people), 'reader')}")


def store(patient: Patient) -> Iterator[Sign]:
    """Whether versions can be read where they are kept, and what readers are given."""
    publishing = patient.settings.publishing
    found = store_of(patient.settings, patient.root, patient.environ)
    subject = "bucket" if publishing.bucket else "folder"
    state = read_state(found)
    if state is None or not state.latest:
        mend = f"Run: quarterdeck build && quarterdeck publish{' --begin' if publishing.bucket else ''}"
        yield ok(subject, f"nothing is published in {found.place} yet", mend)
    elif state.portfolio != patient.settings.name:
        what = f"{found.place} belongs to the portfolio {state.portfolio}, and this one is {patient.settings.name}"
        yield wrong(subject, what, "Correct publishing: or name: in portfolio.yml.")
    else:
        yield ok(subject, f"readers are given {state.latest} from {found.place}")


def guards(patient: Patient) -> Iterator[Sign]:
    """Whether all that keeps pages private stands as the template says."""
    publishing = patient.settings.publishing
    if not publishing.bucket:
        yield unseen("private site", "portfolio.yml names no bucket; versions go to a folder of this machine")
        return
    open_ = deviations(patient.settings, patient.root, patient.environ)
    for one in open_:
        yield wrong("private site", f"{one.where}: {one.what}; {one.why}", one.mend)
    for why in not_looked_at(publishing):
        mend = "Paste the output Settings of your stack there."
        yield unseen("private site", why.removeprefix("Not looked at: "), mend)
    if not open_:
        yield ok("private site", "what was looked at stands as the template says")


def roles(patient: Patient) -> Iterator[Sign]:
    """Whether the three roles are there, each for its own environment of this repository alone."""
    publishing = patient.settings.publishing
    if not publishing.stack or not publishing.account:
        yield unseen("roles", "portfolio.yml names no stack that made them")
        return
    asker = Asker(publishing.region, reach_of(patient.environ)._replace(attempts=2))
    (stack,) = asker.ask(
        "cloudformation",
        "describe_stacks",
        f"stack {publishing.stack}",
        "Stacks",
        StackName=publishing.stack,
    )
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", ())}
    for output, environment in _ROLES.items():
        subject = f"role for {environment}"
        if output not in outputs:
            mend = "Update the stack from: quarterdeck infra template"
            yield wrong(subject, f"stack {publishing.stack} names no {output}", mend)
        else:
            yield from _role(patient, asker, subject, outputs[output].rpartition("/")[2], environment)


def _role(patient: Patient, asker: Asker, subject: str, name: str, environment: str) -> Iterator[Sign]:
    """Who may take on one role, where that may be read."""
    try:
        found = asker.ask("iam", "get_role", subject, "Role", RoleName=name)
    except OutsideError:
        yield unseen(subject, f"{name} is named by the stack; these credentials may not read more of it")
        return
    subjects = sorted(_subjects(found.get("AssumeRolePolicyDocument", {})))
    repository = _repository(patient)
    expected = f"repo:{repository}:environment:{environment}"
    if subjects == [expected] or (
        not repository and len(subjects) == 1 and subjects[0].endswith(f":environment:{environment}")
    ):
        yield ok(subject, f"{name}, for {subjects[0]} alone")
    else:
        what = f"{name} may be taken on by {' and '.join(subjects) or 'nobody of GitHub'}, and not by {expected} alone"
        yield wrong(subject, what, "Update the stack with the Repository of portfolio.yml, or correct that.")


def _subjects(policy: dict[str, Any]) -> Iterator[str]:
    for statement in policy.get("Statement", ()):
        for condition in statement.get("Condition", {}).values():
            said = condition.get(_SUBJECT, ())
            yield from (said,) if isinstance(said, str) else said


def _repository(patient: Patient) -> str:
    """Owner and name, such as `example/harbor`; empty where the settings name none."""
    path = urlsplit(patient.settings.repository or "").path
    return path.strip("/").removesuffix(".git")


def _without(text: str, subject: str) -> str:
    """A sentence that does not begin with its subject, which is printed before it."""
    return text.removeprefix(f"{subject}: ")
