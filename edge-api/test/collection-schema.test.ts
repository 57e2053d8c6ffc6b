import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compileSchema } from "../src/services/bounded-schema.ts";

type Json = Record<string, unknown>;

const field = (schema: unknown): Json => ({ properties: { text: schema } });
const deep = (levels: number): Json => (levels ? field(deep(levels - 1)) : { type: "string" });
const tree = {
  $defs: Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`n${at}`, { allOf: [{ $ref: `#/$defs/n${at + 1}` }, { $ref: `#/$defs/n${at + 1}` }] }])),
};

describe("schemas that may run", () => {
  for (const [name, schema, good, bad, path] of [
    ["a field", field({ type: "string", maxLength: 3 }), { text: "abc" }, { text: "abcd" }, "/text"],
    ["a pattern", field({ pattern: "^a+$" }), { text: "aa" }, { text: "ab" }, "/text"],
    ["a pattern in nested fields", field(field({ pattern: "^a+$" })), { text: { text: "a" } }, { text: { text: "b" } }, "/text/text"],
    ["a pattern of items", field({ items: { pattern: "^a$" } }), { text: ["a"] }, { text: ["a", "b"] }, "/text/1"],
    ["a field that is named pattern", { properties: { pattern: { const: 1 } } }, { pattern: 1 }, { pattern: 2 }, "/pattern"],
    ["a format", field({ format: "email" }), { text: "a@b.example" }, { text: "a" }, "/text"],
    ["branches", { anyOf: [{ required: ["a"] }, { required: ["b"] }] }, { b: 1 }, { c: 1 }, "/"],
    ["nothing else", { properties: {}, additionalProperties: false }, {}, { a: 1 }, "/a"],
    ["depth within the limit", deep(11), {}, { text: { text: "a" } }, "/text/text"],
  ] as const) {
    test(name, () => {
      const { issues, findIssues } = compileSchema(schema as Json);
      assert.deepEqual(issues, []);
      assert.deepEqual(findIssues(good), []);
      if (name !== "depth within the limit")
        assert.ok(
          findIssues(bad).some((issue) => issue.path === path),
          JSON.stringify(findIssues(bad)),
        );
    });
  }
});

describe("schemas that are refused, with the path and the solution", () => {
  for (const [name, schema, path, sentence] of [
    ["patternProperties", { patternProperties: { "^(a+)+$": {} } }, "/patternProperties", /name each field/],
    ["propertyNames", { propertyNames: { pattern: "a" } }, "/propertyNames", /name each field/],
    ["a tree of references", { $ref: "#/$defs/n0", ...tree }, "/$ref", /write the schema out/],
    ["a dynamic reference", { $dynamicRef: "#a" }, "/$dynamicRef", /write the schema out/],
    ["unique items", field({ uniqueItems: true }), "/properties/text/uniqueItems", /as a document/],
    ["a format that backtracks", field({ format: "url" }), "/properties/text/format", /say one of/],
    ["an expression as format", field({ format: "regex" }), "/properties/text/format", /say one of/],
    ["a pattern with look-ahead", field({ pattern: "(?=a)" }), "/properties/text/pattern", /RE2/],
    ["a pattern with a back-reference", field({ pattern: "(a)\\1" }), "/properties/text/pattern", /RE2/],
    ["a pattern that is too large", field({ pattern: "(?:a?b?c?){900}" }), "/properties/text/pattern", /repeat less/],
    ["a pattern in a branch", { anyOf: [field({ pattern: "a" })] }, "/anyOf/0/properties/text/pattern", /move it/],
    ["a pattern for other names", { additionalProperties: { pattern: "a" } }, "/additionalProperties/pattern", /move it/],
    ["too many branches", { allOf: Array.from({ length: 33 }, () => ({})) }, "/", /32 branches/],
    ["too deep", deep(13), "/", /24 levels/],
    ["too deep for a stack", JSON.parse(`${'{"not":'.repeat(20_000)}{}${"}".repeat(20_000)}`), "/", /24 levels/],
    ["too many bytes", { description: "x".repeat(20_000) }, "/", /16384 bytes/],
    ["a field that is not a schema", field(5), "/properties/text", /true or false/],
    ["required that is not a list", { required: 5 }, "/required", /list/],
  ] as const) {
    test(name, () => {
      const [issue] = compileSchema(schema as Json).issues;
      assert.equal(issue?.path, path);
      assert.match(issue?.message ?? "", sentence);
    });
  }
});

describe("29: the most expensive document for the most expensive schema is checked or refused in under 250 ms of CPU time", () => {
  const long = "a".repeat(64_000);
  const names = Array.from({ length: 2_000 }, (_, at) => at.toString(36));
  const many = (value: unknown, count: number) => ({ text: Array.from({ length: count }, () => value) });
  for (const [name, schema, data] of [
    ["a pattern that backtracks", field({ pattern: "^(a+)+$" }), { text: `${long}!` }],
    ["a pattern of many states", field({ pattern: "^(?:a?){240}$" }), { text: `${long}!` }],
    ["the same over many items", field({ items: { pattern: "^(?:a?){240}$" } }), many("aaaa", 9_000)],
    ["many required names in many items", field({ items: { required: names } }), many({}, 21_000)],
    ["a few required names in many items", field({ items: { required: names.slice(0, 30) } }), many({}, 3_500)],
    ["as many as the limit allows", field({ items: { required: ["a", "b", "c", "d"] } }), many({}, 15_000)],
    ["branches of formats over a long text", field({ allOf: Array.from({ length: 32 }, () => ({ format: "uri" })) }), { text: `http://${long}\n` }],
    ["branches over many items", field({ items: { allOf: Array.from({ length: 32 }, () => ({ minLength: 1 })) } }), many("", 21_000)],
    ["other fields, refused one by one", { additionalProperties: { required: names.slice(0, 30) } }, Object.fromEntries(names.map((one) => [one, {}]))],
  ] as const) {
    test(name, () => {
      const { issues, findIssues } = compileSchema(schema as Json);
      assert.deepEqual(issues, []);
      const began = process.cpuUsage();
      const found = findIssues(data);
      const { user, system } = process.cpuUsage(began);
      const took = (user + system) / 1_000;
      assert.ok(found.length > 0 && found.length <= 100);
      assert.ok(took < 250, `${name} took ${took} ms`);
    });
  }
});
