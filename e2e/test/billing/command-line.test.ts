import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createProgram } from "@dramac/edge-api/command-line";
import { onServer } from "@dramac/edge-api/test-database";
import { deadDelivery } from "../management/lemon-squeezy-mock.ts";
import { type BillingHarness, startBillingHarness } from "./billing-harness.ts";

const ROOT = new URL("../../..", import.meta.url).pathname;

let at: BillingHarness;
before(async () => {
  at = await startBillingHarness();
});
after(() => at?.close());

const environment = () => ({
  NODE_ENV: "test",
  DATABASE_URL: at.platform.server.databaseUrl,
  LEMONSQUEEZY_API_KEY: at.mock.apiKeys.test,
  LEMONSQUEEZY_API_URL: at.mock.url,
  LEMONSQUEEZY_STORE_ID: "1",
});

/** Runs a command in this process. @returns its exit code, its output and its error output */
async function edge(words: string, more: NodeJS.ProcessEnv = {}): Promise<{ code: number; output: string; errorOutput: string }> {
  const [output, errorOutput]: [string[], string[]] = [[], []];
  const screen = {
    print: (line: string) => void output.push(line),
    printError: (line: string) => void errorOutput.push(line),
    startProgress: () => ({ show: () => undefined, end: () => undefined }),
    confirm: async () => false,
    isInteractive: false,
  };
  const program = createProgram({ screen, environment: { ...environment(), ...more }, signal: new AbortController().signal });
  const code = await program.run(words.split(" "));
  return { code, output: output.join("\n"), errorOutput: errorOutput.join("\n") };
}
const refused = (words: string, message: RegExp, exitCode = 2, more: NodeJS.ProcessEnv = {}) =>
  assert.rejects(edge(words, more), (error: Error & { exitCode?: number }) => {
    assert.match(error.message, message);
    assert.equal(error.exitCode, exitCode);
    return true;
  });

/** A subscription that is paid for. @returns its ids here and at the provider's */
async function paid(slug: string): Promise<{ moduleId: string; id: string; providerId: string }> {
  const { moduleId, subscriptionId: id } = await at.sell(slug);
  const { id: providerId } = await at.pay(await at.checkout(id));
  await at.drainInbox();
  return { moduleId, id, providerId: String(providerId) };
}
const inboxOf = (providerId: string) =>
  at.rows(`select id, status from webhook_inbox where resource_type = 'subscription' and resource_id = '${providerId}' order by received_at`) as Promise<
    readonly { id: string; status: string }[]
  >;

describe("explain", () => {
  test("says in one sentence why a module runs, for any of its ids, and then lists the causes", async () => {
    const { subscriptionId } = await at.sell("asked");
    const before = await edge(`billing explain ${subscriptionId}`);
    assert.match(
      before.output,
      /^Subscription of own to asked: it may not run, because the subscription has not been paid for yet, .*what would change it: pay: open a checkout/,
    );
    const { moduleId, id, providerId } = await paid("answered");
    const installed = await at.agencyApi.install(await at.agencyApi.newSite(), moduleId);
    for (const name of [id, providerId, installed.body.id]) {
      const { code, output } = await edge(`billing explain ${name}`);
      const [sentence, ...history] = output.split("\n");
      assert.match(
        sentence as string,
        /: it may run, because it is paid for, since subscription_\w+.* \(delivery [0-9a-f-]{36}\) on \d{4}-.* UTC, until \d{4}-.* UTC, when the answer becomes "a renewal is due, .*"; what would change it: a cancellation/,
      );
      assert.equal(code, 0);
      assert.ok(history.length >= 1 && history.every((line) => /UTC {2}\w+ +(runs|does not run): /.test(line)), output);
    }
  });

  test("reports an unknown id", async () => {
    for (const id of ["4b1c6f7e-0000-4000-8000-000000000000", "12345678", "'"])
      await refused(`billing explain ${id}`, /There is no subscription and no installation/);
  });
});

describe("replay", () => {
  test("has dead deliveries processed, waits for the result, and writes it into the audit log", async () => {
    const { providerId } = await paid("given-up");
    const [delivery] = await inboxOf(providerId);
    await at.rows(`update webhook_inbox set status = 'dead', attempts = 8, last_error = 'made up' where id = '${delivery?.id}'`);
    const { code, output } = await edge("billing replay --dead");
    assert.deepEqual([code, output], [0, `${delivery?.id}  subscription_created  It was known already.\n1 of 1 deliveries are done.`]);
    assert.equal((await inboxOf(providerId))[0]?.status, "done");
    const audited = await at.rows(`select actor_kind from audit_log where action = 'webhook.replay' and subject_id = '${delivery?.id}'`);
    assert.deepEqual(
      audited.map((row) => ({ ...row })),
      [{ actor_kind: "system" }],
    );
    assert.equal((await edge("billing replay --dead")).output, "Nothing was given up.");
  });

  test("reports the result of each delivery, and that some are left", async () => {
    const id = await deadDelivery(at.platform);
    const { code, output } = await edge(`billing replay ${id}`);
    assert.equal(code, 1, output);
    assert.match(output, new RegExp(`^${id} {2}subscription_updated {2}is tried again later: .+\n0 of 1 deliveries are done`));
    await at.rows(`delete from webhook_inbox where id = '${id}'`);
  });

  test("replays all the given deliveries or none", async () => {
    const { providerId } = await paid("all-or-none");
    const [delivery] = await inboxOf(providerId);
    await at.rows(`update webhook_inbox set status = 'dead' where id = '${delivery?.id}'`);
    await refused(`billing replay ${delivery?.id} 4b1c6f7e-0000-4000-8000-000000000000`, /There is no delivery 4b1c6f7e/);
    assert.equal((await inboxOf(providerId))[0]?.status, "dead");
    await refused("billing replay one", /one is not the id of a delivery/);
    await refused("billing replay", /Give the ids/);
    await refused(`billing replay --dead ${delivery?.id}`, /Give the ids/);
    assert.equal((await edge(`billing replay ${delivery?.id}`)).code, 0);
  });
});

describe("reconcile", () => {
  test("finds changes without a delivery, reports and repairs them, and finds nothing the second time", async () => {
    const { id, providerId } = await paid("drifted");
    await edge("billing reconcile");
    const row = at.mock.control.state.subscriptions.find((one) => String(one.id) === providerId);
    const change = { status: "paused", pause: { mode: "void", resumesAt: null }, updatedAt: (row?.updatedAt ?? 0) + 1_000 };
    await at.mock.control.change(Number(providerId), change, true);
    assert.equal((await at.entitlement(id)).reason, "paid");
    const { code, output, errorOutput } = await edge("billing reconcile --since 2h");
    assert.deepEqual([code, / 1 drifts mended, 0 faults/.test(output)], [0, true], output);
    assert.match(errorOutput, new RegExp(`BILLING_DRIFT: .*${providerId}.*paused`));
    assert.equal((await at.entitlement(id)).reason, "paused");
    assert.match((await edge("billing reconcile")).output, / 0 drifts mended, 0 faults/);
  });

  test("is refused with the settings to change and the reason", async () => {
    await refused("billing reconcile", /set LEMONSQUEEZY_API_KEY, as for the server/, 2, { LEMONSQUEEZY_API_KEY: "" });
    for (const time of ["soon", "2w", "2999-01-01T00:00:00Z"]) await refused(`billing reconcile --since ${time}`, /is not a time in the past/);
    await assert.rejects(edge("billing reconcile", { LEMONSQUEEZY_API_KEY: "another" }), { name: "BillingUnavailable", message: /does not accept the key/ });
  });
});

test("check reads the whole ledger, and reports its issues", async () => {
  await paid("posted");
  const sound = await edge("billing check");
  assert.deepEqual([sound.code, sound.output.endsWith("The ledger is sound."), sound.errorOutput], [0, true, ""]);
  assert.match(sound.output, /^test USD: \d+ entries, in all 0$/m);
  assert.match(sound.output, /^ {2}provider_receivable +\d+$/m);
  const owner = at.platform.server.databaseUrl;
  await onServer(owner, async (sql) => {
    await sql`set session_replication_role = replica`;
    await sql`update ledger_lines set amount = amount + 1 where account = 'wholesale_sales'`;
  });
  const broken = await edge("billing check");
  assert.equal(broken.code, 1);
  assert.match(broken.errorOutput, /[0-9a-f-]{36} does not balance\./);
  await onServer(owner, async (sql) => {
    await sql`set session_replication_role = replica`;
    await sql`update ledger_lines set amount = amount - 1 where account = 'wholesale_sales'`;
  });
});

describe("as a program", () => {
  const folder = mkdtempSync(join(tmpdir(), "dramac-edge-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const run = (words: readonly string[], more: NodeJS.ProcessEnv) =>
    spawnSync(join(ROOT, "edge-api/bin/dramac-edge.mjs"), words, { encoding: "utf8", env: { PATH: process.env.PATH, DRAMAC_DATA: folder, ...more } });

  test("help prints its text and exits with 0", () => {
    const { status, stdout } = run(["billing", "--help"], {});
    assert.equal(status, 0);
    for (const word of ["replay", "reconcile", "explain", "check", "Exit codes"]) assert.ok(stdout.includes(word), word);
  });

  test("errors are one sentence without a stack, with an exit code", () => {
    for (const [words, more, code, message] of [
      [["billing", "explain"], {}, 2, /missing required argument 'id'/],
      [["billing", "explain", "x"], {}, 2, /^There is no database: DATABASE_URL is not set/],
      [["billing", "explain", "x"], { DATABASE_URL: "postgres://unknown@127.0.0.1:1/none" }, 3, /^The database cannot be reached/],
      [["billing", "explain", "x"], environment(), 2, /^There is no subscription and no installation x\./],
      [["billing", "check"], { PORT: "none" }, 2, /^The configuration has 1 issue/],
    ] as const) {
      const { status, stderr, stdout } = run(words, more);
      assert.deepEqual([status, message.test(stderr), / at .*\.ts/.test(stderr), stdout], [code, true, false, ""], `${words.join(" ")}: ${stderr}`);
    }
  });
});
