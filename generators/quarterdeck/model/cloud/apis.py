"""HTTP interfaces as an audit sees them."""

from quarterdeck.model.observed import NOT_READ, Observed, Text


class ApiRoute(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One route of an HTTP interface."""

    api: str
    route: str
    """Its path: `/booking/{id}`."""
    method: str
    """In capitals; `ANY` for all."""
    auth: Text | None = NOT_READ
    """Who may call it, such as `JWT`; None for anyone."""

    @property
    def subject(self) -> str:
        """The interface, method and path, as rules say them."""
        return f"{self.api} {self.method} {self.route}"
