"""What the code shows, program by program, in both languages: bad, good, and what only looks like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.checks.registry import CHECKS
from quarterdeck.checks.run import MODULES
from quarterdeck.model.check import Fail
from quarterdeck.model.code import Suspect
from quarterdeck.model.mail_account import MailSender
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import Handler, SignIn
from tests.audits import audited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.repos import Repo

_ = MODULES  # importing them is what fills the list

OWN = tuple(f"REPO-{number}" for number in range(31, 46))
LIVE, TEST = (f"sk_{kind}_a1B2c3D4e5F6g7H8i9J0k1L2" for kind in ("live", "test"))


def _failed(repo: Repo, files: Mapping[str, str]) -> dict[str, str]:
    """Each check of ours that fails, with how bad it is at its worst."""
    repo.commit(files)
    records, _ = repo.collect("repos-code")
    facts = audited(*records)  # type: ignore[arg-type]  # each is a kind of what is seen
    found: dict[str, str] = {}
    for code in OWN:
        for record in records:
            if isinstance(record, CHECKS[code].of):
                said = CHECKS[code].judge(record, facts)
                if isinstance(said, Fail):
                    found[code] = str(said.severity or CHECKS[code].severity)
    return found


MAGIC_PY = (
    "import secrets, time\nLINK_SECONDS = {life}\n\n\n"
    "def send_magic_link(email):\n    count_attempts(email)\n    code = secrets.token_urlsafe(16)\n"
    '    links.put_item(Item={{"code": code, "until": time.time() + LINK_SECONDS}})\n'
    "    ses.send_email(Destination=email)\n\n\n"
    "def verify_magic_link(code):\n    found = links.get_item(Key=code)\n    {after}\n    return found\n"
)
MAGIC_JS = (
    'const crypto = require("crypto");\n'
    "async function requestMagicLink(req) {{\n  const token = crypto.randomBytes(16);\n"
    "  await db.links.insertOne({{ token, expiresAt: Date.now() + {life} }});\n  await mailer.sendMail(token);\n}}\n"
    "async function verifyMagicLink(req) {{\n  const found = await db.links.findOne(req.query.token);\n  {after}\n}}\n"
)
NEWS_PY = (
    "def send_newsletter(people):\n    for one in people:\n        ses.send_email(Destination=one, {more})\n"
)
READ_PY = '@app.route("/waiver/<{id}>")\n{mark}def waiver(id):\n    return table.get_item(Key=id)\n'
READ_JS = (
    'app.get("/booking/:{id}", {mark}async (req, res) => res.json(await Booking.findById(req.params.id)));\n'
)

PROGRAMS: list[tuple[str, dict[str, str], dict[str, str]]] = [
    (
        "admin password in a page",
        {
            "a.html": (
                "<p>x</p>\n"
                "<script>\n"
                'if (password.value === "letmein") document.body.hidden = false;\n'
                "</script>\n"
            )
        },
        {"REPO-33": "critical"},
    ),
    (
        "two passwords are compared",
        {"a.html": "<script>if (password.value === again.value) document.go();</script>"},
        {},
    ),
    ("a kind of field", {"a.js": 'if (document.field.type === "password") window.go();\n'}, {}),
    ("in a comment", {"a.js": '// password === "letmein"\nwindow.go();\n'}, {}),
    (
        "a role kept in the page",
        {"a.js": ('const role = localStorage.getItem("role");\nif (role === "admin") show();\n')},
        {"REPO-33": "critical"},
    ),
    ("a role from the server", {"a.js": 'window.go(); if (user.role === "admin") show();\n'}, {}),
    (
        "open admin route",
        {"a.py": ('@app.route("/admin/rides")\ndef rides():\n    return table.scan()\n')},
        {"REPO-33": "critical"},
    ),
    (
        "guarded admin route",
        {"a.py": ('@app.route("/admin/rides")\n@admin_required\ndef rides():\n    return table.scan()\n')},
        {},
    ),
    ("waiver by number", {"a.py": READ_PY.format(id="int:id", mark="")}, {"REPO-34": "high"}),
    ("waiver by a random id", {"a.py": READ_PY.format(id="uuid:id", mark="")}, {}),
    ("waiver for its owner", {"a.py": READ_PY.format(id="int:id", mark="@login_required\n")}, {}),
    ("booking by number", {"a.js": READ_JS.format(id="id", mark="")}, {"REPO-34": "high"}),
    ("booking by token", {"a.js": READ_JS.format(id="token", mark="")}, {}),
    ("booking after a check", {"a.js": READ_JS.format(id="id", mark="requireAuth, ")}, {}),
    (
        "a secret in the code",
        {
            "a.py": (
                "import jwt\n"
                'KEY = "changeme"\n'
                "def read(t):\n"
                '    return jwt.decode(t, KEY, algorithms=["HS256"])\n'
            )
        },
        {"REPO-35": "high"},
    ),
    (
        "a fallback",
        {
            "a.js": (
                'const jwt = require("jsonwebtoken");\n'
                'const f = (t) => jwt.verify(t, process.env.JWT_SECRET || "dev");\n'
            )
        },
        {"REPO-35": "high"},
    ),
    (
        "a fallback of a variable",
        {"a.py": ('import os\nSECRET_KEY = os.environ.get("SECRET_KEY", "dev")\ntoken = 1\n')},
        {"REPO-35": "high"},
    ),
    ("kept outside", {"a.py": 'import os\nSECRET_KEY = os.environ["SECRET_KEY"]\ntoken = 1\n'}, {}),
    ("sound link", {"a.py": MAGIC_PY.format(life="15 * 60", after="links.delete_item(Key=code)")}, {}),
    (
        "link of a day",
        {"a.py": MAGIC_PY.format(life="24 * 3600", after="links.delete_item(Key=code)")},
        {"REPO-37": "high"},
    ),
    ("link used twice", {"a.py": MAGIC_PY.format(life="900", after="pass")}, {"REPO-38": "high"}),
    (
        "link in scripts, without a limit",
        {"a.js": MAGIC_JS.format(life="15 * 60 * 1000", after="await db.links.deleteOne(found);")},
        {"REPO-39": "medium"},
    ),
    (
        "link in scripts, of two hours",
        {
            "a.js": MAGIC_JS.format(
                life="120 * 60 * 1000",
                after="checkAttempts(); await db.links.deleteOne(found); rateLimit(req);",
            )
        },
        {"REPO-37": "high", "REPO-39": "medium"},
    ),
    (
        "password without a limit",
        {
            "a.py": (
                '@app.route("/login", methods=["POST"])\n'
                "def login():\n"
                '    return check_password_hash(user.hash, request.form["x"])\n'
            )
        },
        {"REPO-39": "medium"},
    ),
    (
        "password with a limit",
        {
            "a.py": (
                '@app.route("/login", methods=["POST"])\n'
                '@limiter.limit("5 per minute")\n'
                "def login():\n"
                '    return check_password_hash(user.hash, request.form["x"])\n'
            )
        },
        {},
    ),
    ("debug server", {"a.py": "app.run(debug=True)\nrequest = 1\n"}, {"REPO-40": "medium"}),
    ("debug in settings for trying out", {"settings_dev.py": "DEBUG = True\nrequest = 1\n"}, {}),
    ("debug in settings", {"settings.py": "DEBUG = True\nrequest = 1\n"}, {"REPO-40": "medium"}),
    (
        "debug by the environment",
        {"settings.py": ('DEBUG = os.environ.get("DEBUG") == "1"\nrequest = 1\n')},
        {},
    ),
    (
        "an error with its trace",
        {
            "a.js": (
                'const e = require("express");\nfunction f(err, req, res) { res.json({ at: err.stack }); }\n'
            )
        },
        {"REPO-40": "medium"},
    ),
    ("debug in variables", {".env.production": "APP_DEBUG=true\n"}, {"REPO-40": "medium"}),
    ("php runs what is sent", {"a.php": '<?php\nsystem("ls " . $_GET["x"]);\n'}, {"REPO-41": "high"}),
    ("php in a comment", {"a.php": '<?php\n// system("ls " . $_GET["x"]);\n'}, {}),
    (
        "card fields of our own",
        {"a.html": '<form><input type="text" name="card_number"></form>\n'},
        {"REPO-42": "critical"},
    ),
    ("hosted fields", {"a.html": '<div id="card-element"></div><input name="discard_number">\n'}, {}),
    (
        "card numbers at a route",
        {"a.py": ('def pay():\n    return charge(request.form["card_number"])\n')},
        {"REPO-42": "critical"},
    ),
    (
        "card numbers in scripts",
        {"a.js": ('const e = require("express");\napp.post("/pay", (req, res) => go(req.body.cvv));\n')},
        {"REPO-42": "critical"},
    ),
    ("both keys", {"a.yml": f"live: {LIVE}\ntest: {TEST}\n"}, {"REPO-43": "high"}),
    ("a live key for trying out", {"config/dev.yml": f"key: {LIVE}\n"}, {"REPO-43": "high"}),
    ("a live key alone", {"a.yml": f"key: {LIVE}\n"}, {}),
    (
        "a whole event logged",
        {"a.py": ("def handler(event, context):\n    print(event)\n    return {'statusCode': 200}\n")},
        {"REPO-44": "medium"},
    ),
    (
        "a part of an event logged",
        {
            "a.py": (
                "def handler(event, context):\n    print(event['path'])\n    return {'statusCode': 200}\n"
            )
        },
        {},
    ),
    (
        "a body logged",
        {"a.js": 'app.post("/a", (req, res) => { console.log(req.body); });\n'},
        {"REPO-44": "medium"},
    ),
    (
        "an address logged",
        {"a.py": ("def f(user):\n    logger.info('for %s', user.email)\n")},
        {"REPO-44": "medium"},
    ),
    ("the word logged", {"a.py": "def f(user):\n    logger.info('email sent')\n"}, {}),
    ("a list without a way out", {"a.py": NEWS_PY.format(more="Body='x'")}, {"REPO-45": "high"}),
    ("a list with a way out", {"a.py": NEWS_PY.format(more="Headers={'List-Unsubscribe': link}")}, {}),
    (
        "a list with an address in its template",
        {"a.py": NEWS_PY.format(more="Template='news.html'"), "news.html": "<p>P.O. Box 12</p>"},
        {},
    ),
    (
        "a form for quotes",
        {"a.py": ('@app.route("/quote", methods=["POST"])\ndef quote():\n    table.put_item(Item=1)\n')},
        {"REPO-32": "medium"},
    ),
    (
        "open refunds",
        {"a.py": ('@app.route("/x", methods=["POST"])\ndef back():\n    stripe.Refund.create(charge=1)\n')},
        {"REPO-32": "high"},
    ),
    (
        "routes in a test",
        {
            "tests/test_a.py": (
                '@app.route("/x", methods=["POST"])\ndef back():\n    table.put_item(Item=1)\n'
            )
        },
        {},
    ),
    (
        "routes of others",
        {"vendor/a.py": ('@app.route("/x", methods=["POST"])\ndef back():\n    table.put_item(Item=1)\n')},
        {},
    ),
]


@pytest.mark.parametrize(("case", "files", "expected"), PROGRAMS, ids=[case for case, *_ in PROGRAMS])
def test_a_program(repo: Repo, case: str, files: dict[str, str], expected: dict[str, str]) -> None:
    assert _failed(repo, files) == expected, case


MOUNTED = {
    "app.js": 'const admin = require("./admin");\napp.use("/admin", requireAuth, admin);\n',
    "admin.js": (
        'const router = require("express").Router();\n'
        'router.post("/x", (req, res) => db.rides.insertOne(req.body));\n'
    ),
}
DJANGO = {
    "urls.py": (
        "from django.urls import path\n"
        "from . import views\n"
        'urlpatterns = [path("ride/", views.ride), path("mine/", views.mine)]\n'
    ),
    "views.py": (
        "from django.contrib.auth.decorators import login_required\n\n\n"
        'def ride(request):\n    if request.method == "POST":\n'
        "        Ride.objects.create(x=1)\n\n\n@login_required\ndef mine(request):\n    Ride.objects.create(x=1)\n"
    ),
}
AWAY = {
    "a.py": 'from b import one\n\n\n@app.post("/x")\ndef x():\n    one()\n    table.put_item(Item=1)\n',
    "b.py": "from c import two\n\n\ndef one():\n    two()\n",
    "c.py": "def two():\n    verify_token(request)\n",
}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (MOUNTED, {"POST /admin/x": True}),
        (MOUNTED | {"app.js": MOUNTED["app.js"].replace("requireAuth, ", "")}, {"POST /admin/x": False}),
        (DJANGO, {"POST /ride/": False, "/mine/": True}),
        (AWAY, {"POST /x": False}),
        (AWAY | {"b.py": "def one():\n    verify_token(request)\n"}, {"POST /x": True}),
        (
            {
                "a.py": (
                    "def handler(event, context):\n"
                    '    if event["rawPath"] == "/a":\n'
                    "        table.put_item(Item=1)\n"
                    "    verify_token(event)\n"
                    "    table.put_item(Item=2)\n"
                )
            },
            {"/a": False, "handler": True},
        ),
        (
            {
                "src/pages/api/ride.ts": "export default requireAuth(async (req) => { await db.rides.insertOne(1) })\n"
            },
            {"/api/ride": True},
        ),
        (
            {
                "src/routes/ride/+server.ts": "export async function POST({ request }) { db.rides.insertOne(1) }\n"
            },
            {"POST /ride": False},
        ),
    ],
)
def test_who_is_asked_at_a_route(repo: Repo, files: dict[str, str], expected: dict[str, bool]) -> None:
    repo.commit(files)
    records, _ = repo.collect("repos-code")
    found = {one.route: one.is_guarded for one in records if isinstance(one, Handler)}
    assert {route: found.get(route) for route in expected} == expected


RIDE = {"src/ride.py": "def handler(event, context):\n    table.put_item(Item=event['body'])\n"}
SAM = (
    "Resources:\n  Ride:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: src/\n"
    "      Handler: ride.handler\n      Events:\n        Add:\n          Type: HttpApi\n"
)
_EVENTS = "    events:\n      - httpApi:\n          path: /ride\n"
SERVERLESS = f"functions:\n  ride:\n    handler: src/ride.handler\n{_EVENTS}"


@pytest.mark.parametrize(
    ("case", "template", "expected"),
    [
        ("SAM, open", {"template.yaml": SAM}, False),
        ("SAM, by default", {"template.yaml": f"{SAM}\nAuth:\n  DefaultAuthorizer: Mine\n"}, True),
        (
            "SAM, its own",
            {
                "template.yaml": f"{SAM}          Properties:\n            Auth:\n              Authorizer: A\n"
            },
            True,
        ),
        (
            "SAM, open on purpose",
            {"template.yaml": f"{SAM}          Authorizer: NONE\nAuth:\n  DefaultAuthorizer: A\n"},
            False,
        ),
        ("Serverless, open", {"serverless.yml": SERVERLESS}, False),
        ("Serverless, its own", {"serverless.yml": f"{SERVERLESS}          authorizer: mine\n"}, True),
        (
            "Serverless, at one of two",
            {"serverless.yml": f"{SERVERLESS}          authorizer: a\n      - httpApi: POST /b\n"},
            False,
        ),
        (
            "of another function",
            {"serverless.yml": SERVERLESS.replace("ride.handler", "b.handler") + "          authorizer: a\n"},
            False,
        ),
    ],
)
def test_an_authorizer_that_a_template_declares_asks(
    repo: Repo, case: str, template: dict[str, str], *, expected: bool
) -> None:
    repo.commit(RIDE | template)
    (one,) = (one for one in repo.collect("repos-code")[0] if isinstance(one, Handler))
    assert one.is_guarded is expected, case


def test_what_tokens_are_signed_with_is_kept_as_length_and_fingerprint_alone(repo: Repo) -> None:
    key = "plain-words-of-a-test"
    repo.commit({"a.py": f'import jwt\nJWT_SECRET = "{key}"\n'})
    (one,) = (one for one in repo.collect("repos-code")[0] if isinstance(one, SignIn))
    assert (one.secret_bytes, one.has_default_secret) == (len(key), True)
    assert isinstance(one.secret, str)
    assert key not in str(one)
    (bare,) = (one for one in repo.collect("repos-code", fingerprint_key="")[0] if isinstance(one, SignIn))
    assert isinstance(bare.secret, NotCollected)


def test_addresses_that_mail_comes_from(repo: Repo) -> None:
    repo.commit(
        {
            "a.py": 'ses.send_email(Source="Crew <Crew@jada.example>", Destination="guest@x.example")\n',
            "b.js": 'const FROM = process.env.F || "rides@jada.example"; go({ from: "a@example.com" }, event);\n',
        }
    )
    found = [(one.address, one.place) for one in repo.collect("repos-code")[0] if isinstance(one, MailSender)]
    assert found == [("crew@jada.example", "jada-site:a.py"), ("rides@jada.example", "jada-site:b.js")]


def test_a_file_that_cannot_be_read_is_a_gap_with_its_name(repo: Repo) -> None:
    repo.commit({"old.py": 'print "request"\n', "a.rb": "get '/x' do end\n"})
    records, gaps = repo.collect("repos-code")
    assert [(one.subject, one.reason) for one in gaps] == [
        ("jada-site:old.py", "not read: syntax of another version"),
        ("jada-site:Ruby", "routes and sign-ins in Ruby are not read"),
    ]
    assert all(one.is_found is False for one in records if isinstance(one, Suspect))


def test_languages_that_nobody_reads_are_not_known_and_no_pass(repo: Repo) -> None:
    repo.commit({"a.rb": "get '/x' do end\n"})
    found = {one.what: one.is_found for one in repo.collect("repos-code")[0] if isinstance(one, Suspect)}
    assert isinstance(found["input"], NotCollected)
    assert found["mixed keys"] is False


def test_a_repository_without_a_commit_is_a_gap(repo: Repo) -> None:
    records, gaps = repo.collect("repos-code")
    assert (records, [one.reason for one in gaps]) == ([], ["it has no commit yet"])
