import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import type { Manifest } from "@dramac/contracts";
import type { Database } from "../src/db/database.ts";
import { createPackageFiles } from "../src/services/package-files.ts";
import { createTestDatabase, type TestDatabase } from "./helpers/database.ts";
import { seedTenant } from "./helpers/tenant.ts";

const HASH = "package";
const MANIFEST = { entryPoints: { siteBody: "main.js" } } as unknown as Manifest;

let db: TestDatabase;
let version: string;
before(async () => {
  db = await createTestDatabase();
  const { module } = await seedTenant(db.database, "package");
  version = await db.database.withPlatform("test", async (tx) => {
    const [row] =
      await tx`insert into module_versions (module_id, version, manifest, package_hash, status) values (${module}, '1.0.0', '{}', ${HASH}, 'published') returning id`;
    return row?.id as string;
  });
  await put("main.js", "run()");
});
after(() => db?.destroy());

const put = (path: string, text: string) =>
  db.database.withPlatform("test", async (tx) => {
    await tx`insert into file_contents (content_hash, bytes, size) values (${path}, ${Buffer.from(text)}, ${text.length})`;
    await tx`insert into module_version_files (version_id, path, content_hash, content_type, size) values (${version}, ${path}, ${path}, 'text', ${text.length})`;
  });

describe("files of a package", () => {
  let queries = 0;
  let isListening = true;
  let files: ReturnType<typeof createPackageFiles>;
  beforeEach(() => {
    [queries, isListening] = [0, true];
    const counting: Pick<Database, "withPlatform" | "isListening"> = {
      withPlatform: (reason, work) => {
        queries++;
        return db.database.withPlatform(reason, work);
      },
      isListening: () => isListening,
    };
    files = createPackageFiles(counting as Database);
  });
  const readMany = (count: number) => Promise.all(Array.from({ length: count }, () => files.readEntry(HASH, MANIFEST, "siteBody")));

  test("are read once for all concurrent callers and not again afterwards, also a missing style sheet", async () => {
    const entries = await readMany(3_000);
    assert.ok(entries.every((entry) => entry?.script === "run()" && entry.style === ""));
    assert.equal(queries, 2);
    await readMany(10);
    assert.equal(queries, 2);
  });

  test("are read again after they may have changed, also for callers that come while they are being read", async () => {
    const early = files.read(HASH, "late.js");
    files.clear();
    await put("late.js", "late()");
    assert.equal((await files.read(HASH, "late.js"))?.bytes.toString(), "late()");
    await early;
    assert.equal((await files.read(HASH, "late.js"))?.bytes.toString(), "late()");
  });

  test("that were missing are read again while no notifications arrive", async () => {
    assert.equal(await files.read(HASH, "unheard.js"), undefined);
    await put("unheard.js", "x");
    assert.equal(await files.read(HASH, "unheard.js"), undefined);
    isListening = false;
    assert.equal((await files.read(HASH, "unheard.js"))?.bytes.toString(), "x");
  });
});
