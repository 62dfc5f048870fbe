"""The post that needs no account: a folder with each mail as a file, and a page that shows them."""

import base64
import os
from collections.abc import Collection, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from pathlib import Path
from typing import Final, NamedTuple
from uuid import uuid4

from quarterdeck.mail.post import Posted
from quarterdeck.mail.sending import name_of
from quarterdeck.model.mail import Message

INDEX: Final = "index.html"

_POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Outbox</title>
<style>
body {{ background: #fff; color: #14202e; font: 16px/1.5 system-ui, sans-serif; }}
body {{ margin: 0 auto; max-width: 720px; padding: 1rem; }}
a {{ color: #14598a; }}
article {{ border-top: 1px solid; margin-top: 2rem; overflow-wrap: anywhere; }}
iframe {{ background: #fff; border: 1px solid; box-sizing: border-box; height: 640px; width: 100%; }}
pre {{ font-size: 14px; white-space: pre-wrap; }}
@media (prefers-color-scheme: dark) {{
  body {{ background: #0c1117; color: #e8edf2; }}
  a {{ color: #8cc4f0; }}
  iframe {{ background: #0c1117; }}
}}
</style>
</head>
<body>
<main>
<h1>Outbox</h1>
<p>{count}. None of them left this machine.</p>
{mails}
</main>
</body>
</html>
"""
_MAIL: Final = """<article>
<h2>{subject}</h2>
<p>To {to} · <a href="{file}">{file}</a></p>
{shown}
<details><summary>Text of the mail to {to}</summary><pre>{text}</pre></details>
</article>
"""


class Outbox:
    """A folder of `.eml` files. The same mail has the same name, so that writing it again changes nothing."""

    def __init__(self, folder: Path, place: str) -> None:
        """Make nothing yet.

        Args:
            folder: Made by the first mail.
            place: What to call it: `the folder build/outbox`.
        """
        self.folder = folder
        self._place = place

    @property
    def place(self) -> str:
        """What to call it in a sentence."""
        return self._place

    def clear(self) -> None:
        """Take out all mails, so that the folder shows those of one run alone."""
        for file in self.folder.glob("*.eml"):
            file.unlink(missing_ok=True)
        if self.folder.is_dir():
            _write(self.folder / INDEX, _page(self.folder).encode())

    def refusals(self, recipients: int) -> tuple[str, ...]:
        """Nothing: a folder takes whatever comes."""
        del recipients
        return ()

    def send(self, message: Message, copies: Collection[str]) -> Posted:
        """Write one mail, and the page anew; blind copies stand in no file, as they stand in no mail."""
        del copies
        name = f"{name_of(message)}.eml"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write(self.folder / name, message.data)
            _write(self.folder / INDEX, _page(self.folder).encode())
        except OSError as error:
            return Posted("failed", f"{self.place} cannot be written: {error.strerror}", stops_all=True)
        return Posted("sent", provider_id=name)


def _write(file: Path, data: bytes) -> None:
    """Write a file whole or not at all, also beside another run."""
    aside = file.with_name(f".{file.name}.{uuid4().hex}")
    try:
        aside.write_bytes(data)
        aside.chmod(0o600)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


class _Shown(NamedTuple):
    changed_at: float
    name: str
    mail: EmailMessage


def _page(folder: Path) -> str:
    """All mails of the folder, the newest first."""
    found = sorted(_mails(folder), key=lambda one: (-one.changed_at, one.name))
    count = "One mail" if len(found) == 1 else f"{len(found)} mails"
    return _PAGE.format(policy=_POLICY, count=count, mails="".join(_article(one) for one in found))


def _mails(folder: Path) -> Iterator[_Shown]:
    for file in folder.glob("*.eml"):
        with file.open("rb") as stream:
            changed_at = os.fstat(stream.fileno()).st_mtime
            yield _Shown(changed_at, file.name, message_from_bytes(stream.read(), policy=SMTP))


def _article(one: _Shown) -> str:
    html, text = one.mail.get_body(("html",)), one.mail.get_body(("plain",))
    shown = ""
    if html is not None:
        whole = escape(_with_pictures(one.mail, html.get_content()))
        subject = escape(str(one.mail["Subject"] or ""))
        shown = f'<iframe sandbox="" title="{subject}" srcdoc="{whole}"></iframe>'
    return _MAIL.format(
        subject=escape(str(one.mail["Subject"] or "No subject")),
        to=escape(str(one.mail["To"] or "")),
        file=escape(one.name),
        shown=shown,
        text=escape(text.get_content() if text is not None else ""),
    )


def _with_pictures(mail: EmailMessage, html: str) -> str:
    """The HTML of a mail with its own pictures inside."""
    for part in mail.walk():
        name = str(part["Content-ID"] or "").strip("<> ")
        if name and part.get_content_maintype() == "image":
            data = base64.b64encode(part.get_content()).decode()
            html = html.replace(f"cid:{name}", f"data:{part.get_content_type()};base64,{data}")
    return html
