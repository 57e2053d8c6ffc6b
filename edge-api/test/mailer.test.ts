import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startOutbox } from "../src/services/mailer.ts";
import { createTestDatabase, type TestDatabase } from "./helpers/database.ts";
import { seedTenant } from "./helpers/tenant.ts";

let suite: TestDatabase;
let agencyId: string;
before(async () => {
  suite = await createTestDatabase();
  agencyId = (await seedTenant(suite.database, "mail")).agency;
});
after(() => suite?.destroy());

const query = (text: string) => suite.database.withPlatform("test look", async (tx) => [...(await tx.unsafe(text))]);

async function addMail(more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const id = randomUUID();
  await suite.database.withPlatform(
    "test mail",
    (tx) =>
      tx`insert into email_outbox ${tx({ id, agency_id: agencyId, installation_id: randomUUID(), template: "contact", recipient: "to@example.com", subject: "Hello", payload: { text: "Text", replyTo: "from@example.com" }, ...more } as never)}`,
  );
  return id;
}

/** Runs outboxes until the mails with these ids are in one of the statuses. */
async function runUntil(ids: readonly string[], statuses: readonly string[], send: Parameters<typeof startOutbox>[1], nodes = 1): Promise<void> {
  const outboxes = Array.from({ length: nodes }, () => startOutbox(suite.database, send));
  try {
    for (const end = Date.now() + 10_000; ; await sleep(20)) {
      const rows = await query(`select status from email_outbox where id in (${ids.map((id) => `'${id}'`).join()})`);
      if (rows.every(({ status }) => statuses.includes(status as string))) return;
      assert.ok(Date.now() < end, JSON.stringify(rows));
    }
  } finally {
    await Promise.all(outboxes.map((outbox) => outbox.stop()));
  }
}

describe("the outbox", () => {
  test("sends each mail once, however many nodes run it", async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, () => addMail()));
    const sent: string[] = [];
    await runUntil(
      ids,
      ["sent"],
      async ({ id, to, subject, text, replyTo }) => {
        assert.deepEqual([to, subject, text, replyTo], ["to@example.com", "Hello", "Text", "from@example.com"]);
        sent.push(id);
      },
      3,
    );
    assert.deepEqual(sent.sort(), [...ids].sort());
    const [row] = await query(`select sent_at, last_error from email_outbox where id = '${ids[0]}'`);
    assert.ok(row?.sent_at);
    assert.equal(row?.last_error, null);
  });

  test("tries a mail that could not be sent again, each time later, and gives up after eight attempts", async () => {
    const id = await addMail();
    const fail = () => Promise.reject(Object.assign(new Error("no such mailbox"), { code: "EENVELOPE", responseCode: 550 }));
    await runUntil([id], ["failed"], fail);
    const [first] = await query(
      `select attempts, last_error, sent_at, extract(epoch from next_attempt_at - now())::float8 as pause from email_outbox where id = '${id}'`,
    );
    assert.deepEqual([first?.attempts, first?.last_error, first?.sent_at], [1, "no such mailbox", null]);
    assert.ok(Math.abs((first?.pause as number) - 60) < 10, String(first?.pause));
    await query(`update email_outbox set attempts = 7, next_attempt_at = now() where id = '${id}'`);
    await runUntil([id], ["dead"], fail);
    let tries = 0;
    const other = await addMail();
    await query(`update email_outbox set next_attempt_at = now() where id = '${id}'`);
    await runUntil([other], ["sent"], async () => void tries++);
    assert.equal(tries, 1);
  });

  test("leaves a mail alone that another node is sending, and takes it over when that node is gone", async () => {
    const busy = await addMail({ status: "sending", next_attempt_at: new Date(Date.now() + 60_000) });
    const abandoned = await addMail({ status: "sending", next_attempt_at: new Date(Date.now() - 1_000) });
    const sent: string[] = [];
    await runUntil([abandoned], ["sent"], async ({ id }) => void sent.push(id));
    assert.deepEqual(sent, [abandoned]);
    assert.equal((await query(`select status from email_outbox where id = '${busy}'`))[0]?.status, "sending");
  });

  test("sends no mail before its time", async () => {
    const later = await addMail({ next_attempt_at: new Date(Date.now() + 60_000) });
    const now = await addMail();
    const sent: string[] = [];
    await runUntil([now], ["sent"], async ({ id }) => void sent.push(id));
    assert.deepEqual(sent.includes(later), false);
  });
});
