import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { installationLabel, type InstallationId } from "@dramac/contracts";
import { dialPort, publishFixture, startPlatform, type TestPlatform } from "../../src/index.ts";

const HOST = "http://shop.example";
const HOSTILE = { patternProperties: { "^(a+)+$": {} } };

let platform: TestPlatform;
let id: InstallationId;
let token = "";

before(async () => {
  platform = await startPlatform(() => [{ name: "shop", origins: [HOST], modules: ["probe"] }], { fixtures: ["probe"] });
  id = (await platform.installation("shop", "probe")) as InstallationId;
  const { body } = await call("/api/sessions", { installation: id, surface: platform.seeded.sites.shop?.siteKey, hostOrigin: HOST });
  token = (JSON.parse(body) as { token: string }).token;
});
after(() => platform?.close());

const call = (path: string, body: unknown) =>
  dialPort(platform.port, path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      origin: `http://${installationLabel(id)}.frames.localhost:${platform.port}`,
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify(body),
  });

const create = (data: unknown) => call(`/api/modules/${id}/proxy`, { requestId: 1, method: "POST", endpoint: "/storage/notes", data: { data } });

const publishWith = (schema: unknown, version: string) =>
  publishFixture(platform.database, "probe", (manifest) =>
    Object.assign(manifest, { version, collections: { notes: { visitor: ["create"], member: ["read"], schema } } }),
  );

describe("29: schemas of module authors", () => {
  test("a schema that backtracks is refused at publishing, with its path and what to do", async () => {
    await assert.rejects(publishWith(HOSTILE, "1.0.1"), {
      code: "validation_failed",
      message: /\/collections\/notes\/schema\/patternProperties: .*name each field/,
    });
    await assert.rejects(publishWith({ properties: { text: { pattern: "(?=a)" } } }, "1.0.1"), { code: "validation_failed", message: /RE2/ });
  });

  test("a settings schema that backtracks is refused too; a cheap one is published", async () => {
    const publishSettings = (settingsSchema: unknown) =>
      publishFixture(platform.database, "probe", (manifest) => Object.assign(manifest, { id: "set", slug: "set", name: "set", settingsSchema }));
    await assert.rejects(publishSettings(HOSTILE), { code: "validation_failed", message: /\/settingsSchema\/patternProperties: .*name each field/ });
    await publishSettings({ type: "object", properties: { title: { type: "string", pattern: "^[a-z]+$" } } });
  });

  test("an older schema that backtracks is not run: documents are refused at once, and the node keeps working", async () => {
    assert.equal((await create({ text: "hello" })).status, 200);
    await platform.database.withPlatform("test", async (tx) => {
      const [row] = await tx`select module_id, manifest, package_hash from module_versions where version = '1.0.0'`;
      const manifest = row?.manifest as { collections: { notes: { schema: unknown } } };
      manifest.collections.notes.schema = HOSTILE;
      await tx`insert into module_versions (module_id, version, manifest, package_hash, size, status, published_at)
        values (${row?.module_id as string}, '1.0.9', ${tx.json(manifest as never)}, ${`${row?.package_hash as string}9`}, 0, 'published', now())`;
      await tx`update modules set current_version = '1.0.9' where id = ${row?.module_id as string}`;
    });
    const began = performance.now();
    // The node hears of the new version within two seconds.
    let answer = await create({ [`${"a".repeat(60)}!`]: 1 });
    while (!answer.body.includes("Publish a version that fixes it") && performance.now() - began < 2_000) {
      answer = await create({ [`${"a".repeat(60)}!`]: 1 });
    }
    assert.equal(answer.status, 422);
    assert.match(answer.body, /Publish a version that fixes it/);
    assert.equal((await dialPort(platform.port, "/livez")).status, 200);
  });

  test("a pattern that would backtrack for hours elsewhere is answered at once, in nested fields too", async () => {
    await publishWith({ properties: { text: { type: "object", properties: { name: { pattern: "^(a+)+$" } } } } }, "1.1.0");
    assert.equal((await create({ text: { name: "aaa" } })).status, 200);
    const began = performance.now();
    const { status, body } = await create({ text: { name: `${"a".repeat(50_000)}!` } });
    assert.equal(status, 422);
    assert.match(body, /"\/text\/name"/);
    assert.ok(performance.now() - began < 1_000);
  });
});
