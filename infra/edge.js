// Stands in front of every page as a CloudFront Function (runtime cloudfront-js-2.0) and alone knows where the pages
// are: it lets nobody in who is not signed in, and turns the address that a reader asks for into a key of their own
// audience. Where something that it needs is missing it answers with 503 and lets nothing through.
//
// Plain code: the runtime has no optional chaining, no classes and no closures that wait, and takes 10 KB at most.

import cf from 'cloudfront';
import crypto from 'crypto';

const COOKIE = '__Host-qd';
const LONGEST_TOKEN = 4096;
const LONGEST_PATH = 1024;
const LONGEST_SECONDS = 3600; // that a token may hold
const LEEWAY_SECONDS = 60; // that the clock of the sign-in may be ahead

const NOWHERE = '/pages/-/-'; // no audience has this name: the origin answers as it does for any page that is not there

const HOST = /^[a-z0-9.-]{1,253}(:[0-9]{1,5})?$/;
const ROOT = /^[A-Za-z0-9_-]{16,64}$/;
const VERSION = /^[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{7,40}(\.[0-9]{1,4})?$/;
const SECRET = /^[A-Za-z0-9_-]{43}$/; // 32 bytes
const SECONDS = /^[0-9]{1,11}$/;
const KEY_ID = /^[A-Za-z0-9_-]{1,64}$/;
const ID = /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/; // of a person, or of an audience
const ENDING = /\.[A-Za-z][A-Za-z0-9]{0,9}$/; // of a file; a name without one is a folder
const NOT_IN_NAMES = /[\u0000-\u001f\u007f-\u009f\/\\%?#]/;

async function handler(event) {
    try {
        return await answer(event.request, cf.kvs());
    } catch (error) {
        return reply(503, 'Service Unavailable', { 'retry-after': { value: '60' } });
    }
}

async function answer(request, store) {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
        return reply(405, 'Method Not Allowed', { allow: { value: 'GET, HEAD' } });
    }
    const host = await known(store, 'host', HOST);
    const root = await known(store, 'root', ROOT);
    const latest = await known(store, 'latest', VERSION);
    if (header(request, 'host') !== host) {
        return through(request, NOWHERE);
    }
    const names = namesOf(request.uri);
    const audience = await audienceOf(request, store, host);
    if (audience === null) {
        return isPage(request, names) ? redirect(302, signIn(names)) : reply(401, 'Unauthorized', {});
    }
    if (names === null) {
        return through(request, NOWHERE);
    }
    return resolve(request, names, '/pages/' + root + '/' + audience, latest);
}

// Where an address leads: to another one, or to a key below the reader's own tree.
function resolve(request, names, tree, latest) {
    const first = names[0];
    const last = names[names.length - 1];
    if (first === '') {
        return redirect(302, '/latest/');
    }
    if (first === 'versions.json' && names.length === 1) {
        return through(request, tree + '/versions.json');
    }
    if (first !== 'latest' && !VERSION.test(first)) {
        return through(request, NOWHERE);
    }
    if (last !== '' && !ENDING.test(last)) {
        return redirect(301, '/' + names.join('/') + '/');
    }
    const version = first === 'latest' ? latest : first;
    const path = names.slice(1).join('/') + (last === '' ? 'index.html' : '');
    return through(request, tree + '/' + version + '/' + path);
}

// The names between the slashes, each read once and written in the one way; null for a path that could mean two things.
function namesOf(uri) {
    if (uri.length > LONGEST_PATH || uri.charAt(0) !== '/') {
        return null;
    }
    const names = uri.slice(1).split('/');
    for (let i = 0; i < names.length; i++) {
        try {
            const name = decodeURIComponent(names[i]);
            const isEnd = name === '' && i === names.length - 1; // of a folder
            if ((name === '' && !isEnd) || name === '.' || name === '..' || NOT_IN_NAMES.test(name)) {
                return null;
            }
            names[i] = encodeURIComponent(name);
        } catch (error) {
            return null; // bytes that are no text
        }
    }
    return names;
}

// The audience of the reader who is signed in; null where nobody is.
async function audienceOf(request, store, host) {
    const cookie = (request.cookies || {})[COOKIE];
    if (!cookie || cookie.multiValue || cookie.value.length > LONGEST_TOKEN) {
        return null;
    }
    const parts = cookie.value.split('.');
    const head = parts.length === 3 ? objectOf(parts[0], 'alg,kid,typ') : null;
    if (!head || head.alg !== 'HS256' || head.typ !== 'JWT' || !fits(head.kid, KEY_ID)) {
        return null;
    }
    const name = 'key:' + head.kid;
    if (!(await store.exists(name))) {
        return null;
    }
    const secret = Buffer.from(await known(store, name, SECRET), 'base64url');
    const signature = crypto.createHmac('sha256', secret).update(parts[0] + '.' + parts[1]).digest('base64url');
    const claims = isSame(signature, parts[2]) ? objectOf(parts[1], 'aud,exp,iat,iss,see,sub') : null;
    if (!claims || !holds(claims, host, Math.floor(Date.now() / 1000))) {
        return null;
    }
    return (await isOut(claims, store)) ? null : claims.see;
}

function holds(claims, host, now) {
    return (
        claims.iss === 'quarterdeck' &&
        claims.aud === host &&
        fits(claims.sub, ID) &&
        fits(claims.see, ID) &&
        Number.isInteger(claims.iat) &&
        Number.isInteger(claims.exp) &&
        claims.iat <= now + LEEWAY_SECONDS &&
        claims.exp > now &&
        claims.exp - claims.iat <= LONGEST_SECONDS
    );
}

// Whether this person's sessions were ended after the token was made.
async function isOut(claims, store) {
    const name = 'out:' + claims.sub;
    return (await store.exists(name)) && claims.iat <= Number(await known(store, name, SECONDS));
}

async function known(store, name, pattern) {
    const value = await store.get(name);
    if (!fits(value, pattern)) {
        throw new Error(name);
    }
    return value;
}

// What a part of a token says, if it says just these things.
function objectOf(part, names) {
    try {
        const value = JSON.parse(Buffer.from(part, 'base64url').toString());
        return Object.keys(value).sort().join() === names ? value : null;
    } catch (error) {
        return null;
    }
}

// Compares in a time that tells nothing about where two texts differ.
function isSame(one, other) {
    let difference = one.length ^ other.length;
    for (let i = 0; i < one.length; i++) {
        difference |= one.charCodeAt(i) ^ other.charCodeAt(i);
    }
    return difference === 0;
}

function fits(value, pattern) {
    return typeof value === 'string' && pattern.test(value);
}

function header(request, name) {
    const found = request.headers[name];
    return found ? found.value : '';
}

// Whether a reader can be sent to sign in: what a page fetches by itself only fails.
function isPage(request, names) {
    const mode = header(request, 'sec-fetch-mode');
    if (mode) {
        return mode === 'navigate';
    }
    const last = names === null ? '' : names[names.length - 1];
    return !ENDING.test(last) || last.endsWith('.html');
}

function signIn(names) {
    return '/auth/' + (names === null ? '' : '?next=' + encodeURIComponent('/' + names.join('/')));
}

function redirect(status, location) {
    return reply(status, status === 301 ? 'Moved Permanently' : 'Found', { location: { value: location } });
}

function reply(status, description, headers) {
    headers['cache-control'] = { value: 'no-store' };
    return { statusCode: status, statusDescription: description, headers: headers };
}

// Asks the origin for a key, and tells it nothing of the reader.
function through(request, key) {
    request.uri = key;
    request.querystring = {};
    request.cookies = {};
    delete request.headers.authorization;
    return request;
}
