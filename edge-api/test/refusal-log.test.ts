import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../src/http/api-error.ts";
import { AssertionRefusal, createRefusalLog, type RefusalReason } from "../src/services/identity/refusal-log.ts";
import { createTestDatabase, type TestDatabase } from "./helpers/database.ts";
import { seedTenant } from "./helpers/tenant.ts";

const ORIGIN = { address: "203.0.113.9", requestId: "request" };

let db: TestDatabase;
let agency: string;
before(async () => {
  db = await createTestDatabase();
  ({ agency } = await seedTenant(db.database, "refused"));
});
after(() => db?.destroy());

async function newKey(): Promise<string> {
  const [row] = await db.database.withTenant(
    agency,
    (tx) => tx`insert into assertion_keys (agency_id, label, algorithm, public_key, role) values (${agency}, 'k', 'EdDSA', '{}', 'agency_member') returning id`,
  );
  return row?.id as string;
}

const rowsOf = (keyId: string) =>
  db.database.withTenant(
    agency,
    (tx) =>
      tx`select action, reason, host(ip) as ip, request_id, date_trunc('minute', created_at) as minute from audit_log where subject_id = ${keyId} order by created_at`,
  );

/** Waits for the rows that the log writes in the background. */
async function loggedRows(keyId: string, least: number) {
  for (let turn = 0; turn < 200 && (await rowsOf(keyId)).length < least; turn++) await sleep(10);
  await sleep(100);
  return rowsOf(keyId);
}

const refusal = (reason: RefusalReason) => new AssertionRefusal(reason, "no");

test("many refusals on several nodes write one row for each key, reason and minute", async () => {
  const [key, other] = [await newKey(), await newKey()];
  const nodes = Array.from({ length: 3 }, () => createRefusalLog(db.database));
  for (let round = 0; round < 100; round++) {
    for (const note of nodes) {
      note(key, refusal("signature"), ORIGIN);
      note(key, refusal("used"), ORIGIN);
    }
  }
  nodes[0]?.(other, refusal("signature"), ORIGIN);
  const rows = await loggedRows(key, 2);
  // At most two rows of each, because the minute may have ended in between.
  const names = rows.map(({ action, reason, minute }) => `${action as string} ${reason as string} ${(minute as Date).toISOString()}`);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual([...new Set(rows.map(({ action, reason }) => `${action as string}: ${reason as string}`))].sort(), [
    "assertion.refuse: signature",
    "assertion.replay: used",
  ]);
  assert.deepEqual([rows[0]?.ip, rows[0]?.request_id], [ORIGIN.address, ORIGIN.requestId]);
  assert.equal((await loggedRows(other, 1)).length, 1);
});

test("unknown key ids, assertions for other platforms, and other errors write no rows", async () => {
  const key = await newKey();
  const note = createRefusalLog(db.database);
  const [before] = await db.database.withPlatform("test", (tx) => tx`select count(*)::int as count from audit_log`);
  for (const id of [randomUUID(), "../../etc/passwd", "", undefined]) note(id, refusal("key"), ORIGIN);
  for (const error of [refusal("form"), refusal("audience"), new ApiError("unavailable", "no"), new Error("no"), undefined]) note(key, error, ORIGIN);
  await sleep(200);
  const [after] = await db.database.withPlatform("test", (tx) => tx`select count(*)::int as count from audit_log`);
  assert.deepEqual(after?.count, before?.count);
  note(key, refusal("key"), ORIGIN);
  assert.equal((await loggedRows(key, 1)).length, 1);
});
