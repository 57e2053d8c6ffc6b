import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { configure, getConfig, type LogRecord, reset } from "@logtape/logtape";
import { onServer } from "@dramac/edge-api/test-database";
import { createClient } from "@dramac/sdk/node";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "../management/api.ts";
import { createAgencyApi } from "../management/agency-api.ts";
import { paidOrder, post, readCsv } from "./money.ts";

const MONTH = new Date().toISOString().slice(0, 7);
const PAST = "2026-02";
const past = (day: number) => new Date(`${PAST}-${String(day).padStart(2, "0")}T12:00:00Z`);

let platform: TestPlatform;
let own: Agency;
let foreign: Agency;
let agencyApi: ReturnType<typeof createAgencyApi>;
let to: { agencyId: string; moduleId: string; subscriptionId: string };
before(async () => {
  platform = await startPlatform(() => [], { fixtures: ["probe"] });
  [own, foreign] = [await makeAgency(platform, "own"), await makeAgency(platform, "foreign")];
  agencyApi = createAgencyApi(platform, own);
  const moduleId = await agencyApi.publish("ledger-book");
  await agencyApi.price(moduleId, {});
  const subscriptionId = (await agencyApi.subscribe(moduleId)).body.id;
  await agencyApi.comp(subscriptionId);
  to = { agencyId: own.ids.agencyId ?? "", moduleId, subscriptionId };
  // Two months: one that is over, with a purchase, a refund and euros, and this one.
  await post(platform, paidOrder("1"), { ...to, now: past(3) });
  await post(
    platform,
    paidOrder("1", { status: "partial_refund", refunded: 3_570n, refundedAt: past(10).toISOString() }),
    { ...to, now: past(10) },
    "order_refunded",
  );
  await post(platform, paidOrder("2", { currency: "EUR", discount: 0n, subtotal: 501n, tax: 0n, total: 501n }), { ...to, now: past(4) });
  await post(platform, paidOrder("3"), to);
  await post(platform, paidOrder("4", { mode: "test" }), to);
  await post(platform, paidOrder("5"), { agencyId: foreign.ids.agencyId ?? "", moduleId, subscriptionId: null, now: past(3) });
});
after(() => platform?.close());

const ofAgency = (path = "", key = own.keys.agency_owner) =>
  call(platform, { key, method: "GET", path: `/api/agencies/${own.ids.agencyId}/statements${path}` });
const developerId = async () => (await agencyApi.asRoot("GET", "/api/admin/developers")).body.items.find(({ name }: { name: string }) => name === "DRAMAC").id;
const ofDeveloper = async (path = "") => agencyApi.asRoot("GET", `/api/admin/developers/${await developerId()}/statements${path}`);

describe("an agency's statement", () => {
  test("lists the payments by module and by posting, with the source of each", async () => {
    const { status, body } = await ofAgency(`/${PAST}`);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual([body.month, body.isFinal, body.mode], [PAST, true, "live"]);
    assert.deepEqual(body.totals, [
      { currency: "USD", wholesale: 10_000, discount: 1_000, tax: 1_140, refunded: 3_000, disputed: 0, paid: 7_140 },
      { currency: "EUR", wholesale: 501, discount: 0, tax: 0, refunded: 0, disputed: 0, paid: 501 },
    ]);
    assert.deepEqual(
      body.modules.map(({ moduleSlug, currency, paid }: Record<string, unknown>) => [moduleSlug, currency, paid]),
      [
        ["ledger-book", "USD", 7_140],
        ["ledger-book", "EUR", 501],
      ],
    );
    assert.deepEqual(
      body.entries.map(({ kind, source, paid, occurredAt }: Record<string, unknown>) => [kind, source, paid, String(occurredAt).slice(0, 7)]),
      [
        ["payment", { provider: "lemonsqueezy", kind: "order", id: "1" }, 10_710, MONTH],
        ["payment", { provider: "lemonsqueezy", kind: "order", id: "2" }, 501, MONTH],
        ["refund", { provider: "lemonsqueezy", kind: "order", id: "1" }, -3_570, PAST],
      ],
    );
    assert.doesNotMatch(JSON.stringify(body), /developer|platform|share|fee/i);
  });

  test("contains live mode unless test mode is requested, and only the agency's own postings", async () => {
    const paid = async (query: string) => (await ofAgency(`/${MONTH}${query}`)).body.entries.map(({ source }: { source: { id: string } }) => source.id);
    assert.deepEqual([await paid(""), await paid("?mode=test")], [["3"], ["4"]]);
    assert.equal((await ofAgency(`/${MONTH}`)).body.isFinal, false);
    const theirs = await call(platform, { key: foreign.keys.agency_owner, method: "GET", path: `/api/agencies/${foreign.ids.agencyId}/statements/${PAST}` });
    assert.deepEqual(
      theirs.body.entries.map(({ source }: { source: { id: string } }) => source.id),
      ["5"],
    );
  });

  test("exists for every month since the first, and not for future months", async () => {
    const { items } = (await ofAgency()).body;
    assert.deepEqual(
      [items[0], items.at(-1)],
      [
        { month: MONTH, isFinal: false },
        { month: PAST, isFinal: true },
      ],
    );
    for (const { month } of items) assert.equal((await ofAgency(`/${month}`)).status, 200, month);
    for (const month of ["2090-01", "2026-13", "2026-2", "now"]) assert.equal((await ofAgency(`/${month}`)).body.code, "not_found", month);
    assert.equal((await ofAgency("", own.keys.agency_member)).body.code, "principal_too_low");
  });

  test("sums up what clients owe, also in a CSV in which names cannot become formulas", async () => {
    const name = '=HYPERLINK("http://evil.example"), Ltd';
    const { id: clientId } = (await agencyApi.asOwner("POST", `/api/agencies/${own.ids.agencyId}/clients`, { name })).body;
    for (let site = 0; site < 2; site++) {
      const { id } = (await agencyApi.asOwner("POST", `/api/clients/${clientId}/sites`, { name: "Shop" })).body;
      assert.equal((await agencyApi.install(id, to.moduleId)).status, 201);
    }
    const { clients } = (await ofAgency(`/${MONTH}`)).body;
    assert.equal(JSON.stringify(clients.totals), `[{"currency":"USD","owed":4000}]`);
    assert.deepEqual(
      clients.dues.map((due: Record<string, unknown>) => [due.clientId, due.clientName, due.moduleId, due.billingCycle, due.periods, due["owed"]]),
      [[clientId, name, to.moduleId, "monthly", 2, 4_000]],
    );
    const { headers, body } = await ofAgency(`/${MONTH}/csv`);
    assert.match(String(headers["content-type"]), /^text\/csv; charset=utf-8/);
    assert.equal(headers["content-disposition"], `attachment; filename="statement-${MONTH}.csv"`);
    const [head = [], ...records] = readCsv(body);
    assert.deepEqual(
      records.map((record) => record.length),
      records.map(() => head.length),
    );
    const cell = (record: readonly string[] | undefined, column: string) => record?.[head.indexOf(column)];
    assert.deepEqual([cell(records[0], "Source id"), cell(records[0], "Wholesale"), cell(records[0], "Paid")], ["3", "100.00", "107.10"]);
    assert.deepEqual([cell(records[1], "Client"), cell(records[1], "Owed by client"), cell(records[1], "Paid")], [`'${name}`, "40.00", ""]);
    const { agencyId = "" } = own.ids;
    const table = await createClient({ platform: platform.url, key: own.keys.agency_owner }).call("statement.get-csv", { path: { agencyId, month: PAST } });
    const before = readCsv(table);
    assert.deepEqual(
      before.slice(1).map((record) => record[head.indexOf("Paid")]),
      ["107.10", "5.01", "-35.70"],
    );
  });
});

describe("a developer's statement", () => {
  test("shows the share and the retained part, and does not name the payers", async () => {
    const { status, body } = await ofDeveloper(`/${PAST}`);
    assert.equal(status, 200, JSON.stringify(body));
    // Two agencies' orders, one of them refunded by a third; 501 cents are shared half up.
    assert.deepEqual(
      body.totals.map(({ currency, base, share }: Record<string, unknown>) => [currency, base, share]),
      [
        ["USD", 15_000, 10_500],
        ["EUR", 501, 351],
      ],
    );
    assert.deepEqual(
      body.totals.map(({ share, held }: { share: number; held: number }) => held === share),
      [true, true],
      "all of it was paid just now, as the provider says",
    );
    assert.ok(body.entries.every(({ availableAt }: { availableAt: string }) => Date.parse(availableAt) > Date.now() + 59 * 86_400_000));
    assert.doesNotMatch(JSON.stringify(body), new RegExp(`${own.ids.agencyId}|${foreign.ids.agencyId}`));
    const [head = [], ...records] = readCsv((await ofDeveloper(`/${PAST}/csv`)).body);
    assert.deepEqual(records.map((record) => record[head.indexOf("Share")]).sort(), ["-21.00", "3.51", "63.00", "63.00"]);
    assert.deepEqual((await ofDeveloper()).body.items.at(-1), { month: PAST, isFinal: true });
    assert.equal((await agencyApi.asRoot("GET", `/api/admin/developers/${crypto.randomUUID()}/statements/${PAST}`)).body.code, "not_found");
  });

  test("changes with the module's owner for later payments only", async () => {
    const { moduleId } = to;
    const { body } = await agencyApi.asRoot("PUT", `/api/admin/modules/${moduleId}/developer`, { name: "Harbour Works" });
    assert.deepEqual([body.name, body.modules], ["Harbour Works", 1]);
    await post(platform, paidOrder("6"), to);
    await post(platform, paidOrder("3", { status: "refunded", refunded: 10_710n }), to);
    const theirs = (await agencyApi.asRoot("GET", `/api/admin/developers/${body.id}/statements/${MONTH}`)).body;
    assert.deepEqual(
      theirs.entries.map((entry: { source: { id: string }; share: number }) => [entry.source.id, entry.share]),
      [["6", 6_300]],
    );
    const before = (await ofDeveloper(`/${MONTH}`)).body;
    assert.deepEqual(
      before.totals.map(({ share }: { share: number }) => share),
      [0],
      "paid and refunded",
    );
    assert.equal((await agencyApi.asRoot("GET", `/api/admin/modules/${moduleId}`)).body.authorName, "Harbour Works");
  });
});

describe("a dispute", () => {
  const dispute = async (total: number, entryId: string) =>
    agencyApi.asRoot("PUT", `/api/admin/ledger/${entryId}/dispute`, {
      id: "D-1",
      total,
      fee: 1_500,
      occurredAt: new Date().toISOString(),
      reason: "the bank says so",
    });
  const last = async () => (await ofAgency(`/${MONTH}`)).body.entries.at(-1);

  test("is recorded by an administrator, appears in both statements and in the audit log, and is returned when it is won", async () => {
    const posting = await post(platform, paidOrder("7"), to);
    const entryId = posting.posted ? posting.entryId : "";
    assert.equal((await dispute(10_711, entryId)).body.faults[0].path, "/total");
    assert.equal((await dispute(10_710, entryId)).status, 200);
    assert.deepEqual((await dispute(10_710, entryId)).body, { entryId: null, lines: [] }, "said twice it is posted once");
    const { kind, source, disputed, tax, paid } = await last();
    assert.deepEqual([kind, source, disputed, tax, paid], ["dispute", { provider: "lemonsqueezy", kind: "dispute", id: "D-1" }, 9_000, -1_710, -10_710]);
    const shares = async () => {
      const { developerId: id } = (await agencyApi.rows(`select developer_id as "developerId" from modules where id = '${to.moduleId}'`))[0] as unknown as {
        developerId: string;
      };
      const { entries } = (await agencyApi.asRoot("GET", `/api/admin/developers/${id}/statements/${MONTH}`)).body;
      return entries.slice(-2).map(({ kind: what, share }: { kind: string; share: number }) => [what, share]);
    };
    assert.deepEqual(await shares(), [
      ["payment", 6_300],
      ["dispute", -6_300],
    ]);
    await dispute(0, entryId);
    assert.deepEqual(await shares(), [
      ["dispute", -6_300],
      ["dispute", 6_300],
    ]);
    const [logged] = await agencyApi.rows(`select count(*)::int as count, max(reason) as reason from audit_log where action = 'payment.dispute'`);
    assert.deepEqual({ ...logged }, { count: 3, reason: "the bank says so" });
    assert.equal((await dispute(1, crypto.randomUUID())).body.code, "not_found");
  });
});

describe("a ledger that was tampered with", () => {
  const records: LogRecord[] = [];
  before(async () => {
    const config = getConfig();
    if (config) await reset();
    await configure({ sinks: { memory: (record) => records.push(record) }, loggers: [{ category: "dramac", sinks: ["memory"], lowestLevel: "error" }] });
  });
  after(() => reset());

  for (const [what, account, ask] of [
    ["an agency's", "tax_pass_through", () => ofAgency(`/${PAST}`)],
    ["a developer's", "developer_payable", () => ofDeveloper(`/${PAST}`)],
  ] as const) {
    test(`gives out no wrong statement: ${what} is refused with an alert`, async () => {
      const meddle = (by: number) =>
        onServer(platform.server.databaseUrl, async (sql) => {
          await sql`set session_replication_role = replica`;
          await sql`update ledger_lines l set amount = amount + ${by}::int from ledger_entries e where e.id = l.entry_id and l.account = ${account} and e.source_id = '1' and e.sequence = 1`;
        });
      await meddle(1);
      const { status, body } = await ask();
      assert.deepEqual([status, body.code], [500, "internal"]);
      const alarm = records.find(({ properties }) => properties.code === "statement_mismatch");
      assert.deepEqual([alarm?.properties.month, (alarm?.properties.differs as string[] | undefined)?.length], [PAST, 1]);
      records.length = 0;
      await meddle(-1);
      assert.equal((await ask()).status, 200);
      assert.equal(records.length, 0);
    });
  }
});
