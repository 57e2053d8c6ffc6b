import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findWordUses } from "../words/check-words.ts";

const found = (file: string, text: string) => findWordUses(file, text).map(({ line, word }) => `${line} ${word}`);

describe("forbidden words", () => {
  test("are found in identifiers, comments, texts and file names, with their line", () => {
    assert.deepEqual(found("src/example.ts", 'const mountPlace = 1;\n// whoever asks\nthrow new Error("nobody asked");'), ["1 place", "2 whoever", "3 nobody"]);
    assert.deepEqual(found("src/lull.ts", ""), ["0 lull"]);
    assert.deepEqual(found("docs/example.md", "One\nthat stands here."), ["2 stands"]);
  });

  test("are not seen in longer words, in other words, or where they are allowed", () => {
    assert.deepEqual(found("src/example.ts", "const placement = replace(placeholder, Promise.allSettled([]));\n// until then"), []);
    assert.deepEqual(found("scripts/demo.ts", "export const till = 1;"), []);
  });
});
