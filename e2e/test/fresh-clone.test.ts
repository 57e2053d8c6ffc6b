import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);
const IMPORT = /^(?:import|export)\s(?!type\b)(?:[^;"]*?\sfrom\s)?"([^"]+)"/gm;

/** Every file of ours that is loaded before a script's first line runs. */
function loadedWith(entry: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(entry.href)) return seen;
  seen.add(entry.href);
  if (!entry.pathname.endsWith(".ts")) return seen;
  for (const [, name = ""] of readFileSync(fileURLToPath(entry), "utf8").matchAll(IMPORT)) {
    if (name.startsWith(".")) loadedWith(new URL(name, entry), seen);
    else if (name.startsWith("@dramac/")) loadedWith(new URL(import.meta.resolve(name)), seen);
  }
  return seen;
}

const isWritten = (href: string) => /\/generated\/|\/dist\//.test(href);

// The first command after a fresh clone.
for (const script of ["start", "test", "build", "check"])
  test(`npm run ${script} loads nothing that a build writes before it has built`, () => {
    const loaded = loadedWith(new URL(`scripts/${script}.ts`, ROOT));
    assert.ok(loaded.size > 3);
    assert.deepEqual([...loaded].filter(isWritten), []);
  });

test("the built files that the demo loads are files that a build writes", () => {
  assert.ok([...loadedWith(new URL("scripts/start-demo.ts", ROOT))].some(isWritten));
});
