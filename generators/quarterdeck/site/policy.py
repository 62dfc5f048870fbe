"""What every answer tells a browser: one table of security headers, for the edge and for the server on this machine.

Pages carry no script and no style of their own (`theme/partials/javascripts/`), so the policy is the same for every
page, at whatever depth and by either builder, and needs no hash of any of them.
"""

from types import MappingProxyType
from typing import Final

SEARCH_STYLE: Final = "'sha256-NwSx/R2V/U4jnW0Tq5pQ53Y/rzPVJ4dqE7D6UTA/J1k='"
"""The one style sheet that Zensical's script writes into the page, for its search; MkDocs has none.

Permitted by its hash, since `'unsafe-inline'` would permit every other one, too. A release of Zensical that changes it
fails the tests, and a browser's console then names the new hash; until it stands here only the search looks bare.
"""

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' {SEARCH_STYLE}",
        "img-src 'self' data:",  # the theme's icons stand in its style sheet
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",  # the search
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""No other host, nothing inline, no `eval`, no frame around a page."""

HEADERS: Final = MappingProxyType(
    {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "same-origin",  # not no-referrer: forms would be sent from the origin "null"
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
    }
)
"""Of every answer, whatever was asked and whoever asked; by name, in order."""
