import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { managementOperations } from "@dramac/edge-api/operations";
import { dialPort, startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "./api.ts";
import { idsAt, publishLevels, withSecret } from "./installed.ts";
import { sampleOf } from "./samples.ts";

let platform: TestPlatform;
let own: Agency;
before(async () => {
  platform = await startPlatform(() => [], { managementRates: { perKey: 1e6, perNetwork: 1e6 }, fixtures: ["probe"], change: withGreeting });
  await publishLevels(platform, withGreeting);
  own = await makeAgency(platform, "own");
});
after(() => platform?.close());

/** A setting to set wrongly. */
function withGreeting(manifest: Record<string, unknown>): void {
  manifest.settingsSchema = { type: "object", properties: { greeting: { type: "string", maxLength: 20 } }, additionalProperties: false };
  withSecret(manifest);
}

const rowCount = async () => {
  const [row] = await platform.database.withPlatform(
    "test look-up",
    (tx) => tx`
    select (select count(*) from agencies) + (select count(*) from clients) + (select count(*) from sites) + (select count(*) from profiles)
      + (select count(*) from api_keys) + (select count(*) from audit_log) as rows`,
  );
  return Number(row?.rows);
};

for (const { id, method, path, body } of managementOperations({} as never, {} as never, { provider: {}, settings: {} } as never)) {
  if (!body) continue;
  describe(`the body of ${method} ${path}`, () => {
    const address = () => path.replace(/\{(\w+)\}/g, (_, name: string) => idsAt(own, id)[name] ?? crypto.randomUUID());
    const send = (text: string) => call(platform, { key: platform.seeded.keys.superAdmin, method, path: address(), body: text });
    const sample = () => sampleOf(id);

    for (const [what, text, status, code] of [
      ["no JSON", () => "{", 400, "invalid_json"],
      ["nothing", () => "", 400, "invalid_json"],
      ["a key twice", () => `{"name":"a","name":"b"}`, 400, "invalid_json"],
      ["deep nesting", () => `{"name":${"[".repeat(50_00)}${"]".repeat(50_00)}}`, 400, "invalid_json"],
      ["a prototype", () => `{"__proto__":{"name":"a"}}`, 400, "invalid_json"],
      ["a list", () => "[]", 422, "validation_failed"],
      ["an unknown field", () => JSON.stringify({ ...sample(), isAdmin: true }), 422, "validation_failed"],
      ["wrong types", () => JSON.stringify(Object.fromEntries(Object.keys(sample()).map((name) => [name, { a: 1 }]))), 422, "validation_failed"],
      ["too much", () => JSON.stringify({ name: "a".repeat(70_000) }), 413, "payload_too_large"],
    ] as const) {
      test(`with ${what} is refused, and nothing of it is applied`, async () => {
        const before = await rowCount();
        const answer = await send(text());
        assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
        assert.equal(answer.headers["content-type"], "application/problem+json");
        assert.match(answer.body.requestId, /^[0-9a-f-]{36}$/);
        assert.doesNotMatch(JSON.stringify(answer.body), /\bat .*\.ts|node_modules|select |insert /);
        assert.equal(await rowCount(), before);
      });
    }

    test("of another content type is refused", async () => {
      const answer = await dialPort(platform.port, address(), {
        method,
        headers: { authorization: `Bearer ${platform.seeded.keys.superAdmin}`, "content-type": "text/plain" },
        body: JSON.stringify(sample()),
      });
      assert.equal(answer.status, 415);
    });

    test("with texts of invalid formats is refused, each with its path", async () => {
      const texts = Object.entries(sample()).filter(([, value]) => typeof value === "string");
      for (const bad of ["a\u0000b", "a\u202eb", "a".repeat(10_000), "\u2066"]) {
        const wrong = JSON.stringify({ ...sample(), ...Object.fromEntries(texts.map(([name]) => [name, bad])) });
        const answer = await send(wrong);
        // What a setting may say is the module's own schema's to decide.
        if (!texts.length || (id.endsWith("set-settings") && /[\u202e\u2066]/.test(bad))) continue;
        if (bad.includes("\u0000")) {
          assert.equal(answer.body.code, "invalid_json");
          continue;
        }
        assert.equal(answer.status, 422, `${JSON.stringify(bad.slice(0, 9))}: ${JSON.stringify(answer.body)}`);
        assert.deepEqual(new Set(answer.body.faults.map(({ path: at }: { path: string }) => at)), new Set(texts.map(([name]) => `/${name}`)));
      }
    });
  });
}

test("the query of a list is validated too", async () => {
  const list = (query: string) => call(platform, { key: own.keys.agency_owner, method: "GET", path: `/api/agencies/${own.ids.agencyId}/clients?${query}` });
  assert.equal((await list("limit=0")).body.faults[0].path, "/limit");
  assert.equal((await list("colour=red")).status, 422);
  for (const cursor of ["x", "e30", Buffer.from('["2026","x"]').toString("base64url"), Buffer.from("[]").toString("base64url")]) {
    assert.equal((await list(`cursor=${cursor}`)).body.code, "bad_request", cursor);
  }
});

test("an update without fields is refused", async () => {
  const answer = await call(platform, { key: own.keys.agency_owner, method: "PATCH", path: `/api/clients/${own.ids.clientId}`, body: {} });
  assert.deepEqual([answer.status, answer.body.code], [422, "validation_failed"]);
});
