"""Short programs with what is wrong in each, put together from parts: what the reading of code is held to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Snippet(NamedTuple):
    """One program of a file or two."""

    code: str
    """The check that it is about."""
    files: Mapping[str, str]
    is_bad: bool


PYTHON_ROUTES = {
    "flask": (
        "from flask import Flask, request, abort\n"
        "app = Flask(__name__)\n"
        "{top}\n"
        '@app.route("{route}", methods=["POST"])\n'
        "{mark}def {name}():\n"
        "    {check}\n"
        "    data = request.get_json()\n"
        "    {do}\n"
        '    return "", 204\n'
    ),
    "fastapi": (
        "from fastapi import FastAPI, Request\n"
        "app = FastAPI()\n"
        "{top}\n"
        '@app.post("{route}")\n'
        "{mark}async def {name}(request: Request):\n"
        "    {check}\n"
        "    data = await request.json()\n"
        "    {do}\n"
        "    return {{}}\n"
    ),
    "lambda": (
        "import json\n"
        "{top}\n"
        "{mark}def handler(event, context):\n"
        "    request = event\n"
        '    data = json.loads(event["body"])\n'
        '    if event["rawPath"] == "{route}":\n'
        "        {check}\n"
        "        {do}\n"
        '    return {{"statusCode": 204}}\n'
    ),
    "bottle": (
        "from bottle import post, request\n"
        "{top}\n"
        '@post("{route}")\n'
        "{mark}def {name}():\n"
        "    {check}\n"
        "    data = request.json\n"
        "    {do}\n"
    ),
}
SCRIPT_ROUTES = {
    "express": (
        'const express = require("express");\n'
        "const app = express();\n"
        "{top}\n"
        'app.post("{route}", {mark}async (req, res) => {{\n'
        "  {check}\n"
        "  const data = req.body;\n"
        "  {do}\n"
        "  res.sendStatus(204);\n"
        "}});\n"
    ),
    "fastify": (
        'import Fastify from "fastify";\n'
        "const fastify = Fastify();\n"
        "{top}\n"
        'fastify.post("{route}", {mark}async (req, reply) => {{\n'
        "  {check}\n"
        "  const data = req.body;\n"
        "  {do}\n"
        "}});\n"
    ),
    "lambda": (
        "{top}\n"
        "exports.handler = async (req, context) => {{}};\n"
        "exports.handler = async (event) => {{\n"
        "  const req = event, data = JSON.parse(event.body);\n"
        '  if (event.rawPath === "{route}") {{\n'
        "    {check}\n"
        "    {do}\n"
        "  }}\n"
        "  return {{ statusCode: 204 }};\n"
        "}};\n"
    ),
}
NEXT = (
    "{top}\n"
    "export async function POST(req) {{\n"
    "  {check}\n"
    "  const data = await req.json();\n"
    "  {do}\n"
    "  return new Response();\n"
    "}}\n"
)

PYTHON_WRITES = (
    'table.put_item(Item={"id": data["id"]})',
    'db.session.add(Ride(id=data["id"]))',
    's3.put_object(Bucket="b", Key=data["id"])',
    'conn.execute("INSERT INTO rides VALUES (?)", (data["id"],))',
)
SCRIPT_WRITES = (
    'await client.send(new PutCommand({ TableName: "t", Item: { id: data.id } }));',
    "await prisma.ride.create({ data: { id: data.id } });",
    'await db.collection("rides").insertOne({ id: data.id });',
    'await pool.query("INSERT INTO rides VALUES ($1)", [data.id]);',
)

PYTHON_SIGNED = (
    ('event = stripe.Webhook.construct_event(request.data, request.headers["Stripe-Signature"], KEY)', False),
    ('if not hmac.compare_digest(digest(request), request.headers["X-Signature"]): return "", 400', False),
    ("verify_signature(request)", False),
    ('paid = stripe.Event.retrieve(request.json["id"])', False),
    ("pass", True),
    ("# verify_signature(request) comes later", True),
    ('note = "call construct_event here"', True),
)
SCRIPT_SIGNED = (
    (
        'const event = stripe.webhooks.constructEvent(req.rawBody, req.headers["stripe-signature"], KEY);',
        False,
    ),
    ('if (!crypto.timingSafeEqual(digest(req), Buffer.from(req.headers["x-signature"]))) return;', False),
    ("await verifySignature(req);", False),
    ("", True),
    ("// verifySignature(req) comes later", True),
    ('const note = "call constructEvent here";', True),
)
PYTHON_GUARDS = (
    ("user = get_current_user(request)", False),
    ('claims = jwt.decode(request.headers["Authorization"], KEY, algorithms=["HS256"])', False),
    ('if request.headers["X-Api-Key"] != API_KEY: return "", 400', False),
    ("require_login(request)", False),
    ("pass", True),
    ("# require_login(request)", True),
    ('log = "checked by login_required"', True),
)
SCRIPT_GUARDS = (
    ("const session = await getServerSession(req); if (!session) return;", False),
    ("const claims = jwt.verify(req.headers.authorization, KEY);", False),
    ('if (req.headers["x-api-key"] !== process.env.API_KEY) return;', False),
    ("requireUser(req);", False),
    ("", True),
    ("/* requireUser(req) */", True),
    ("const log = `checked by requireAuth`;", True),
)


def routes() -> Iterator[Snippet]:
    """Webhooks and routes that change data, each guarded or not, in every framework."""
    for code, route, name, python, script in (
        ("REPO-31", "/stripe-webhook", "stripe_webhook", PYTHON_SIGNED, SCRIPT_SIGNED),
        ("REPO-32", "/rides", "add_ride", PYTHON_GUARDS, SCRIPT_GUARDS),
    ):
        for shape in PYTHON_ROUTES.values():
            for number, (check, is_bad) in enumerate(python):
                words = {"route": route, "name": name, "check": check, "do": PYTHON_WRITES[number % 4]}
                yield Snippet(code, {"app.py": shape.format(top="", mark="", **words)}, is_bad)
        for shape in SCRIPT_ROUTES.values():
            for number, (check, is_bad) in enumerate(script):
                words = {"route": route, "check": check, "do": SCRIPT_WRITES[number % 4]}
                yield Snippet(code, {"app.js": shape.format(top="", mark="", **words)}, is_bad)
        for check, is_bad in script:
            text = NEXT.format(top="", check=check, do=SCRIPT_WRITES[0])
            yield Snippet(code, {f"app/api{route}/route.ts": text}, is_bad)


def handed_guards() -> Iterator[Snippet]:
    """Routes guarded by what stands around them: decorators, middleware, whole apps, helpers one import away."""
    words = {"route": "/rides", "name": "add_ride", "check": "pass", "do": PYTHON_WRITES[0]}
    flask, express = PYTHON_ROUTES["flask"], SCRIPT_ROUTES["express"]
    script = {"route": "/rides", "check": "", "do": SCRIPT_WRITES[0]}
    yield Snippet(
        "REPO-32", {"app.py": flask.format(top="", mark="@login_required\n", **words)}, is_bad=False
    )
    yield Snippet("REPO-32", {"app.py": flask.format(top="", mark="@timed\n", **words)}, is_bad=True)
    before = "@app.before_request\ndef ask():\n    if not session.get('user'): abort(401)\n"
    yield Snippet("REPO-32", {"app.py": flask.format(top=before, mark="", **words)}, is_bad=False)
    asked = words | {"check": "ask(request)"}
    helper = {"lib.py": 'def ask(request):\n    if request.headers["X-Api-Key"] != KEY: abort(401)\n'}
    idle = {"lib.py": "def ask(request):\n    return request.headers\n"}
    top = "from lib import ask"
    yield Snippet("REPO-32", {"app.py": flask.format(top=top, mark="", **asked)} | helper, is_bad=False)
    yield Snippet("REPO-32", {"app.py": flask.format(top=top, mark="", **asked)} | idle, is_bad=True)
    yield Snippet("REPO-32", {"app.js": express.format(top="", mark="requireAuth, ", **script)}, is_bad=False)
    yield Snippet(
        "REPO-32", {"app.js": express.format(top="", mark="express.json(), ", **script)}, is_bad=True
    )
    yield Snippet(
        "REPO-32", {"app.js": express.format(top="app.use(requireAuth);", mark="", **script)}, is_bad=False
    )
    yield Snippet(
        "REPO-32", {"app.js": express.format(top="app.use(cors());", mark="", **script)}, is_bad=True
    )
    guard = {
        "lib/auth.js": "exports.ask = (req, res, next) => { if (!req.session.userId) return res.end(); next(); };\n"
    }
    loose = {"lib/auth.js": "exports.ask = (req, res, next) => { next(); };\n"}
    top = 'const { ask } = require("./lib/auth");'
    yield Snippet(
        "REPO-32", {"app.js": express.format(top=top, mark="ask, ", **script)} | guard, is_bad=False
    )
    yield Snippet("REPO-32", {"app.js": express.format(top=top, mark="ask, ", **script)} | loose, is_bad=True)


def tokens() -> Iterator[Snippet]:
    """Tokens that are made and read, well and badly."""
    python = "import jwt\nimport os\nKEY = os.environ['JWT_SECRET']\n\n\ndef read(token, now):\n    {line}\n"
    for line, is_bad in (
        ('return jwt.decode(token, KEY, algorithms=["HS256"])', False),
        ('return jwt.decode(token, KEY, algorithms=["HS256", "none"])', True),
        ('return jwt.decode(token, options={"verify_signature": False})', True),
        ("return jwt.decode(token, KEY, verify=False)", True),
        ('return jwt.decode(token, KEY, algorithms=["HS256"], options={"verify_exp": False})', True),
        ('return jwt.decode(token, KEY, algorithms=[header["alg"]])', True),
        ('return jwt.encode({"sub": 1, "exp": now + 900}, KEY, algorithm="HS256")', False),
        ('return jwt.encode({"sub": 1}, KEY, algorithm="HS256")', True),
        ('return jwt.encode({"sub": 1, "exp": now}, None, algorithm="none")', True),
        ('note = "verify_signature: False"; return jwt.decode(token, KEY, algorithms=["HS256"])', False),
        (
            'head = jwt.get_unverified_header(token); return jwt.decode(token, KEY, algorithms=["RS256"])',
            False,
        ),
        ("return base64.b64decode(token)  # jwt.decode(token, verify=False)", False),
        (
            (
                'seen = jwt.decode(token, options={"verify_signature": False}); '
                'return jwt.decode(token, KEY, algorithms=["HS256"])'
            ),
            False,
        ),
    ):
        yield Snippet("REPO-36", {"auth.py": python.format(line=line)}, is_bad)
    script = (
        'const jwt = require("jsonwebtoken");\n'
        "const KEY = process.env.JWT_SECRET;\n"
        "exports.read = (token, more) => {{\n"
        "  {line}\n"
        "}};\n"
    )
    for line, is_bad in (
        ('return jwt.verify(token, KEY, { algorithms: ["HS256"] });', False),
        ('return jwt.verify(token, KEY, { algorithms: ["none"] });', True),
        ("return jwt.verify(token, KEY, { ignoreExpiration: true });", True),
        ("return jwt.verify(token, KEY, { algorithms: [head.header.alg] });", True),
        ("return jwt.decode(token);", True),
        ("const head = jwt.decode(token, { complete: true }); return jwt.verify(token, KEY);", False),
        ('return jwt.sign({ sub: 1 }, KEY, { expiresIn: "15m" });', False),
        ("return jwt.sign({ sub: 1, exp: 99 }, KEY);", False),
        ("return jwt.sign({ sub: 1 }, KEY);", True),
        ('return jwt.sign({ sub: 1, exp: 9 }, "", { algorithm: "none" });', True),
        ("return jwt.sign({ sub: 1 }, KEY, more);", False),
        ("return token; // jwt.decode(token)", False),
        ('return "jwt.decode(token)" + token;', False),
    ):
        yield Snippet("REPO-36", {"auth.js": script.format(line=line)}, is_bad)


def inputs() -> Iterator[Snippet]:
    """Text of requests that runs, and that does not."""
    python = (
        "from flask import Flask, request\n"
        "app = Flask(__name__)\n"
        "\n"
        "\n"
        '@app.route("/find")\n'
        "def find():\n"
        '    name = request.args.get("name")\n'
        "    {line}\n"
        '    return ""\n'
    )
    for line, is_bad in (
        ('os.system("ls " + name)', True),
        ('subprocess.run(f"ls {name}", shell=True)', True),
        ('subprocess.run(["ls", name])', False),
        ('os.system("ls " + shlex.quote(name))', False),
        ("eval(name)", True),
        ("ast.literal_eval(name)", False),
        ("conn.execute(f\"SELECT * FROM rides WHERE name = '{name}'\")", True),
        ("conn.execute(\"SELECT * FROM rides WHERE name = '%s'\" % name)", True),
        ("sql = \"SELECT * FROM rides WHERE name = '{}'\".format(name); conn.execute(sql)", True),
        ('conn.execute("SELECT * FROM rides WHERE name = ?", (name,))', False),
        ('conn.execute(f"SELECT * FROM {TABLE}")', False),
        ("pickle.loads(request.data)", True),
        ("yaml.load(request.data)", True),
        ("yaml.safe_load(request.data)", False),
        ("yaml.load(request.data, Loader=yaml.SafeLoader)", False),
        ("json.loads(request.data)", False),
        ("render_template_string(name)", True),
        ('render_template("find.html", name=name)', False),
        ('number = int(name); conn.execute(f"SELECT * FROM rides WHERE id = {number}")', False),
        ("pass  # os.system(name)", False),
        ('note = "eval(name)"', False),
        ("model.eval()", False),
    ):
        yield Snippet("REPO-41", {"app.py": python.format(line=line)}, is_bad)
    script = (
        'const express = require("express");\n'
        'const {{ exec, execFile }} = require("child_process");\n'
        "const app = express();\n"
        'app.get("/find", async (req, res) => {{\n'
        "  const name = req.query.name;\n"
        "  {line}\n"
        "}});\n"
    )
    for line, is_bad in (
        ("exec(`ls ${name}`);", True),
        ('exec("ls " + req.query.name);', True),
        ('execFile("ls", [name]);', False),
        ("/ls/.exec(name);", False),
        ("eval(name);", True),
        ("new Function(name)();", True),
        ("db.query(`SELECT * FROM rides WHERE name = '${name}'`);", True),
        ('db.query("SELECT * FROM rides WHERE name = \'" + name + "\'");', True),
        ('db.query("SELECT * FROM rides WHERE name = $1", [name]);', False),
        ("prisma.$queryRawUnsafe(`SELECT * FROM rides WHERE name = '${name}'`);", True),
        ("prisma.$queryRaw`SELECT * FROM rides WHERE name = ${name}`;", False),
        ("serialize.unserialize(req.body.data);", True),
        ("JSON.parse(req.body.data);", False),
        ("ejs.render(req.query.name);", True),
        ('res.render("find", { name });', False),
        ("const id = parseInt(name); db.query(`SELECT * FROM rides WHERE id = ${id}`);", False),
        ("// eval(name)", False),
        ('const note = "eval(name)";', False),
    ):
        yield Snippet("REPO-41", {"app.js": script.format(line=line)}, is_bad)


def corpus() -> tuple[Snippet, ...]:
    """All of them, always in the same order."""
    return (*routes(), *handed_guards(), *tokens(), *inputs())
