"""Every form of every detector: how the value is made, and a line of a real file around it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, NamedTuple

from tests.secrets.made import BASE64, CAPITALS, HEX, LETTERS, SMALL, URL, Maker

if TYPE_CHECKING:
    from collections.abc import Callable


class Form(NamedTuple):
    """One form of a secret."""

    code: str
    vendor: str
    make: Callable[[Maker], str]
    line: str = 'key = "{}"'
    path: str = "src/app.py"


def _of(
    code: str, vendor: str, make: Callable[[Maker], str], line: str = 'key = "{}"', path: str = "src/app.py"
) -> Form:
    return Form(code, vendor, make, line, path)


def _starts(*parts: str, count: int, alphabet: str = LETTERS) -> Callable[[Maker], str]:
    return lambda m: "".join(parts) + m.signs(count, alphabet)


def _aws_secret(m: Maker) -> str:
    return m.signs(40, BASE64)


AWS_ID = _starts("AK", "IA", count=16, alphabet=CAPITALS)
PASSING_ID = _starts("AS", "IA", count=16, alphabet=CAPITALS)
SIGNED = (
    "https://jada-docs.s3.amazonaws.com/waiver.pdf?X-Amz-Credential=AKIAX%2F20261101&X-Amz-Date=20261101T000000Z"
    "&X-Amz-Expires=604800&X-Amz-Signature="
)


def _service_account(m: Maker) -> str:
    return m.pem("PRIVATE").replace("\n", "\\n")


FORMS = (
    _of("SEC-01", "Stripe", _starts("sk", "_live_", count=24)),
    _of("SEC-01", "Stripe", _starts("sk", "_live_", count=99), "STRIPE_KEY={}", ".env"),
    _of("SEC-02", "Stripe", _starts("rk", "_live_", count=40)),
    _of("SEC-03", "Stripe", _starts("sk", "_test_", count=24)),
    _of("SEC-04", "Stripe", _starts("whs", "ec_", count=32)),
    _of("SEC-05", "Square", _starts("EA", "AA", count=60, alphabet=URL)),
    _of("SEC-05", "Square", _starts("sq0", "atp-", count=22)),
    _of("SEC-06", "Square", _starts("sq0", "csp-", count=43)),
    _of("SEC-06", "Square", _starts("sandbox-", "sq0", "csb-", count=43)),
    _of("SEC-07", "PayPal", _starts("E", count=79), "PAYPAL_CLIENT_SECRET={}", ".env"),
    _of("SEC-08", "Braintree", lambda m: f"access{'_token'}$production${m.signs(16, SMALL)}${m.hex(32)}"),
    _of("SEC-09", "Adyen", _starts("AQ", "E", count=80, alphabet=BASE64), 'adyen_api_key = "{}"'),
    _of("SEC-09", "Checkout.com", lambda m: "sk_" + m.uuid(), 'checkout_secret = "{}"'),
    _of("SEC-10", "Plaid", lambda m: m.hex(30), "PLAID_SECRET: {}", "config.yml"),
    _of("SEC-11", "Shopify", lambda m: "shp" + "at_" + m.hex(32)),
    _of("SEC-12", "Amazon Web Services", AWS_ID, "id = '{}'\nsecret = '" + Maker(3).signs(40, BASE64) + "'"),
    _of("SEC-13", "Amazon Web Services", AWS_ID),
    _of("SEC-14", "Amazon Web Services", _aws_secret, "AWS_SECRET_ACCESS_KEY={}", ".env"),
    _of(
        "SEC-15",
        "Amazon Web Services",
        PASSING_ID,
        "id={}\naws_session_token=" + Maker(4).signs(200, BASE64),
        "notes.txt",
    ),
    _of("SEC-16", "Amazon Web Services", lambda m: SIGNED + m.hex(64)),
    _of(
        "SEC-16",
        "Microsoft Azure",
        lambda m: (
            f"https://jada.blob.core.windows.net/a/b.pdf?sp=r&se=2027-01-01T00:00:00Z&sig={m.signs(43)}%3D"
        ),
    ),
    _of("SEC-17", "Amazon SES", _starts("B", count=43), "SMTP_PASSWORD={}", ".env"),
    _of(
        "SEC-18",
        "Google Cloud",
        _service_account,
        '{{"type": "service_account", "private_key": "{}"}}',
        "key.json",
    ),
    _of("SEC-19", "Google", _starts("AI", "za", count=35, alphabet=URL)),
    _of("SEC-20", "Google", _starts("GOC", "SPX-", count=28)),
    _of("SEC-20", "Google", _starts("1//", "0", count=60)),
    _of(
        "SEC-21",
        "Microsoft Azure",
        lambda m: m.signs(86, BASE64) + "==",
        "AccountName=jada;Account" + "Key={};",
        "app.config",
    ),
    _of(
        "SEC-21",
        "Microsoft Azure",
        lambda m: m.signs(43, BASE64) + "=",
        "Shared" + "AccessKey={}",
        "app.config",
    ),
    _of("SEC-22", "Microsoft Azure", lambda m: f"{m.signs(3)}8{'Q~'}{m.signs(31)}"),
    _of("SEC-23", "DigitalOcean", lambda m: "dop" + "_v1_" + m.hex(64)),
    _of("SEC-24", "Cloudflare", lambda m: m.signs(40), "CLOUDFLARE_API_TOKEN={}", ".env"),
    _of("SEC-24", "Cloudflare", lambda m: m.hex(37), "mail: ops@jada.example\nCF_API_KEY: {}", "deploy.yml"),
    _of("SEC-25", "Netlify", _starts("nf", "p_", count=40)),
    _of("SEC-25", "Vercel", lambda m: m.signs(24), "VERCEL_TOKEN={}", ".env"),
    _of("SEC-25", "Heroku", lambda m: "HR" + "KU-" + m.uuid()),
    _of("SEC-25", "Fly", _starts("fo", "1_", count=43)),
    _of("SEC-25", "Fly", _starts("fm2", "_", count=100), "FLY_API_TOKEN='FlyV1 {}'", ".env"),
    _of("SEC-25", "Render", _starts("rn", "d_", count=28)),
    _of("SEC-25", "Railway", lambda m: m.uuid(), "RAILWAY_TOKEN={}", ".env"),
    _of("SEC-26", "SendGrid", lambda m: f"S{'G.'}{m.signs(22, URL)}.{m.signs(43, URL)}"),
    _of("SEC-27", "Mailgun", lambda m: "key" + "-" + m.hex(32), 'mailgun = Client("{}")'),
    _of("SEC-27", "Mailgun", lambda m: f"{m.hex(32)}-{m.hex(8)}-{m.hex(8)}", "MAILGUN_KEY={}", ".env"),
    _of("SEC-28", "Postmark", lambda m: m.uuid(), "POSTMARK_SERVER_TOKEN={}", ".env"),
    _of("SEC-29", "Mailchimp", lambda m: f"{m.hex(32)}-{'us'}14"),
    _of("SEC-29", "Mandrill", _starts("m", "d-", count=22)),
    _of("SEC-30", "Brevo", lambda m: f"xkey{'sib-'}{m.hex(64)}-{m.signs(16)}"),
    _of("SEC-30", "Resend", lambda m: f"r{'e_'}{m.signs(8)}_{m.signs(24)}"),
    _of("SEC-30", "Klaviyo", lambda m: "p" + "k_" + m.hex(34)),
    _of("SEC-30", "ConvertKit", lambda m: m.hex(43), "CONVERTKIT_API_SECRET={}", ".env"),
    _of("SEC-30", "ActiveCampaign", lambda m: m.hex(64), "ACTIVECAMPAIGN_KEY={}", ".env"),
    _of("SEC-31", "Twilio", lambda m: m.hex(32), "sid = 'AC" + Maker(5).hex(32) + "'\nauth_token = '{}'"),
    _of("SEC-31", "Twilio", lambda m: "S" + "K" + m.hex(32), 'twilio = Client("{}", secret)'),
    _of("SEC-32", "Vonage", lambda m: m.signs(16), "NEXMO_API_SECRET={}", ".env"),
    _of("SEC-32", "Plivo", lambda m: m.signs(40), "PLIVO_AUTH_TOKEN={}", ".env"),
    _of("SEC-32", "Telnyx", lambda m: f"KEY{m.signs(32)}_{m.signs(20)}", "TELNYX_API_KEY={}", ".env"),
    _of("SEC-32", "MessageBird", lambda m: m.signs(25), "MESSAGEBIRD_API_KEY={}", ".env"),
    _of("SEC-33", "Slack", lambda m: f"xo{'xb-'}{m.signs(12, '123456789')}-{m.signs(24)}"),
    _of("SEC-33", "Slack", lambda m: f"xa{'pp-'}1-A{m.signs(10, CAPITALS)}-{m.hex(64)}"),
    _of(
        "SEC-34",
        "Slack",
        lambda m: (
            f"https://hooks.slack.com/{'services'}/T{m.signs(9, CAPITALS)}/B{m.signs(9, CAPITALS)}/{m.signs(24)}"
        ),
    ),
    _of(
        "SEC-34",
        "Discord",
        lambda m: f"https://discord.com/api/{'webhooks'}/{m.signs(18, '123456789')}/{m.signs(68)}",
    ),
    _of(
        "SEC-34",
        "Microsoft Teams",
        lambda m: (
            f"https://jada.webhook.office.com/{'webhookb2'}/{m.uuid()}@{m.uuid()}/IncomingWebhook/{m.hex(32)}/{m.uuid()}"
        ),
    ),
    _of(
        "SEC-34",
        "Google Chat",
        lambda m: (
            f"https://chat.googleapis.com/{'v1'}/spaces/{m.signs(11)}/messages?key={m.signs(39)}&token={m.signs(43)}"
        ),
    ),
    _of("SEC-35", "Discord", Maker.bot, 'discord_token = "{}"'),
    _of("SEC-36", "Telegram", lambda m: f"{m.signs(10, '123456789')}:{'AA'}{m.signs(33)}"),
    _of("SEC-37", "GitHub", lambda m: m.summed("gh" + "p_")),
    _of("SEC-37", "GitHub", lambda m: f"github{'_pat_'}{m.signs(22)}_{m.signs(59)}"),
    _of("SEC-38", "GitLab", _starts("gl", "pat-", count=20)),
    _of("SEC-39", "Bitbucket", _starts("AT", "BB", count=32)),
    _of("SEC-39", "Atlassian", _starts("AT", "ATT3x", count=190)),
    _of("SEC-40", "npm", lambda m: m.summed("np" + "m_")),
    _of("SEC-40", "npm", lambda m: m.uuid(), "//registry.npmjs.org/:_authToken={}", "ci/npm.txt"),
    _of("SEC-41", "PyPI", _starts("pypi-", "AgEIcHlwaS5vcmc", count=100)),
    _of("SEC-42", "RubyGems", lambda m: "ruby" + "gems_" + m.hex(48)),
    _of("SEC-42", "crates.io", _starts("ci", "o", count=32)),
    _of("SEC-42", "Docker", _starts("dckr", "_pat_", count=27)),
    _of("SEC-42", "NuGet", _starts("oy", "2", count=43, alphabet=SMALL)),
    _of("SEC-42", "Terraform Cloud", lambda m: f"{m.signs(14)}.{'atlasv1'}.{m.signs(67)}"),
    _of("SEC-43", "OpenAI", _starts("sk-", "proj-", count=60)),
    _of("SEC-43", "OpenAI", lambda m: f"sk{'-'}{m.signs(20)}T3Blbk{'FJ'}{m.signs(20)}"),
    _of("SEC-44", "Anthropic", _starts("sk-", "ant-", "api03-", count=93)),
    _of("SEC-44", "Hugging Face", _starts("h", "f_", count=34)),
    _of("SEC-44", "Replicate", _starts("r", "8_", count=37)),
    _of("SEC-44", "Groq", _starts("gs", "k_", count=52)),
    _of("SEC-44", "Perplexity", _starts("pp", "lx-", count=48)),
    _of("SEC-45", "Mapbox", lambda m: f"s{'k.'}eyJ{m.signs(60)}.{m.signs(22)}"),
    _of("SEC-45", "Mapbox", lambda m: f"p{'k.'}eyJ{m.signs(60)}.{m.signs(22)}"),
    _of("SEC-45", "HERE", lambda m: m.signs(43), "HERE_API_KEY={}", ".env"),
    _of("SEC-45", "TomTom", lambda m: m.signs(32), "TOMTOM_API_KEY={}", ".env"),
    _of("SEC-46", "Airtable", lambda m: f"pa{'t'}{m.signs(14)}.{m.hex(64)}"),
    _of("SEC-46", "Notion", _starts("secret", "_", count=43), 'notion = Client(auth="{}")'),
    _of("SEC-46", "Notion", _starts("nt", "n_", count=46), 'notion = Client(auth="{}")'),
    _of("SEC-47", "FareHarbor", lambda m: m.uuid(), "FAREHARBOR_USER_KEY={}", ".env"),
    _of("SEC-47", "Bookeo", lambda m: m.signs(32), "BOOKEO_SECRET_KEY={}", ".env"),
    _of("SEC-47", "Hostaway", lambda m: m.signs(64), "HOSTAWAY_API_KEY={}", ".env"),
    _of("SEC-48", "Facebook", _starts("EA", "A", count=150)),
    _of("SEC-48", "Google Ads", lambda m: m.signs(22), "developer_token: {}", "google-ads.yaml"),
    _of("SEC-48", "LinkedIn", lambda m: m.signs(16), "LINKEDIN_CLIENT_SECRET={}", ".env"),
    _of("SEC-48", "TikTok", lambda m: m.signs(40), "TIKTOK_APP_SECRET={}", ".env"),
    _of("SEC-48", "X", _starts("A" * 20, count=80)),
    _of("SEC-49", "HubSpot", lambda m: f"pa{'t-'}na1-{m.uuid()}"),
    _of("SEC-49", "Salesforce", lambda m: f"00{'D'}{m.signs(15)}!{m.signs(96)}"),
    _of("SEC-50", "Supabase", lambda m: m.token({"role": "service_role", "iss": "supabase"})),
    _of("SEC-50", "Supabase", lambda m: "sb" + "p_" + m.hex(40)),
    _of("SEC-50", "Firebase", lambda m: f"AA{'AA'}{m.signs(7)}:{m.signs(140)}"),
    _of("SEC-51", "Auth0", lambda m: m.signs(64), "AUTH0_CLIENT_SECRET={}", ".env"),
    _of("SEC-51", "Okta", _starts("0", "0", count=40), 'okta = Okta("{}")'),
    _of("SEC-51", "Clerk", _starts("sk", "_live_", count=42), 'clerk = Clerk("{}")'),
    _of("SEC-51", "WorkOS", _starts("sk", "_", count=48), 'workos = WorkOS("{}")'),
    _of("SEC-51", "Cognito", lambda m: m.signs(52, SMALL), "COGNITO_CLIENT_SECRET={}", ".env"),
    _of("SEC-52", "Sentry", _starts("sntr", "ys_", count=80)),
    _of(
        "SEC-52",
        "Sentry",
        lambda m: (
            f"https://{m.hex(32)}@o{m.signs(6, '123456789')}.ingest.sentry.io/45{m.signs(6, '123456789')}"
        ),
    ),
    _of("SEC-52", "Datadog", lambda m: m.hex(32), "DATADOG_API_KEY={}", ".env"),
    _of("SEC-52", "New Relic", _starts("NR", "AK-", count=27, alphabet=CAPITALS)),
    _of("SEC-52", "Grafana", lambda m: f"gl{'sa_'}{m.signs(32)}_{m.hex(8)}"),
    _of("SEC-52", "Grafana", _starts("gl", "c_", count=60)),
    _of("SEC-52", "PagerDuty", lambda m: m.signs(20), "PAGERDUTY_API_KEY={}", ".env"),
    _of("SEC-53", "", lambda m: m.pem().partition("\n-----END")[0], "{}\n", "deploy/server.pem"),
    _of(
        "SEC-53",
        "",
        lambda m: m.pem().partition("\n-----END")[0].replace("\n", "\\n"),
        "KEY={}",
        "deploy.cfg",
    ),
    _of("SEC-53", "", lambda m: m.pem("OPENSSH PRIVATE").partition("\n-----END")[0], "{}\n", "k.txt"),
    _of(
        "SEC-54",
        "",
        lambda m: m.signs(16),
        "DATABASE_URL=postgresql://jada:{}@db.jada.example:5432/app",
        ".env",
    ),
    _of("SEC-54", "", lambda m: m.signs(16), 'url = "mongodb+srv://jada:{}@c0.abc.mongodb.net/app"'),
    _of("SEC-54", "", lambda m: m.signs(12), "redis://:{}@cache.jada.example:6379", "notes.txt"),
    _of(
        "SEC-55", "", lambda m: m.signs(14), "url = https://jada:{}@git.jada.example/site.git", ".git/config"
    ),
    _of("SEC-56", "", lambda m: m.signs(20), 'SECRET_KEY = "{}"'),
    _of("SEC-56", "", lambda m: m.signs(32), 'jwtSecret: "{}",', "src/app.ts"),
    _of("SEC-57", "", lambda m: m.token({"sub": "jada", "exp": 1_900_000_000})),
    _of("SEC-58", "npm", lambda m: m.signs(28), "_auth={}", ".npmrc"),
    _of("SEC-58", "PyPI", lambda m: m.signs(14), "[pypi]\nusername = jada\npassword = {}", ".pypirc"),
    _of("SEC-58", "Yarn", lambda m: m.uuid(), 'npmAuthToken: "{}"', ".yarnrc.yml"),
    _of(
        "SEC-58",
        "Composer",
        lambda m: m.signs(14),
        '{{"http-basic": {{"x.example": {{"username": "a", "password": "{}"}}}}}}',
        "auth.json",
    ),
    _of("SEC-58", "Composer", lambda m: m.hex(40), '{{"github-oauth": {{"github.com": "{}"}}}}', "auth.json"),
    _of("SEC-58", "Maven", lambda m: m.signs(14), "<server><password>{}</password></server>", "settings.xml"),
    _of("SEC-58", "RubyGems", lambda m: m.hex(32), ":some_api_key: {}", ".gem/credentials"),
    _of(
        "SEC-58",
        "Docker",
        lambda m: base64.b64encode(f"jada:{m.signs(12)}".encode()).decode(),
        '{{"auths": {{"r.example": {{"auth": "{}"}}}}}}',
        ".docker/config.json",
    ),
    _of("SEC-59", "netrc", lambda m: m.signs(14), "machine api.example login jada password {}", ".netrc"),
    _of("SEC-59", "PostgreSQL", lambda m: m.signs(14), "db.example:5432:app:jada:{}", ".pgpass"),
    _of("SEC-59", "MySQL", lambda m: m.signs(14), "[client]\npassword={}", ".my.cnf"),
    _of("SEC-59", "s3cmd", lambda m: m.signs(40), "secret_key = {}", ".s3cfg"),
    _of("SEC-59", "rclone", lambda m: m.signs(30), "[box]\npass = {}", "rclone.conf"),
    _of(
        "SEC-59",
        "FileZilla",
        lambda m: base64.b64encode(m.signs(12).encode()).decode(),
        '<Pass encoding="base64">{}</Pass>',
        "sitemanager.xml",
    ),
    _of(
        "SEC-59",
        "SFTP",
        lambda m: m.signs(14),
        '{{"host": "x.example", "password": "{}"}}',
        ".vscode/sftp.json",
    ),
    _of("SEC-59", "Kubernetes", lambda m: m.signs(400, BASE64), "    client-key-data: {}", ".kube/config"),
    _of("SEC-60", "", lambda m: f"$ap{'r1'}${m.signs(8)}${m.signs(22)}", "jada:{}", ".htpasswd"),
    _of("SEC-60", "", lambda m: f"$2{'y'}$10${m.signs(53)}", "jada:{}", "config/.htpasswd"),
    _of(
        "SEC-60",
        "shadow",
        lambda m: f"${'6'}${m.signs(8)}${m.signs(86)}",
        "root:{}:19000:0:99999:7:::",
        "etc/shadow",
    ),
    _of("SEC-61", "WordPress", lambda m: m.signs(14), "define( 'DB_PASSWORD', '{}' );", "wp-config.php"),
    _of("SEC-61", "WordPress", lambda m: m.signs(64), "define('AUTH_KEY',         '{}');", "wp-config.php"),
    _of("SEC-61", "Joomla", lambda m: m.signs(14), "\tpublic $password = '{}';", "configuration.php"),
    _of("SEC-61", "Drupal", lambda m: m.signs(14), "  'password' => '{}',", "sites/default/settings.php"),
    _of("SEC-61", "Magento", lambda m: m.hex(32), "'crypt' => ['key' => '{}'],", "app/etc/env.php"),
    _of("SEC-61", "Laravel", lambda m: f"base64:{m.signs(43, BASE64)}=", "APP_KEY={}", ".env"),
    _of("SEC-61", "Rails", lambda m: m.hex(32), "{}", "config/master.key"),
    _of("SEC-61", "Rails", lambda m: m.hex(128), "production:\n  secret_key_base: {}", "config/secrets.yml"),
    _of("SEC-61", "Django", lambda m: m.signs(14), "'PASSWORD': '{}',", "site/settings.py"),
    _of("SEC-61", "Spring", lambda m: m.signs(14), "spring.datasource.password={}", "application.properties"),
    _of(
        "SEC-61",
        ".NET",
        lambda m: m.signs(14),
        '<add connectionString="Server=x;User=a;Password={};"/>',
        "web.config",
    ),
    _of("SEC-62", "", lambda m: m.signs(16), "password: {}", "config/app.yml"),
    _of("SEC-62", "", lambda m: m.signs(16), 'const apiToken = "{}";', "src/api.ts"),
    _of("SEC-62", "", lambda m: m.signs(16), "mysqldump -u jada --password={} app", "backup.sh"),
    _of(
        "SEC-62",
        "",
        lambda m: f"$2{'y'}$10${m.signs(53)}",
        "INSERT INTO users VALUES (1,'jada','{}');",
        "dump.sql",
    ),
    _of(
        "SEC-62",
        "",
        lambda m: m.signs(16),
        '      - name: DB_PASSWORD\n        value: "{}"',
        "deploy/task.yml",
    ),
    _of("SEC-62", "", lambda m: m.signs(16), '"source": ["password = \\"{}\\"\\n"]', "a.ipynb"),
    _of("SEC-41", "TestPyPI", _starts("pypi-", "AgENdGVzdC5weXBpLm9yZw", count=100)),
    *(
        _of("SEC-47", vendor, lambda m: m.signs(32), f"{name}_API_KEY={{}}", ".env")
        for vendor, name in (
            ("Checkfront", "CHECKFRONT"),
            ("Peek", "PEEK"),
            ("Rezdy", "REZDY"),
            ("Square Appointments", "SQUARE_APPOINTMENTS"),
            ("Calendly", "CALENDLY"),
            ("Acuity", "ACUITY"),
            ("Hospitable", "HOSPITABLE"),
            ("Guesty", "GUESTY"),
        )
    ),
    _of(
        "SEC-58",
        "pip",
        lambda m: m.signs(14),
        "index-url = https://jada:{}@pip.jada.example/simple",
        "pip.conf",
    ),
    _of("SEC-59", "git", lambda m: m.signs(14), "https://jada:{}@git.jada.example", ".git-credentials"),
    _of("SEC-59", "boto", lambda m: m.signs(40), "gs_oauth2_refresh_token = {}", ".boto"),
    _of("SEC-59", "Amazon Web Services", lambda m: m.signs(90), "aws_session_token = {}", ".aws/credentials"),
    _of("SEC-60", "SSH", lambda m: m.signs(64), "{}", "keys/id_ed25519"),
)
"""Everything that has to be found."""

_L = Maker(12)
MISSES = (
    ("SEC-01", 'key = "pk' + "_live_" + _L.signs(24) + '"', "a.py"),
    ("SEC-01", 'price = "price_' + _L.signs(24) + '"', "a.py"),
    ("SEC-02", 'customer = "cus_' + _L.signs(14) + '"', "a.py"),
    ("SEC-03", "the sk" + "_test_ prefix is for tests", "notes.txt"),
    ("SEC-04", "secret = whs" + "ec_STRIPE_WEBHOOK_SECRET", "a.py"),
    ("SEC-05", "data:image/png;base64," + _L.signs(30) + "EAAA" + _L.signs(200), "a.css"),
    ("SEC-06", "app = sq0" + "idp-" + _L.signs(22), "a.py"),
    ("SEC-07", "PAYPAL_CLIENT_ID=A" + _L.signs(79), ".env"),
    ("SEC-08", "access_token$production$merchant", "a.py"),
    ("SEC-09", "checkout_secret = 'sk" + "_live_'", "a.py"),
    ("SEC-10", "PLAID_CLIENT_ID=" + _L.hex(24), ".env"),
    ("SEC-11", "shp" + "at_ is the prefix", "a.md"),
    ("SEC-12", "role = AROA" + _L.signs(16, CAPITALS), "a.txt"),
    ("SEC-13", "user = AIDA" + _L.signs(16, CAPITALS), "a.txt"),
    ("SEC-13", "id = AK" + "IA" + "IOSFODNN7" + "EXAMPLE", "a.txt"),
    ("SEC-14", "aws_secret_commit = " + _L.hex(40), "a.txt"),
    ("SEC-15", SIGNED.replace("AKIAX", "AS" + "IA" + _L.signs(16, CAPITALS)), "a.txt"),
    ("SEC-16", SIGNED + "<signature>", "a.txt"),
    ("SEC-17", "hash = B" + _L.signs(43), "a.txt"),
    ("SEC-18", '{"type": "service_account", "private_key": ""}', "key.json"),
    ("SEC-19", "AI" + "za" + _L.signs(20), "a.txt"),
    ("SEC-20", "id = " + _L.signs(20, SMALL) + ".apps.googleusercontent.com", "a.txt"),
    (
        "SEC-21",
        (
            "AccountName=devstoreaccount1;Account"
            "Key=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/"
            "KBHBeksoGMGw=="
        ),
        "a.txt",
    ),
    ("SEC-22", "secret = " + _L.signs(37), "a.py"),
    ("SEC-23", "digest = " + _L.hex(64), "a.py"),
    ("SEC-24", "CLOUDFLARE_ZONE_ID=" + _L.hex(32), ".env"),
    ("SEC-25", "VERCEL_PROJECT_ID=prj_" + _L.signs(24), ".env"),
    ("SEC-26", "version = SG.1.2", "a.txt"),
    ("SEC-27", '<div class="key-' + _L.hex(32) + '">', "a.html"),
    ("SEC-28", "ORDER_ID=" + _L.uuid(), ".env"),
    ("SEC-29", "cache = " + _L.hex(32), "a.txt"),
    ("SEC-30", "re_compiled_pattern_of_everything = 1", "a.py"),
    ("SEC-31", "account = AC" + _L.hex(32), "a.py"),
    ("SEC-32", "PLIVO_AUTH_ID=MA" + _L.signs(18, CAPITALS), ".env"),
    ("SEC-33", "tokens begin with xo" + "xb- and go on", "a.txt"),
    ("SEC-34", "https://hooks.slack.com/services/", "a.txt"),
    ("SEC-35", 'discord = "' + _L.token({"sub": "1"}) + '"', "a.py"),
    ("SEC-36", "at 1700000000:AA", "a.txt"),
    ("SEC-37", 'token = "gh' + "p_" + _L.signs(35) + '9"', "a.py"),
    ("SEC-38", "CI_JOB_TOKEN gl" + "pat- names", "a.txt"),
    ("SEC-39", "see JADA-1234 and ATBB", "a.txt"),
    ("SEC-40", "npm" + "_config_registry_of_the_whole_company_x = 1", "a.txt"),
    ("SEC-41", "pypi-" + "simple-index-of-packages", "a.txt"),
    ("SEC-42", "image@sha256:" + _L.hex(64), "a.txt"),
    ("SEC-43", '<div class="sk-' + 'proj-card-large-on-wide-screens-only">', "a.html"),
    ("SEC-44", "model = sk-" + "ant-model", "a.txt"),
    ("SEC-45", "sk" + ".eyJ", "a.txt"),
    ("SEC-46", "table = tbl" + _L.signs(14), "a.txt"),
    ("SEC-47", "FAREHARBOR_SHORTNAME_KEY=jadacharters", ".env"),
    ("SEC-48", "pixel = " + _L.signs(16, "123456789"), "a.txt"),
    ("SEC-49", "id = 00D" + _L.signs(15), "a.txt"),
    ("SEC-50", 'key = "' + _L.token({"role": "anon"}) + '"', "a.txt"),
    ("SEC-51", "AUTH0_CLIENT_ID=" + _L.signs(32), ".env"),
    ("SEC-52", "datadog_site=datadoghq.eu", ".env"),
    ("SEC-53", _L.pem("PUBLIC"), "a.pem"),
    ("SEC-53", f"-----{'BEGIN'} RSA PRIVATE KEY-----\n", "a.pem"),
    ("SEC-54", "postgres://jada:${DB_PASSWORD}@db.example/app", "a.yml"),
    ("SEC-55", "https://user:token@git.example/x.git", "a.txt"),
    ("SEC-56", "secretOrPublicKey = process.env.JWT_SECRET", "a.ts"),
    ("SEC-57", 'key = "eyJ.eyJ.abc"', "a.txt"),
    ("SEC-58", "//registry.npmjs.org/:_authToken=${NPM_TOKEN}", ".npmrc"),
    ("SEC-59", "db.example:5432:app:jada:*", ".pgpass"),
    ("SEC-60", "jada:!:19000:0:99999:7:::", "etc/shadow"),
    ("SEC-61", "define('AUTH_KEY', 'put your unique phrase here');", "wp-config.php"),
    ("SEC-61", "define( 'DB_PASSWORD', 'password_here' );", "wp-config.php"),
    ("SEC-62", 'password: "Enter your password again",', "i18n/en.yml"),
    ("SEC-62", "password = get_password()", "a.py"),
    ("SEC-62", "token: TokenType.BEARER", "a.ts"),
    ("SEC-62", 'passwordSecret = "settings.auth.password"', "a.ts"),
    ("SEC-62", "secret: /run/secrets/db_password", "compose.yml"),
)
"""What looks alike; the line, and no detector of this code."""

__all__ = ["FORMS", "HEX", "MISSES", "Form"]
