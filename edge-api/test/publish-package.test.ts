import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { ManifestInput } from "@dramac/contracts";
import { ApiError } from "../src/http/api-error.ts";
import { publishPackage } from "../src/services/publish-package.ts";
import { createTestDatabase, type TestDatabase } from "./helpers/database.ts";

let db: TestDatabase;
before(async () => {
  db = await createTestDatabase();
});
after(() => db?.destroy());

const FILES = [{ path: "main.js", bytes: Buffer.from("run();") }];
let published = 0;

function publish(change: Partial<ManifestInput>): Promise<{ moduleId: string }> {
  const slug = `package-${++published}`;
  const manifest: ManifestInput = {
    id: slug,
    slug,
    name: "A package",
    version: "1.0.0",
    installLevel: "site",
    entryPoints: { siteBody: "main.js" },
    presentation: { kind: "inline" },
    ...change,
  };
  return publishPackage(db.database, manifest, FILES);
}

describe("publishing refuses a field that the platform does nothing with, and publishes the package without it", () => {
  const fields: readonly [path: string, unsupported: Partial<ManifestInput>, supported: Partial<ManifestInput>, advice: RegExp][] = [
    [
      "/apiRoutes",
      { apiRoutes: [{ path: "/orders", methods: ["GET"], handler: "main.js" }] },
      { apiRoutes: [] },
      /Remove apiRoutes, and call your own server through connect/,
    ],
    ["/minPlatformVersion", { minPlatformVersion: "99.0.0" }, {}, /Remove minPlatformVersion/],
    [
      "/entryPoints/settingsPanel",
      { entryPoints: { siteBody: "main.js", settingsPanel: "main.js" } },
      { entryPoints: { siteBody: "main.js", siteFooter: "main.js" } },
      /describe the settings in settingsSchema/,
    ],
    [
      "/fallback/kind",
      { fallback: { kind: "static", text: "Closed" } },
      { fallback: { kind: "placeholder", text: "Closed" } },
      /Use placeholder with a text, or hide/,
    ],
  ];
  for (const [path, unsupported, supported, advice] of fields) {
    test(path, async () => {
      const error = await publish(unsupported).catch((reason: unknown) => reason);
      assert.ok(error instanceof ApiError, String(error));
      assert.equal(error.code, "validation_failed");
      assert.match(error.message, advice);
      assert.deepEqual(
        error.extra.faults?.map((issue) => issue.path),
        [path],
      );
      assert.ok((await publish(supported)).moduleId);
    });
  }

  test("all of them are reported at once", async () => {
    const error = await publish(Object.assign({}, ...fields.map(([, unsupported]) => unsupported))).catch((reason: unknown) => reason);
    assert.deepEqual(
      error instanceof ApiError && error.extra.faults?.map((issue) => issue.path),
      fields.map(([path]) => path),
    );
  });
});
