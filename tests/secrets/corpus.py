"""A labelled corpus: lines as they stand in real repositories, with and without secrets, made by a seed."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, NamedTuple

from tests.secrets.forms import FORMS, MISSES
from tests.secrets.made import CAPITALS, LETTERS, SMALL, Maker

if TYPE_CHECKING:
    from collections.abc import Iterator


class Line(NamedTuple):
    """One text of the corpus."""

    path: str
    text: str
    secret: str
    """What has to be found in it; empty where nothing is to be found."""


PLACES = (
    ("src/pay.py", 'stripe.api_key = "{}"'),
    ("src/pay.js", "const client = new Client('{}');"),
    ("src/Pay.java", 'private static final String KEY = "{}";'),
    ("src/pay.go", 'client := New("{}") // live'),
    ("src/pay.rb", "Client.configure {{ |c| c.key = '{}' }}"),
    ("src/pay.php", "$client = new Client('{}');"),
    ("src/Pay.cs", 'var client = new Client("{}");'),
    ("src/pay.rs", 'let client = Client::new("{}");'),
    ("deploy/task.json", '{{"environment": [{{"name": "KEY", "value": "{}"}}]}}'),
    ("deploy/values.yml", "  key: {}"),
    ("deploy/main.tf", 'variable "key" {{ default = "{}" }}'),
    (".env.production", "CLIENT_KEY={}"),
    ("Dockerfile", "ENV CLIENT_KEY={}"),
    ("run.sh", "export CLIENT_KEY='{}'"),
    ("settings.ini", "key = {}"),
    ("config.toml", 'key = "{}"'),
    ("notes.md", "The key is `{}`, do not share it."),
    ("page.html", '<script>start("{}")</script>'),
    ("data.xml", "<entry><key>{}</key></entry>"),
)
"""Where a secret that shows by its form may stand."""

_BY_FORM = tuple(
    one for one in FORMS if one.line == 'key = "{}"' and one.code not in {"SEC-16", "SEC-34", "SEC-13"}
)

ORDINARY = (
    ("package-lock.json", '"integrity": "sha512-{b86}==",'),
    ("yarn.lock", '  resolved "https://registry.yarnpkg.com/a/-/a-1.2.3.tgz#{h40}"'),
    ("poetry.lock", '    {{file = "a.whl", hash = "sha256:{h64}"}},'),
    ("go.sum", "github.com/a/b v1.2.3 h1:{b43}="),
    ("Cargo.lock", 'checksum = "{h64}"'),
    (".github/workflows/ci.yml", "      - uses: actions/checkout@{h40}"),
    (".github/workflows/ci.yml", "          token: ${{{{ secrets.GITHUB_TOKEN }}}}"),
    (".github/workflows/ci.yml", "  id-token: write"),
    ("page.html", '<img src="data:image/png;base64,{b200}">'),
    ("style.css", "@font-face {{ src: url(data:font/woff2;base64,{b200}) }}"),
    ("page.html", '<script src="a.js" integrity="sha384-{b64}"></script>'),
    ("page.html", '<input type="password" name="password" placeholder="Your password">'),
    ("page.html", '<label for="password">Password:</label>'),
    ("page.html", '<div class="sk-circle sk-fading-circle key-{word} md-{word}-button">'),
    ("src/a.py", 'order_id = "{uuid}"'),
    ("src/a.py", 'ETAG = "{h32}"'),
    ("src/a.py", 'commit = "{h40}"'),
    ("src/a.py", "password = os.environ['DB_PASSWORD']"),
    ("src/a.py", 'api_key = os.getenv("API_KEY", "")'),
    ("src/a.py", "token = request.headers.get('X-Auth-Token')"),
    ("src/a.py", "secret = client.get_secret_value(SecretId=name)['SecretString']"),
    ("src/a.py", 'TOKEN_URL = "https://auth.{word}.example/oauth/token"'),
    ("src/a.py", 'password_field = "{word}"'),
    ("src/a.py", "def check_password(password: str, salted: bytes) -> bool:"),
    ("src/a.py", 'raise ValueError("password: must have 8 signs or more")'),
    ("src/a.py", 'NEXT_TOKEN = "{word}-{word}"'),
    ("src/a.ts", "const token = await getToken({{ audience: config.audience }});"),
    ("src/a.ts", "export type Secret = {{ password: string; token?: string }};"),
    ("src/a.ts", "const apiKey = process.env.API_KEY ?? '';"),
    ("src/a.ts", "if (password === confirmPassword) submit();"),
    ("src/a.ts", "passwordInput.type = 'password';"),
    ("src/a.go", 'Token string `json:"token,omitempty"`'),
    ("src/a.java", "private String password;"),
    ("src/a.java", "enum Auth {{ TOKEN, SECRET, PASSWORD }}"),
    ("src/a.rb", "config.secret_key_base = ENV['SECRET_KEY_BASE']"),
    ("src/a.php", "$password = $_POST['password'];"),
    ("app.yml", "password: ${{DB_PASSWORD}}"),
    ("app.yml", "password: '{{{{ vault_db_password }}}}'"),
    ("app.yml", "secretName: {word}-tls"),
    ("app.yml", "password: changeme"),
    ("app.yml", "api_key: your-api-key-here"),
    ("app.yml", "token: <your token>"),
    ("app.yml", "image: registry.example/{word}@sha256:{h64}"),
    ("task.yml", "secret: arn:aws:secretsmanager:us-east-1:{d12}:secret:{word}-AbCdEf"),
    (".env.example", "STRIPE_KEY=sk" + "_live_xxxxxxxxxxxxxxxxxxxxxxxx"),
    (".env.example", "API_TOKEN="),
    (".env.example", "PASSWORD=********"),
    ("i18n/en.json", '"password": "Enter a new password",'),
    ("i18n/de.json", '"forgot_password": "Passwort vergessen?",'),
    ("i18n/fr.json", '"token": "Jeton invalide",'),
    ("README.md", "Set `STRIPE_KEY` to your key; it begins with sk" + "_live_."),
    ("README.md", "The access key id looks like AK" + "IAIOSFODNN7EXAMPLE."),
    ("data.csv", "{uuid},{d12},{word}@{word}.example,2026-01-01"),
    ("data.json", '{{"id": "cus_{l14}", "price": "price_{l24}", "pk": "pk' + '_live_{l24}"}}'),
    ("analytics.html", "gtag('config', 'G-{cap10}'); fbq('init', '{d15}');"),
    ("known_hosts", "git.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b43}"),
    ("cert.pem", "-----BEGIN CERTIFICATE-----\n{b64}\n{b64}\n-----END CERTIFICATE-----"),
    ("urls.txt", "https://www.{word}.example/a/b/c?utm_source={word}&id={h32}"),
    ("urls.txt", "https://maps.example/@33.7,-118.2,15z/data=!3m1!4b1!4m6!{l24}"),
    ("main.tf", "password = var.db_password"),
    ("main.tf", "secret_arn = aws_secretsmanager_secret.{word}.arn"),
    ("compose.yml", "POSTGRES_PASSWORD_FILE: /run/secrets/{word}"),
    ("settings.py", "PASSWORD_HASHERS = ['django.contrib.auth.hashers.Argon2PasswordHasher']"),
    ("settings.py", "AUTH_USER_MODEL = 'accounts.User'"),
    ("db.yml", "url: postgres://${{USER}}:${{PASSWORD}}@db/app"),
    ("min.js", "!function(e,t){{var n={{token:e.token,key:t.key}};return n}}(a,'{h32}');"),
)
"""Lines of every kind that hold no secret."""

_WORDS = ("harbor", "whale", "marina", "booking", "ledger", "sunset", "island", "charter", "ticket", "voyage")


def corpus(seed: int = 20) -> Iterator[Line]:
    """Every form at two places, then every ordinary line several times; the same seed makes the same corpus."""
    m = Maker(seed)
    for _ in range(2):
        for one in FORMS:
            value = one.make(m)
            yield Line(one.path, one.line.format(value), value)
    for one in _BY_FORM:
        path, line = m.random.choice(PLACES)
        value = one.make(m)
        yield Line(path, line.format(value), value)
    for _ in range(5):
        for path, line in ORDINARY:
            yield Line(path, line.format(**_filled(m)), "")
    for _, line, path in MISSES:
        if "discord" not in line:
            yield Line(path, line, "")


def _filled(m: Maker) -> dict[str, str]:
    return {
        "word": m.random.choice(_WORDS),
        "uuid": m.uuid(),
        **{f"h{size}": m.hex(size) for size in (32, 40, 64)},
        **{f"b{size}": _base64(m, size) for size in (43, 64, 86, 200)},
        **{f"l{size}": m.signs(size, LETTERS) for size in (14, 24)},
        **{f"d{size}": m.signs(size, "123456789") for size in (12, 15)},
        "cap10": m.signs(10, CAPITALS),
        "small": m.signs(20, SMALL),
    }


def _base64(m: Maker, size: int) -> str:
    return base64.b64encode(m.random.randbytes(size)).decode()[:size]
