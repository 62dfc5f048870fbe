// What the edge function says to every kind of token, path and request.

import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { edgeOf } from "../../generators/quarterdeck/commands/played_edge.mjs";

const source = readFileSync(new URL("../../infra/edge.js", import.meta.url), "utf8");
const edge = edgeOf(source);

const NOW = 1_795_392_000; // 23 November 2026
const HOST = "reports.harbor.test";
const ROOT = "r".repeat(32);
const SECRET = randomBytes(32).toString("base64url");
const OLDER = randomBytes(32).toString("base64url");
const VALUES = {
  host: HOST,
  root: ROOT,
  latest: "2026-11-23-0a1b2c3",
  "key:k2": SECRET,
  "key:k1": OLDER,
  "key:short": "c2hvcnQ",
  "out:gone": `${NOW}`,
  "out:back": `${NOW - 100}`,
  "out:odd": "soon",
};
const TREE = `/pages/${ROOT}/crew`;
const NOWHERE = "/pages/-/-";
const HEAD = { alg: "HS256", typ: "JWT", kid: "k2" };
const CLAIMS = { iss: "quarterdeck", aud: HOST, sub: "sam", see: "crew", iat: NOW - 60, exp: NOW + 840 };

const part = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const sign = (text, secret, hash = "sha256") =>
  createHmac(hash, Buffer.from(secret, "base64url")).update(text).digest("base64url");

function token(claims = {}, head = {}, secret = SECRET) {
  const text = `${part({ ...HEAD, ...head })}.${part({ ...CLAIMS, ...claims })}`;
  return `${text}.${sign(text, secret)}`;
}

function without(name) {
  const { [name]: gone, ...rest } = CLAIMS;
  const text = `${part(HEAD)}.${part(rest)}`;
  return `${text}.${sign(text, SECRET)}`;
}

function raw(head, claims, secret = SECRET) {
  const text = `${part(head)}.${part(claims)}`;
  return `${text}.${sign(text, secret)}`;
}

function asked(uri, { cookie = token(), method = "GET", host = HOST, headers = {}, query = {} } = {}) {
  const cookies = { theme: { value: "dark" } };
  if (cookie !== null) cookies["__Host-qd"] = typeof cookie === "string" ? { value: cookie } : cookie;
  const all = { host: { value: host } };
  for (const [name, value] of Object.entries(headers)) all[name] = { value };
  return { request: { method, uri, querystring: query, headers: all, cookies } };
}

/** The key that the origin is asked for, or the status with where it sends the reader. */
function said(given) {
  return given.uri ?? [given.statusCode, given.headers.location?.value].filter(Boolean).join(" ");
}

const answer = async (uri, how, values = VALUES, now = NOW * 1000) => said(await edge(asked(uri, how), values, now));

const ACCEPTED = [
  ["as the sign-in makes it", token()],
  ["signed with the older of two keys (F-186)", token({}, { kid: "k1" }, OLDER)],
  ["made by a clock that is 60 s ahead (F-183)", token({ iat: NOW + 60 })],
  ["in its last second", token({ exp: NOW + 1 })],
  ["of somebody who came back after being put out", token({ sub: "back" })],
];

const [HEAD_PART, CLAIMS_PART, SIGNATURE] = token().split(".");
const BARE = `${HEAD_PART}.${CLAIMS_PART}`;

const REFUSED = [
  ["none", null],
  ["an empty one", ""],
  ["no token", "x"],
  ["two parts", BARE],
  ["four parts", `${token()}.x`],
  ["no signature (F-184)", `${BARE}.`],
  ["another's signature", `${BARE}.${sign("x", SECRET)}`],
  ["a signature cut short", `${BARE}.${SIGNATURE.slice(0, -1)}`],
  ["a signature with padding", `${BARE}.${SIGNATURE}=`],
  ["claims changed after signing", `${HEAD_PART}.${part({ ...CLAIMS, see: "all" })}.${SIGNATURE}`],
  ["alg none (F-184)", token({}, { alg: "none" })],
  ["alg none, unsigned (F-184)", `${part({ ...HEAD, alg: "none" })}.${CLAIMS_PART}.`],
  ["alg in capitals of another kind (F-184)", token({}, { alg: "hs256" })],
  ["alg RS256 with our key (F-184)", token({}, { alg: "RS256" })],
  ["alg HS512 (F-184)", token({}, { alg: "HS512" })],
  ["HS512 by its signature (F-184)", `${BARE}.${sign(BARE, SECRET, "sha512")}`],
  ["alg as a list (F-184)", token({}, { alg: ["HS256"] })],
  ["another typ", token({}, { typ: "JWE" })],
  ["an embedded key (F-184)", token({}, { jwk: { kty: "oct", k: SECRET } })],
  ["a key's address (F-184)", token({}, { jku: "https://evil.test/keys" })],
  ["a certificate's address (F-184)", token({}, { x5u: "https://evil.test/c" })],
  ["an unknown crit (F-184)", token({}, { crit: ["b64"], b64: false })],
  ["a kid that is not known", token({}, { kid: "k9" })],
  ["a kid that is a path (F-184)", token({}, { kid: "../host" }, part(HOST))],
  ["a kid that is SQL (F-184)", token({}, { kid: "k2' OR '1'='1" })],
  ["a kid that is a number", token({}, { kid: 2 })],
  ["a kid that is a list", token({}, { kid: ["k2"] })],
  ["a kid that is empty", token({}, { kid: "" })],
  ["a kid of an object's own names", token({}, { kid: "__proto__" })],
  ["no kid", raw({ alg: "HS256", typ: "JWT" }, CLAIMS)],
  ["the older key's kid, the newer key", token({}, { kid: "k1" })],
  ["a key of somebody else", token({}, {}, randomBytes(32).toString("base64url"))],
  ["the empty key", token({}, {}, "")],
  ["signed with the key as it is written", token({}, {}, part(SECRET))],
  ["another issuer", token({ iss: "other" })],
  ["another stage's host (F-187)", token({ aud: "staging.harbor.test" })],
  ["a list of hosts (F-187)", token({ aud: [HOST] })],
  ["no iss (F-187)", without("iss")],
  ["no aud (F-187)", without("aud")],
  ["no sub (F-187)", without("sub")],
  ["no see (F-187)", without("see")],
  ["no iat (F-187)", without("iat")],
  ["no exp (F-187)", without("exp")],
  ["a claim that we never make", token({ admin: true })],
  ["exp as text (F-187)", token({ exp: `${NOW + 840}` })],
  ["exp as null (F-187)", token({ exp: null })],
  ["exp with a fraction (F-187)", token({ exp: NOW + 840.5 })],
  ["exp far too large (F-187)", raw(HEAD, JSON.stringify(CLAIMS).replace(`${NOW + 840}`, "1e400"))],
  ["iat as text (F-187)", token({ iat: `${NOW}` })],
  ["sub as a number (F-187)", token({ sub: 7 })],
  ["sub as a list (F-187)", token({ sub: ["sam"] })],
  ["an audience that leaves the tree", token({ see: "../all" })],
  ["an audience with a slash", token({ see: "crew/all" })],
  ["an empty audience", token({ see: "" })],
  ["an audience in capitals", token({ see: "CREW" })],
  ["expired just now (F-183)", token({ exp: NOW })],
  ["expired long ago (F-183)", token({ iat: NOW - 9000, exp: NOW - 8100 })],
  ["not yet valid (F-183)", token({ iat: NOW + 61 })],
  ["made for a whole day (F-144)", token({ exp: NOW + 86_400 })],
  ["of somebody who was put out", token({ sub: "gone" })],
  ["made in the second of being put out", token({ sub: "gone", iat: NOW })],
  ["claims that are a list", raw(HEAD, [])],
  ["claims that are null", raw(HEAD, "null")],
  ["claims that are no JSON", raw(HEAD, "{")],
  ["a head that is no JSON", raw("{", CLAIMS)],
  ["over 4 KB (F-187)", raw(HEAD, JSON.stringify(CLAIMS) + " ".repeat(3000))],
  ["two cookies of that name", { value: token(), multiValue: [{ value: token() }, { value: token({ see: "all" }) }] }],
];

for (const [title, cookie] of ACCEPTED) {
  test(`a token ${title}: the page`, async () => {
    assert.equal(await answer("/latest/", { cookie }), `${TREE}/2026-11-23-0a1b2c3/index.html`);
  });
}

for (const [title, cookie] of REFUSED) {
  test(`a token refused, ${title}`, async () => {
    assert.equal(await answer("/latest/", { cookie }), "302 /auth/?next=%2Flatest%2F");
    assert.equal(await answer("/latest/a.css", { cookie }), "401");
  });
}

const PATHS = [
  ["/", "302 /latest/"],
  ["/latest", "301 /latest/"],
  ["/latest/", `${TREE}/2026-11-23-0a1b2c3/index.html`],
  ["/latest/reports/cfo/", `${TREE}/2026-11-23-0a1b2c3/reports/cfo/index.html`],
  ["/latest/reports/cfo", "301 /latest/reports/cfo/"],
  ["/latest/reports/cfo/index.html", `${TREE}/2026-11-23-0a1b2c3/reports/cfo/index.html`],
  ["/2026-11-16-abcdef0/reports/", `${TREE}/2026-11-16-abcdef0/reports/index.html`],
  ["/2026-11-16-abcdef0.2/", `${TREE}/2026-11-16-abcdef0.2/index.html`],
  ["/2026-11-16-abcdef0.2", "301 /2026-11-16-abcdef0.2/"],
  ["/latest/assets/javascripts/bundle.a5f9d56c.min.js",
    `${TREE}/2026-11-23-0a1b2c3/assets/javascripts/bundle.a5f9d56c.min.js`],
  ["/latest/how/v1.2", "301 /latest/how/v1.2/"],
  ["/latest/how%20to/", `${TREE}/2026-11-23-0a1b2c3/how%20to/index.html`],
  ["/latest/caf%c3%a9/", `${TREE}/2026-11-23-0a1b2c3/caf%C3%A9/index.html`],
  ["/latest/%72eports/", `${TREE}/2026-11-23-0a1b2c3/reports/index.html`],
  ["/latest/a+b.csv", `${TREE}/2026-11-23-0a1b2c3/a%2Bb.csv`],
  ["/versions.json", `${TREE}/versions.json`],
];

const DENIED = [
  "", "latest/", "//", "//latest/", "/latest//", "/latest//reports/", "/./latest/", "/latest/./", "/latest/../all/",
  "/latest/reports/../../../all/2026-11-23-0a1b2c3/", "/latest/%2e%2e/", "/latest/%2E%2E/all/", "/latest/.%2e/",
  "/latest/%2e/", "/latest/..%2fall/", "/latest%2freports/", "/latest/%2f/", "/latest/%5c..%5call/",
  "/latest/..\\all\\",
  "/latest/%252e%252e/", "/latest/%25", "/latest/%", "/latest/%zz/", "/latest/%c0%ae%c0%ae/", "/latest/%c0%af/",
  "/latest/%e0%80%af/", "/latest/%ff/", "/latest/%ed%a0%80/", "/latest/%00/", "/latest/a%00.html",
  "/latest/%0d%0aset-cookie:x/",
  "/latest/%7f/", "/latest/%c2%85/", "/latest/a%3fb/", "/latest/a%23b/", "/LATEST/", "/Latest/", "/%6Catest%2F",
  "/2026-11-23/", "/2026-11-23-0A1B2C3/", "/2026-11-23-0a1b2c3.x/", "/2026-11-23-0a1b2c3%0a/", "/crew/",
  "/crew/2026-11-23-0a1b2c3/",
  `/pages/${ROOT}/all/2026-11-23-0a1b2c3/index.html`, "/pages/", "/private/store.json",
  "/private/manifests/2026-11-23-0a1b2c3.json",
  "/versions.json/", "/VERSIONS.JSON", "/latest.json", "/all/versions.json", "/favicon.ico", "/auth", "/auth/out",
  "/404.html",
  `/latest/${"a/".repeat(600)}`, "/latest\u0000/", "/http://evil.test/", "/__proto__/", "/.well-known/x",
];

for (const [path, expected] of PATHS) {
  test(`the path ${path}`, async () => assert.equal(await answer(path), expected));
}

for (const path of DENIED) {
  test(`a path that is denied (F-143): ${JSON.stringify(path.slice(0, 60))}`, async () => {
    assert.equal(await answer(path), NOWHERE);
    const told = await answer(path, { cookie: null });
    assert.match(told, /^(401|302 \/auth\/(\?next=%2F(?!%2F|%5C)[\w.%~!*'()-]*)?)$/);
  });
}

test("no path of 5,000 strange ones leaves the reader's own tree (F-143)", async () => {
  const pieces = [
    "/", "/", "/", "latest", "2026-11-16-abcdef0", ".", "..", "%2e", "%2E", "%2f", "%5c", "\\", "%25", "%252e",
    "%00", "%c0%ae", "%ef%bc%8e", "\uff0e", "a", "all", "crew", "pages", ROOT, "versions.json", "index.html",
    "%", ";", ":", "@", "?", "#", "~", " ",
  ];
  let seed = 7;
  const next = (most) => (seed = (seed * 48_271) % 2_147_483_647) % most;
  const inside = new RegExp(`^${TREE}/(versions\\.json|2026-11-(23-0a1b2c3|16-abcdef0)/[^?#\\\\]*)$`);
  const counts = { inside: 0, nowhere: 0, moved: 0 };
  for (let i = 0; i < 5000; i++) {
    const start = ["/latest/", "/", "/2026-11-16-abcdef0/"][next(3)];
    const path = start + Array.from({ length: next(7) }, () => pieces[next(pieces.length)]).join("");
    const told = await answer(path);
    if (told === NOWHERE) counts.nowhere++;
    else if (/^30[12] \/(latest|2026-11-16-abcdef0)\//.test(told)) counts.moved++;
    else {
      assert.match(told, inside, path);
      const names = told.split("/").map(decodeURIComponent);
      assert.ok(!names.some((name) => [".", ".."].includes(name) || /[/\\%]/.test(name)), path);
      assert.ok(!names.slice(1).includes(""), path);
      counts.inside++;
    }
  }
  assert.ok(Math.min(...Object.values(counts)) > 100, JSON.stringify(counts));
});

test("another audience's page and one that nobody has are asked for in one way (F-147)", async () => {
  const path = "/latest/reports/ceo/";
  assert.equal(await answer(path), `${TREE}/2026-11-23-0a1b2c3/reports/ceo/index.html`);
  assert.equal(
    await answer(path, { cookie: token({ see: "all" }) }),
    `/pages/${ROOT}/all/2026-11-23-0a1b2c3/reports/ceo/index.html`,
  );
});

test("the origin is told nothing of the reader, nor of the query", async () => {
  const given = await edge(
    asked("/latest/", { query: { h: { value: "cash" } }, headers: { authorization: "Bearer x" } }), VALUES, NOW * 1000,
  );
  assert.deepEqual([given.cookies, given.querystring, given.headers], [{}, {}, { host: { value: HOST } }]);
});

const FOREIGN = [
  "evil.test", "d1.cloudfront.net", "", `${HOST}:443`, `${HOST}.`, HOST.toUpperCase(), `${HOST}.evil.test`];
for (const host of FOREIGN) {
  test(`a foreign host is denied, signed in or not (F-145): ${host}`, async () => {
    assert.equal(await answer("/latest/", { host }), NOWHERE);
    assert.equal(await answer("/latest/", { host, cookie: null }), NOWHERE);
  });
}

for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", ""]) {
  test(`the method ${method} is refused`, async () => {
    const given = await edge(asked("/latest/", { method }), VALUES, NOW * 1000);
    assert.deepEqual([given.statusCode, given.headers.allow.value], [405, "GET, HEAD"]);
  });
}

test("a head is answered like a page", async () => {
  assert.equal(await answer("/versions.json", { method: "HEAD" }), `${TREE}/versions.json`);
});

const UNKNOWN_READER = [
  ["a page", "/latest/reports/cfo/", {}, "302 /auth/?next=%2Flatest%2Freports%2Fcfo%2F"],
  ["a page without its slash", "/latest/reports/cfo", {}, "302 /auth/?next=%2Flatest%2Freports%2Fcfo"],
  ["a page by its file", "/latest/index.html", {}, "302 /auth/?next=%2Flatest%2Findex.html"],
  ["Home", "/", {}, "302 /auth/?next=%2F"],
  ["a name with a space", "/latest/how%20to/", {}, "302 /auth/?next=%2Flatest%2Fhow%2520to%2F"],
  ["a path that could mean two things", "/latest/../", {}, "302 /auth/"],
  ["a style", "/latest/assets/qd.css", {}, "401"],
  ["the list of versions", "/versions.json", {}, "401"],
  ["a download that is opened", "/latest/a.csv", { "sec-fetch-mode": "navigate" }, "302 /auth/?next=%2Flatest%2Fa.csv"],
  ["a page that a script fetches", "/latest/", { "sec-fetch-mode": "cors" }, "401"],
  ["a page in a picture's place", "/latest/", { "sec-fetch-mode": "no-cors" }, "401"],
];

for (const [title, path, headers, expected] of UNKNOWN_READER) {
  test(`nobody signed in asks for ${title}`, async () => {
    assert.equal(await answer(path, { cookie: null, headers }), expected);
  });
}

test("nothing that we say ourselves is kept by a cache, and a refusal has no body", async () => {
  for (const path of ["/latest/", "/latest/a.css", "/latest"]) {
    const given = await edge(asked(path, { cookie: path === "/latest" ? token() : null }), VALUES, NOW * 1000);
    assert.deepEqual([given.headers["cache-control"].value, given.body], ["no-store", undefined]);
  }
});

const INCOMPLETE = [
  ["host", undefined], ["root", undefined], ["latest", undefined], ["host", ""], ["root", ""], ["root", "short"],
  ["root", `${ROOT}/..`], ["latest", ""], ["latest", "latest"], ["latest", "../all"], ["key:k2", "c2hvcnQ"],
  ["key:k2", ""],
];

for (const [name, value] of INCOMPLETE) {
  test(`without a sound ${name} nobody gets through: ${value}`, async () => {
    const { [name]: gone, ...rest } = VALUES;
    const values = value === undefined ? rest : { ...rest, [name]: value };
    const given = await edge(asked("/latest/"), values, NOW * 1000);
    assert.deepEqual([given.statusCode, given.headers["retry-after"].value], [503, "60"]);
  });
}

test("a store that does not answer lets nobody through", async () => {
  const broken = new Proxy({}, { getOwnPropertyDescriptor: () => { throw new Error("timeout"); } });
  assert.equal(await answer("/latest/", {}, broken), "503");
});

test("a time of being put out that cannot be read lets nobody through", async () => {
  assert.equal(await answer("/latest/", { cookie: token({ sub: "odd" }) }), "503");
});

test("a rollback is seen at once", async () => {
  const values = { ...VALUES, latest: "2026-11-16-abcdef0" };
  assert.equal(await answer("/latest/", {}, values), `${TREE}/2026-11-16-abcdef0/index.html`);
});

test("it is under 10 KB", () => assert.ok(Buffer.byteLength(source) < 10_240));

const UNKNOWN_TO_THE_RUNTIME = [
  ["optional chaining", /\?\.(?!\d)/], ["?? and ??=", /\?\?/], ["a class", /\bclass\b/], ["eval",
  /\beval\b|\bFunction\b/],
  ["spread or rest", /\.\.\.(?!')/], ["a generator", /function\s*\*|\byield\b/], ["a catch without a name",
  /\bcatch\s*\{/],
  ["a private field", /#\w+\s*[=(;]/], ["for of", /\bfor\s*(await\s*)?\(.*\bof\b/], ["a closure that waits",
  /async\s*(\(|\w+\s*=>)/],
  ["timers or the network", /\bset(Timeout|Interval)\b|\bfetch\(|\bXMLHttpRequest\b/], ["require", /\brequire\s*\(/],
  ["destructuring", /\b(const|let|var)\s*[[{]/], ["a named group", /\(\?</], ["a logical assignment", /(&&|\|\|)=/],
  ["promises put together", /\bPromise\b|\.then\(/], ["a large number", /\b\d+n\b/], ["a separated number", /\d_\d/],
  ["a shared state between requests", /^(let|var)\b/m], ["an export", /\bexport\b/],
];

const code = source.replace(/^\s*\/\/.*$/gm, "").replace(/(;|\)) \/\/ .*$/gm, "$1");

for (const [title, pattern] of UNKNOWN_TO_THE_RUNTIME) {
  test(`the runtime is not asked for ${title}`, () => assert.doesNotMatch(code, pattern));
}

test("only the runtime's own modules are imported", () => {
  assert.deepEqual(code.match(/^import .*$/gm), ["import cf from 'cloudfront';", "import crypto from 'crypto';"]);
});
