// Runs the edge function under Node as CloudFront would: the same file, with its two modules played.
// Started as a program with the path of the function, it answers events, one line of JSON each.

import crypto from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const IMPORTS = /^import \w+ from '\w+';$/gm;

// Nothing but what the runtime has: a function that uses more fails here as it would there.
const MISSING = ["globalThis", "process", "require", "fetch", "setTimeout", "setInterval", "URL", "TextDecoder"];

/** The function of a source: takes an event, the values of the store, and the time in milliseconds. */
export function edgeOf(source) {
  const code = `"use strict";${source.replace(IMPORTS, "")}\nreturn handler;`;
  const make = new Function("cf", "crypto", "Date", ...MISSING, code);
  return (event, values, now = Date.now()) =>
    make({ kvs: () => storeOf(values) }, crypto, { now: () => now })(event);
}

function storeOf(values) {
  return {
    exists: async (name) => Object.hasOwn(values, name),
    get: async (name) => {
      if (!Object.hasOwn(values, name)) throw new Error("KeyNotFound");
      return values[name];
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const edge = edgeOf(readFileSync(process.argv[2], "utf8"));
  for await (const line of createInterface({ input: process.stdin })) {
    const { event, values } = JSON.parse(line);
    process.stdout.write(`${JSON.stringify(await edge(event, values))}\n`);
  }
}
