"""What readers see: a few small pages without script, in the look of the site."""

from html import escape
from typing import Final

STYLE: Final = """\
:root {
  color-scheme: light dark;
  --bg: #f4f6f8; --raised: #fff; --ink: #14202e; --ink2: #4b5867; --line: #dde3e9; --edge: #7d8a98;
  --link: #14598a; --on-link: #fff; --bad: #a8201a; --mark: #2f74c0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #10161d; --raised: #161e27; --ink: #e8edf2; --ink2: #a9b5c2; --line: #2b3643; --edge: #748393;
    --link: #8cc4f0; --on-link: #0d1a26; --bad: #ff9d92; --mark: #7db6f0;
  }
}
* { box-sizing: border-box; }
html { font: 100%/1.5 "Inter Variable", Inter, system-ui, -apple-system, "Segoe UI", Arial, sans-serif; }
body {
  display: flex; flex-direction: column; align-items: center; min-height: 100vh;
  margin: 0; padding: 24px 16px; background: var(--bg); color: var(--ink);
}
header {
  display: flex; align-items: center; gap: 8px; width: 100%; max-width: 26rem;
  margin: 0 0 16px; font-weight: 660; overflow-wrap: anywhere;
}
header svg { flex: none; width: 24px; height: 24px; fill: var(--mark); }
main {
  width: 100%; max-width: 26rem; padding: 24px;
  background: var(--raised); border: 1px solid var(--line); border-radius: 8px;
}
h1 { margin: 0 0 8px; font-size: 1.625rem; font-weight: 680; line-height: 1.25; letter-spacing: -.015em; }
p { margin: 0 0 16px; }
main > :last-child, form > :last-child { margin-bottom: 0; }
label { display: block; margin: 0 0 4px; font-weight: 600; }
input, button { display: block; width: 100%; min-height: 48px; border-radius: 6px; font: inherit; }
input { padding: 8px 12px; border: 1px solid var(--edge); background: var(--raised); color: inherit; }
button {
  margin: 16px 0 0; padding: 8px 16px; border: 1px solid var(--link);
  background: var(--link); color: var(--on-link); font-weight: 660; cursor: pointer;
}
a { color: var(--link); text-underline-offset: .17em; }
:focus-visible { outline: 2.4px solid var(--link); outline-offset: 2px; }
.hint { margin: 4px 0 0; font-size: .875rem; color: var(--ink2); }
.more { margin: 16px 0 0; font-size: .875rem; color: var(--ink2); }
.bad { font-weight: 600; color: var(--bad); }
@media (min-width: 40em) and (min-height: 36em) { body { padding-top: 14vh; } main { padding: 32px; } }
@media (forced-colors: active) { button { border-color: ButtonText; } }
"""

_SHIP: Final = (
    "M11 2h1.6v2.2l6.2 9.3h-6.2v1.7H22l-2.6 5.2A3 3 0 0 1 16.7 22H7.3a3 3 0 0 1-2.7-1.6L2 15.2h9V2Z"
    "m1.6 5.1v4.8h3.2l-3.2-4.8ZM4.6 16.8l1.5 2.9c.2.4.7.7 1.2.7h9.4c.5 0 1-.3 1.2-.7l1.5-2.9H4.6Z"
    "M9.4 7v6.5H4.8L9.4 7Z"
)
ICON: Final = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#2f74c0" d="{_SHIP}"/></svg>\n'
)

_PAGE: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title} · {site}</title>
<link rel="icon" href="/auth/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/auth/style.css">
</head>
<body>
<header><svg viewBox="0 0 24 24" aria-hidden="true"><path d="{ship}"/></svg>{site}</header>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""

_ASK: Final = """\
<form method="post" action="/auth/">
<input type="hidden" name="next" value="{goal}">
<label for="address">E-mail address</label>
<input id="address" name="address" type="email" required maxlength="254" autocomplete="email" autocapitalize="none" \
spellcheck="false" {state}>
<p class="hint" id="hint">The one your reports come to, written the same way.</p>
<button>Mail me a link</button>
</form>"""


class Pages:
    """The pages of one site."""

    def __init__(self, site: str) -> None:
        """Its name, any text."""
        self._site = escape(site)

    def ask(self, goal: str) -> str:
        """Asks who is there."""
        lead = "<p>There is no password: you get a mail with a link that opens the reports.</p>\n"
        return self._page("Sign in", lead + _form(goal))

    def not_an_address(self, goal: str) -> str:
        """Asks again, where what was typed cannot be an address of anybody."""
        lead = (
            '<p class="bad" role="status">That is no e-mail address yet. It looks like ana@example.com.</p>\n'
        )
        return self._page("Sign in", lead + _form(goal))

    def sent(self) -> str:
        """The same for everybody (F-191)."""
        return self._page(
            "Look into your mailbox",
            '<p role="status">If that address belongs to a reader, a mail with a link is on its way. '
            "The link opens once, within 10 minutes.</p>\n"
            '<p class="more">Nothing after two minutes? Look among the unwanted mails. A link that came a moment '
            'ago still opens. Else <a href="/auth/">ask again</a>, with the address that your reports come to.</p>',
        )

    def link(self, token: str) -> str:
        """A button; programs that open every link of a mail press none (F-182)."""
        return self._page(
            "Welcome",
            "<p>One press, and the reports open on this device. They stay open for 30 days after your last visit.</p>\n"
            '<form method="post" action="/auth/link">\n'
            f'<input type="hidden" name="t" value="{escape(token)}">\n<button>Sign in</button>\n</form>',
        )

    def gone(self) -> str:
        """A link that opens nothing, for whatever reason."""
        return self._page(
            "This link opens nothing any more",
            '<p role="status">A link opens once, within 10 minutes. Ask for a new one, it takes a moment.</p>\n'
            + _form(""),
        )

    def out(self, *, is_in: bool) -> str:
        """Asks before it signs out, and says when it is done."""
        if is_in:
            return self._page(
                "Sign out",
                "<p>The reports close on this device. To come back you ask for a new link.</p>\n"
                '<form method="post" action="/auth/out"><button>Sign out</button></form>\n'
                '<p class="more"><a href="/latest/">Back to the reports</a></p>',
            )
        return self._page(
            "You are signed out",
            '<p role="status">The reports are closed on this device.</p>\n<p><a href="/auth/">Sign in again</a></p>',
        )

    def stop(self, token: str) -> str:
        """A button; the whole address is in the form, as mail programs send it (F-171)."""
        return self._page(
            "Stop these mails",
            "<p>You get no more mails about what changed. The reports stay open to you.</p>\n"
            f'<form method="post" action="/auth/stop?t={escape(token)}"><button>Stop the mails</button></form>',
        )

    def stopped(self) -> str:
        """Done, now or before."""
        return self._page(
            "The mails have stopped",
            '<p role="status">You get no more mails about what changed. To have them again, tell whoever runs the '
            "reports.</p>",
        )

    def no_stop(self) -> str:
        """A link that belongs to nobody."""
        return self._page(
            "This link stops nothing",
            '<p role="status">It is not complete, or of another site. Use the link at the end of the newest mail, or '
            "answer that mail.</p>",
        )

    def slow_stop(self) -> str:
        """Too many tries from one place."""
        return self._page(
            "Please wait five minutes",
            '<p role="status">There were many tries from your network. Your link still works then.</p>',
        )

    def moment(self, goal: str) -> str:
        """You are signed in, and the site does not know yet; the page goes on by itself."""
        return self._page(
            "One moment",
            '<p role="status">You are signed in. Your page opens in a few seconds.</p>\n'
            f'<p><a href="{escape(goal)}">Open it now</a></p>\n'
            '<p class="more">Does this go on for minutes? Then <a href="/auth/out">sign out</a>, and in again.</p>',
        )

    def slow(self) -> str:
        """Too many tries from one place."""
        return self._page(
            "Please wait five minutes",
            '<p role="status">There were many tries from your network. Your link is not used up: open it again then, '
            "or ask for a new one.</p>",
        )

    def busy(self) -> str:
        """Something that we need does not answer (F-200)."""
        return self._page(
            "Please try again in a minute",
            '<p role="status">Signing in does not work just now. Nothing is lost: who is signed in stays so.</p>',
        )

    def refused(self) -> str:
        """A request that none of our pages makes."""
        return self._page(
            "That did not work",
            '<p role="status">This request did not come from a page of this site. '
            '<a href="/auth/">Start again here</a>, with a browser that is up to date.</p>',
        )

    def _page(self, title: str, body: str) -> str:
        return _PAGE.format(title=title, site=self._site, ship=_SHIP, body=body)


def _form(goal: str, state: str = 'aria-describedby="hint"') -> str:
    return _ASK.format(goal=escape(goal), state=state)
