"""The mail that holds a link, and the service that sends it."""

from collections.abc import Callable
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from html import escape
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from signin.config import Config
from signin.table import BusyError

NOBODY: Final = "success@simulator.amazonses.com"
"""The service's own mailbox, which takes everything and keeps nothing: what unknown addresses get (F-191)."""

_LONGEST_LINE: Final = 76
_REFUSED: Final = frozenset({"MessageRejected", "BadRequestException"})
"""What may lie with one address: the reader is told nothing of it."""

Send = Callable[[EmailMessage], None]
"""Raises BusyError where the mail has to wait."""

_TEXT: Final = """\
Hello {name},

here is your link to {site}:

{link}

It opens once, within 10 minutes, on whatever device you use it.

You did not ask for it? Then there is nothing to do: without this mail nobody can sign in as you.
"""

_HTML: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{title}</title>
</head>
<body style="margin:0;padding:24px 16px;font:16px/1.5 -apple-system,'Segoe UI',Arial,sans-serif">
<div style="max-width:32em;margin:0 auto">
<p>Hello {name},</p>
<p>here is your link to {site}:</p>
<p><a ses:no-track href="{link}" style="display:inline-block;padding:12px 20px;border-radius:6px;\
background:#14598a;color:#ffffff;text-decoration:none;font-weight:600">Sign in</a></p>
<p>It opens once, within 10 minutes, on whatever device you use it.</p>
<p>You did not ask for it? Then there is nothing to do: without this mail nobody can sign in as you.</p>
</div>
</body>
</html>
"""


class Lines(EmailPolicy):
    """Mails as they go over the line: a subject is encoded as one text, since the library loses spaces word by word."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """One header with its line ends."""
        if name != "Subject":
            return super().fold_binary(name, value)
        text = Header(value, header_name=name, maxlinelen=_LONGEST_LINE).encode(linesep="\r\n")
        return f"{name}: {text}\r\n".encode()


def message(config: Config, to: str, name: str, link: str) -> EmailMessage:
    """The mail for one person, as text and as a simple page of the same words.

    Args:
        to: Address as the settings have it.
        name: Their name, any text.
        link: The whole address.
    """
    title = f"Sign in to {config.site_name}"
    mail = EmailMessage(policy=Lines(linesep="\r\n"))
    mail["From"] = config.mail_from
    mail["To"] = to
    mail["Subject"] = title
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_TEXT.format(name=name, site=config.site_name, link=link))
    mail.add_alternative(
        _HTML.format(
            title=escape(title), name=escape(name), site=escape(config.site_name), link=escape(link)
        ),
        subtype="html",
    )
    return mail


def by_ses(client: Any) -> Send:  # noqa: ANN401 - boto3 makes classes as it runs
    """Send through Amazon SES."""

    def send(mail: EmailMessage) -> None:
        try:
            client.send_email(
                FromEmailAddress=str(mail["From"]),
                Destination={"ToAddresses": [str(mail["To"])]},
                Content={"Raw": {"Data": mail.as_bytes()}},
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in _REFUSED:
                raise BusyError(f"send_email: {code}") from None
        except BotoCoreError as error:
            raise BusyError(f"send_email: {type(error).__name__}") from None

    return send
