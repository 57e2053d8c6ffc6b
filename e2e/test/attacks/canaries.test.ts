import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { configure, getConfig, type LogRecord, reset } from "@logtape/logtape";
import { exportJWK, generateKeyPair } from "jose";
import { installationLabel } from "@dramac/contracts";
import { type Answer, type Call, dialPort, type MockSmtpServer, startMockSmtpServer } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "../management/api.ts";
import { idsAt, publishLevels, withSecret } from "../management/installed.ts";
import { sampleOf } from "../management/samples.ts";
import { startTwoInstallations, type TwoInstallations } from "./two-installations.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
const canary = (name: string) => `canary-${name}-${randomBytes(9).toString("hex")}`;

const signing = { ...(await exportJWK((await generateKeyPair("EdDSA", { extractable: true })).privateKey)), kid: "k1" };
const masterKey = randomBytes(32).toString("base64");
const planted = {
  smtpPassword: canary("smtp"),
  hiddenSetting: canary("write-only"),
  privateSetting: canary("private-setting"),
  installationSecret: canary("secret"),
  mailText: canary("mail"),
  visitorName: canary("visitor"),
  address: `${canary("address")}@example.org`,
  document: canary("document"),
  memberName: canary("member"),
};
/** Every value that may stand in no answer, no log line and no bundle, by what it is. */
const secrets = new Map<string, string>(Object.entries({ ...planted, signingKey: signing.d as string, masterKey }));

const logged: LogRecord[] = [];
const answered: { where: string; text: string }[] = [];
let mock: MockSmtpServer;
let two: TwoInstallations;
let own: Agency;
let token = "";

before(async () => {
  assert.equal(getConfig(), null);
  await configure({ sinks: { memory: (record) => logged.push(record) }, loggers: [{ category: [], sinks: ["memory"], lowestLevel: "trace" }] });
  mock = await startMockSmtpServer((recipient) => recipient.startsWith("canary-"));
  two = await startTwoInstallations(
    {
      DRAMAC_SIGNING_KEYS: JSON.stringify([signing]),
      DRAMAC_MASTER_KEY: masterKey,
      SMTP_URL: mock.url.replace("//", `//mailer:${planted.smtpPassword}@`),
    },
    { change: withSecrets, managementRates: { perKey: 1e6, perNetwork: 1e6 } },
  );
  await publishLevels(two.platform, withSecrets);
  own = await makeAgency(two.platform, "own");
  const { superAdmin, agencyOwner } = two.platform.seeded.keys;
  for (const [name, key] of Object.entries({ superAdmin, agencyOwner, ...own.keys })) secrets.set(name, key.slice(8));
  token = (JSON.parse((await two.openSession(two.probe)).body) as { token: string }).token;
  secrets.set("session", token.split(".")[2] as string);
});
after(async () => {
  await two?.platform.close();
  await mock?.close();
  await reset();
});

/** A setting that is written and never read, one that no page may have, and a secret for another host. */
function withSecrets(manifest: Record<string, unknown>): void {
  withSecret(manifest);
  const properties = { greeting: { type: "string" }, open: { type: "string" }, inner: { type: "string" }, hidden: { type: "string", writeOnly: true } };
  Object.assign(manifest, { settingsSchema: { type: "object", properties }, publicSettings: ["/open"] });
}

async function ask(where: string, path: string, asked: Call = {}): Promise<Answer> {
  const answer = await dialPort(two.platform.port, path, asked);
  answered.push({ where: `${asked.method ?? "GET"} ${path} (${where})`, text: JSON.stringify(answer.headers) + answer.body });
  return answer;
}

const json = (key: string | undefined, body: unknown): Call["headers"] & object => ({
  ...(key && { authorization: `Bearer ${key}` }),
  ...(body !== undefined && { "content-type": "application/json" }),
});

const module = (body: object) =>
  ask("module", `/api/modules/${two.probe}/proxy`, {
    method: "POST",
    headers: { ...json(token, body), origin: `http://${installationLabel(two.probe)}.frames.localhost:${two.platform.port}` },
    body: JSON.stringify({ requestId: 1, ...body }),
  });

/** In plain, and as it is carried where it would not be seen at once. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  return [value, encodeURIComponent(value), bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url"), bytes.toString("hex")];
}

function assertClean(where: string, text: string): void {
  for (const [name, value] of secrets) {
    for (const form of formsOf(value)) assert.ok(!text.includes(form), `${name} is in ${where}`);
  }
}

const logText = () => logged.map((record) => inspect(record, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null })).join("\n");

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string; readonly requestBody?: object }>>>>;
}

async function routes() {
  const { paths } = JSON.parse((await dialPort(two.platform.port, "/openapi.json")).body) as Described;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId: id, requestBody }]) => {
      const ids: Record<string, string> = { ...idsAt(own, id), key: two.platform.seeded.sites.shop?.siteKey ?? "" };
      if (id.startsWith("module.")) ids.installationId = two.probe;
      const address = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] || crypto.randomUUID());
      return { id, method: method.toUpperCase(), address, takesBody: requestBody !== undefined };
    }),
  );
}

describe("56: secrets and personal texts, planted in every possible field", () => {
  test("are accepted in their own fields", async () => {
    const { platform, probe } = two;
    const site = `/api/sites/${platform.seeded.sites.shop?.id}/installations/${probe}`;
    const asOwner = (method: string, path: string, body: object) => call(platform, { key: platform.seeded.keys.agencyOwner, method, path, body });
    const settings = await asOwner("PATCH", `${site}/settings`, { open: "said to all", inner: planted.privateSetting, hidden: planted.hiddenSetting });
    assert.equal(settings.status, 200, JSON.stringify(settings.body));
    assert.equal((await asOwner("PUT", `${site}/secrets`, { name: "api", value: planted.installationSecret })).status, 200);
    for (let end = Date.now() + 3_000; Date.now() < end; await sleep(50)) {
      const { body } = await two.openSession(probe);
      if (!(JSON.parse(body) as { settings: { open?: string } }).settings.open) continue;
      token = (JSON.parse(body) as { token: string }).token;
      end = 0;
    }
    const created = await module({ method: "POST", endpoint: "/storage/notes", data: { id: "kept", data: { text: planted.document } } });
    assert.match(created.body, new RegExp(planted.document), "its author can read it");
    answered.length = 0;
    const [row] = await platform.database.withPlatform("test look-up", (tx) => tx`select settings from site_module_installations where id = ${probe}`);
    assert.equal((row?.settings as { hidden?: string } | undefined)?.hidden, planted.hiddenSetting);
  });

  test("do not leak by a mail that fails: the recipient and the text are in no log", async () => {
    await two.platform.database.withPlatform(
      "test change",
      (tx) => tx`update verified_recipients set address = ${planted.address} where installation_id = ${two.probe}`,
    );
    const sent = await module({
      method: "POST",
      endpoint: "/email",
      data: { template: "note", fields: { text: `${planted.mailText} ${planted.visitorName}` } },
    });
    assert.equal((JSON.parse(sent.body) as { status: number }).status, 202);
    const told = () => logged.some(({ category, level }) => category.join() === "dramac,mail" && level === "warning");
    for (const end = Date.now() + 10_000; !told() && Date.now() < end; ) await sleep(50);
    assert.ok(told(), "that it failed is logged");
    assert.ok(
      mock.commands.some((command) => command.includes(planted.address)),
      "the server was really asked",
    );
    assertClean("the log", logText());
  });

  test("are in no answer of any route, for any caller", async () => {
    const { superAdmin, agencyOwner } = two.platform.seeded.keys;
    for (const { method, address } of (await routes()).filter((route) => route.method === "GET" && !route.id.endsWith("stream"))) {
      for (const key of [superAdmin, agencyOwner, own.keys.agency_owner, undefined]) await ask("read", address, { method, headers: json(key, undefined) });
    }
    const host = `${installationLabel(two.probe)}.frames.localhost:${two.platform.port}`;
    const document = await ask("frame", `/f/${two.platform.seeded.sites.shop?.siteKey}`, { host });
    assert.match(document.body, /said to all/, "what a page may have is there");
    const metrics = await dialPort(two.platform.port + 2, "/metrics");
    assert.match(metrics.body, /dramac_plans_cached/);
    answered.push({ where: "/metrics", text: metrics.body });
    const stranger = (JSON.parse((await two.openSession(two.probe)).body) as { token: string }).token;
    for (const endpoint of ["/storage/notes", "/storage/notes/kept", "/settings", "/site"]) {
      const body = { requestId: 1, method: "GET", endpoint };
      const answer = await two.post(two.probe, `/api/modules/${two.probe}/proxy`, body, { authorization: `Bearer ${stranger}` });
      answered.push({ where: `${endpoint} (another visitor)`, text: answer.body });
    }
    assert.ok(answered.length > 150, `${answered.length} answers`);
    for (const { where, text } of answered) assertClean(where, text);
  });

  test("are in no refusal of a request that has them in a wrong field or form", async () => {
    answered.length = 0;
    const { superAdmin } = two.platform.seeded.keys;
    const { d } = signing;
    for (const { id, method, address } of (await routes()).filter(({ takesBody }) => takesBody)) {
      const sample = (() => {
        try {
          return sampleOf(id);
        } catch {
          return { name: "a", token: "b", assertion: "c" };
        }
      })();
      const wrong = Object.fromEntries(Object.keys(sample).map((name) => [name, { [planted.hiddenSetting.slice(0, 6)]: [planted.installationSecret, d] }]));
      for (const body of [JSON.stringify(wrong), `{"name":"${planted.installationSecret}"`, `{"name":${planted.installationSecret}}`, `"${d}"`]) {
        const answer = await ask("refused", address, { method, headers: json(superAdmin, body), body });
        assert.ok(answer.status >= 400, `${method} ${address}: ${answer.status}`);
      }
    }
    const jwk = { label: "k", role: "agency_member", publicKey: signing };
    const refused = await ask("private key", `/api/agencies/${own.ids.agencyId}/assertion-keys`, {
      method: "POST",
      headers: json(superAdmin, jwk),
      body: JSON.stringify(jwk),
    });
    assert.equal(refused.status, 422);
    for (const key of [`${superAdmin}x`, superAdmin.slice(0, -1), `dk_live_${planted.memberName}`]) {
      const answer = await ask("wrong key", "/api/me", { headers: { authorization: `Bearer ${key}` } });
      assert.equal(answer.status, 401);
    }
    for (const { where, text } of answered) assertClean(where, text);
  });

  test("are in no log line and in no answer to an internal error", async () => {
    answered.length = 0;
    const note = { method: "POST", endpoint: "/storage/notes", data: { data: { text: planted.document } } };
    const logs = logged.length;
    const isLogged = ({ body }: Answer) =>
      logged.slice(logs).some(({ properties }) => properties.requestId === (JSON.parse(body) as { requestId: string }).requestId);
    const change = (statement: string) => two.platform.database.withPlatform("test change", (tx) => tx.unsafe(statement));

    // The counter has its largest value: the database cannot count one more.
    await change("update module_storage_usage set limit_bytes = 9223372036854775807, bytes = 9223372036854775807 where visitor_sub = ''");
    const overflow = await module(note);
    await change("update module_storage_usage set bytes = 1000, limit_bytes = 52428800 where visitor_sub = ''");
    // A row that violates its own schema, with a canary in the value that violates it.
    await change(`update surfaces set theme = '{"scheme":"${planted.memberName}"}' where name = 'shop'`);
    await sleep(1_000);
    const path = `/api/surfaces/${two.platform.seeded.sites.shop?.siteKey}/plan`;
    const unreadable = await ask("fault", path);
    await change("update surfaces set theme = '{}' where name = 'shop'");
    await sleep(1_000);

    for (const answer of [overflow, unreadable]) {
      assert.deepEqual([answer.status, (JSON.parse(answer.body) as { code: string }).code], [500, "internal"]);
      assert.ok(isLogged(answer), "the fault is logged under the request's id");
      assert.doesNotMatch(answer.body, /bigint|range|theme|scheme|module_storage|\.ts/);
    }
    assert.equal((await dialPort(two.platform.port, path)).status, 200);
    assert.equal((JSON.parse((await module({ method: "GET", endpoint: "/storage/notes/kept" })).body) as { status: number }).status, 200);
    // The last answer is its owner's own document.
    answered.pop();
    for (const { where, text } of answered) assertClean(where, text);
    assertClean("the log", logText());
  });

  test("are in no built file, and neither are local paths or keys of the sources", () => {
    const folders = ["dist", "demo-sites/dist", ...readdirSync(join(ROOT, "modules")).map((name) => `modules/${name}/dist`)];
    const files = folders
      .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true }).map((name) => join(ROOT, folder, String(name))))
      .filter((file) => statSync(file).isFile());
    assert.ok(files.length > 8 && files.some((file) => file.includes("runtime.")));
    for (const file of files) {
      const text = readFileSync(file, "utf8");
      assertClean(file, text);
      assert.doesNotMatch(text, /dk_(?:live|test)_[\w-]{20}|PRIVATE KEY-----|postgres(?:ql)?:\/\/\w+:/, file);
      for (const path of [ROOT, process.env.HOME ?? ROOT]) assert.ok(path.length < 3 || !text.includes(path), `${file} names a path of this machine`);
    }
  });
});
