"""HTTP interfaces as an audit sees them; no policy and no value of a variable is ever among it."""

from typing import Literal

from quarterdeck.model.cloud.reach import Reached
from quarterdeck.model.observed import NOT_READ, Count, Flag, Names, Resource, Text


class Api(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One interface of API Gateway."""

    sort: Literal["rest", "http", "websocket"] = "http"
    host: str = ""
    """The address that the service gave it: `a1b2.execute-api.us-west-2.amazonaws.com`."""
    is_private: Flag = NOT_READ
    """Whether only networks of one's own get to it."""
    reach: Reached | None = NOT_READ
    """Who its policy lets in; None where it has none: then everyone whom the route lets in."""
    answers_at_host: Flag = NOT_READ
    """Whether it answers at the service's address, beside a domain of one's own."""
    cors: Text | None = NOT_READ
    """What pages of any site may send it: `credentials` or `authorization`; None where neither."""
    targets: Names = NOT_READ
    """ARNs and hosts that it calls."""
    calls_30d: Count = NOT_READ
    errors_30d: Count = NOT_READ
    """Calls that ended in an error of a server."""


class ApiRoute(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One route of an HTTP interface; its name and ARN are the interface's."""

    route: str
    """Its path: `/booking/{id}`."""
    method: str
    """In capitals; `ANY` for all."""
    auth: Text | None = NOT_READ
    """Who may call it, such as `JWT`; None for anyone."""
    needs_key: Flag = NOT_READ
    """Whether a key must be sent, which is no sign-in."""
    target: Text | None = NOT_READ
    """ARN or host that it calls; None where it answers by itself."""

    @property
    def subject(self) -> str:
        """The interface, method and path, as rules say them."""
        return f"{self.name} {self.method} {self.route}"


class ApiStage(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One stage of an interface; its name is both of theirs: `booking/prod`."""

    api: str
    """ARN of the interface."""
    is_limited: Flag = NOT_READ
    """Whether it, or a route of it, takes fewer calls in a second than the account does."""
    has_plan: Flag = NOT_READ
    """Whether a usage plan limits who has a key."""
    has_waf: Flag = NOT_READ
    firewall: Text | None = NOT_READ
    """ARN of the firewall list that it has; None without one."""
    is_logged: Flag = NOT_READ
    secret_names: Names = NOT_READ
    """Variables whose value is a secret."""
    secrets_are_grave: Flag = NOT_READ
    """Whether one of those opens payments, the cloud or mail."""


class ApiDomain(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """One domain of one's own at which interfaces answer."""

    min_tls: Text = NOT_READ
    """The service's name for the oldest protocol that it accepts: `TLS_1_2`."""
