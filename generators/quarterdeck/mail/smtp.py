"""Mail through a mail server, encrypted or not at all (F-154, F-155)."""

import smtplib
import ssl
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Final

from quarterdeck.mail.post import Posted
from quarterdeck.model.errors import UsageError
from quarterdeck.model.mail import Message

if TYPE_CHECKING:
    from quarterdeck.settings import Mail

PASSWORD: Final = "QUARTERDECK_SMTP_PASSWORD"  # noqa: S105 - the name of a variable
"""The variable that holds the password; it stands in no file."""
TRIES: Final = 2

_ALWAYS_TLS: Final = 465
_SECONDS: Final = 20
_FOR_GOOD: Final = 500
_NO_TLS: Final = "it offers no TLS, or its certificate is not valid for that name. Nothing was sent to it."
_NO_ENTRY: Final = (
    "it does not take user and password. Compare mail: smtp: user and the variable " + PASSWORD + "."
)
_NOT_THERE: Final = "it does not answer. Compare mail: smtp: host and port, and look at the network."


class Smtp:
    """One mail server; a `Post`. Each mail has a connection of its own, so that none suffers from another."""

    def __init__(
        self,
        settings: "Mail",
        environ: Mapping[str, str],
        context: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        """What it works with; nothing is asked yet.

        Args:
            settings: Sender and server.
            environ: Holds the password, where the server wants one.
            context: How a server proves who it is.

        Raises:
            UsageError: Sender, server or password is missing.
        """
        if settings.smtp is None or settings.sender is None:
            raise UsageError("mail: through: smtp needs sender: and smtp: host: in portfolio.yml.")
        self._server, self._sender = settings.smtp, settings.sender
        self._password = environ.get(PASSWORD, "")
        self._context = context
        if self._server.user and not self._password:
            raise UsageError(f"mail: smtp names a user, and {PASSWORD} is not set. Set it where this runs.")

    def __repr__(self) -> str:
        """Without the password."""
        return f"Smtp({self.place})"

    @property
    def place(self) -> str:
        """The server."""
        return f"the mail server {self._server.host}"

    def refusals(self, recipients: int) -> tuple[str, ...]:
        """Why the server would take nothing: no TLS, no entry, or not there. It tells no quota; see `Post`."""
        del recipients
        try:
            self._opened().quit()
        except OSError as error:
            return (f"{self.place}: {_why_closed(error)}",)
        return ()

    def send(self, message: Message, copies: Collection[str]) -> Posted:
        """Send one message; tried again only where the server was not there, or said "later"; see `Post`."""
        for tries in range(1, TRIES + 1):
            posted, again = self._tried(message, copies)
            if not again or tries == TRIES:
                return posted
        raise AssertionError  # the last try returns

    def _opened(self) -> smtplib.SMTP:
        """A connection that is encrypted before anything is said on it, and signed in.

        Raises:
            OSError: The server is not there, does not prove who it is, offers no TLS, or lets nobody in: all that
                the library raises is one.
        """
        host, port, context = self._server.host, self._server.port, self._context()
        server: smtplib.SMTP
        if port == _ALWAYS_TLS:
            server = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=_SECONDS)
        try:
            if port != _ALWAYS_TLS:
                server.starttls(context=context)
            if self._server.user:
                server.login(self._server.user, self._password)
        except BaseException:
            server.close()
            raise
        return server

    def _tried(self, message: Message, copies: Collection[str]) -> tuple[Posted, bool]:
        """What became of one try, and whether another one may be made: only of what surely was not sent."""
        try:
            server = self._opened()
        except OSError as error:
            is_away = not isinstance(error, (ssl.SSLError, smtplib.SMTPException))
            return Posted("failed", _why_closed(error), stops_all=True), is_away
        try:
            return self._handed_over(server, message, copies)
        finally:
            server.close()

    def _handed_over(
        self, server: smtplib.SMTP, message: Message, copies: Collection[str]
    ) -> tuple[Posted, bool]:
        """Say who it is from and for, then the mail itself; up to its last line nothing was sent."""
        try:
            server.ehlo_or_helo_if_needed()
            for code in (server.mail(self._sender)[0], server.rcpt(message.to)[0]):
                if code >= 400:  # noqa: PLR2004 - SMTP
                    return _refused(code), code < _FOR_GOOD
            lost = sum(server.rcpt(one)[0] >= 400 for one in sorted(copies))  # noqa: PLR2004 - SMTP
        except (OSError, UnicodeError):
            return Posted("failed", "the connection broke before the mail was handed over"), True
        try:
            code, _ = server.data(message.data)
        except smtplib.SMTPDataError as error:  # said before the mail itself was
            return _refused(error.smtp_code), error.smtp_code < _FOR_GOOD
        except OSError:
            return Posted(
                "unknown", "the connection broke before the server said whether it took the mail"
            ), False
        if code >= 400:  # noqa: PLR2004 - SMTP
            return _refused(code), code < _FOR_GOOD
        return Posted("sent", f"blind copies that the server refused: {lost}" if lost else ""), False


def _refused(code: int) -> Posted:
    """What the server's number says; its words may hold an address."""
    why = "refuses this mail or its address" if code >= _FOR_GOOD else "does not take it now"
    return Posted("failed", f"the server {why} ({code})")


def _why_closed(error: Exception) -> str:
    if isinstance(error, (ssl.SSLError, smtplib.SMTPNotSupportedError)):
        return _NO_TLS
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _NO_ENTRY
    return _NOT_THERE
