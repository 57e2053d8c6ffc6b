import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { LIMITS } from "@dramac/contracts";
import fc from "fast-check";
import type { Page } from "playwright-core";
import { openHarness, type Harness } from "../../src/index.ts";

type Answer = { readonly type: string; readonly requestId?: unknown; readonly code?: string; readonly data?: unknown };

/** So many that the limiter counts and never refuses: what is tried here is the schema. */
const PATIENT = { ...LIMITS, burst: 1e9, sustainedPerSecond: 1e9, malformedMessages: 1e9 };

const GOOD = JSON.stringify({ type: "API_REQUEST", requestId: 424_242, method: "GET", endpoint: "/site" });
const isGood = (answers: readonly Answer[]) => answers.some(({ type, requestId }) => type === "API_RESPONSE" && requestId === 424_242);

describe("B. forged and malformed messages", () => {
  let harness: Harness;
  before(async () => {
    harness = await openHarness(["raw", "villain", "probe"], undefined, { limits: PATIENT });
  });
  after(() => harness?.close());

  const say = (page: Page, ...messages: unknown[]) => harness.tell<Answer[]>(page, "raw", "say", messages);

  test("11: ids in a message have no effect: the port identifies the module", async () => {
    const page = await harness.openHostPage("raw");
    const other = await harness.platform.installation("shop", "villain");
    const note = { type: "API_REQUEST", requestId: 2, method: "POST", endpoint: "/storage/notes" };
    const [refused] = await say(page, JSON.stringify({ ...note, installation: other, moduleId: other, data: { data: { text: "a" } } }));
    assert.equal(refused?.code, "malformed_message");
    const [answer] = await say(page, JSON.stringify({ ...note, data: { data: { text: "b" } } }));
    assert.equal(answer?.type, "API_RESPONSE");
    const rows = await harness.platform.database.withPlatform("test", (tx) => tx`select installation_id, data from module_documents`);
    assert.deepEqual(
      rows.map(({ installation_id, data }) => [installation_id, data]),
      [[await harness.platform.installation("shop", "raw"), { text: "b" }]],
    );
    await page.close();
  });

  test("15: any message on the port is answered with a code, and the next valid call is served", async () => {
    const page = await harness.openHostPage("raw");
    const pageErrors: string[] = [];
    page.on("pageerror", (error) => pageErrors.push(String(error)));
    const value = fc.anything({ withNullPrototype: false, maxDepth: 3 });
    const nearly = fc.record(
      {
        type: fc.constantFrom<unknown>("API_REQUEST", "RESIZE", "EVENT", "__proto__", "constructor", 7, ["API_REQUEST"]),
        requestId: fc.oneof(fc.integer(), fc.double(), fc.string(), fc.constantFrom<unknown>(null, {}, Number.NaN, Number.MAX_VALUE)),
        method: fc.constantFrom<unknown>("GET", "TRACE", 1),
        endpoint: fc.oneof(fc.string(), fc.integer()),
        height: value,
        extra: value,
      },
      { requiredKeys: ["type"] },
    );
    const text = fc.oneof(
      fc.string(),
      nearly.map((one) => JSON.stringify(one) ?? ""),
      fc.constantFrom("[".repeat(10_000), `{"type":"API_REQUEST","requestId":1e400}`, `{"type":"PONG","type":"READY"}`, "x".repeat(70_000), "null", '"READY"'),
    );
    const notText = fc.constantFrom<unknown>(null, 5, true, {}, { type: "UPLOAD" }, [1, 2, 3], { type: "DOWNLOAD", blob: 1 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: notText }), { minLength: 1, maxLength: 12 }),
        async (messages) => {
          const answers = await say(page, ...messages, GOOD);
          assert.ok(isGood(answers), "the good call is served");
          for (const answer of answers) assert.ok(answer.type === "API_RESPONSE" || answer.type === "API_DENIED", JSON.stringify(answer));
        },
      ),
      { numRuns: 30, seed: 15 },
    );
    assert.deepEqual(pageErrors, []);
    assert.equal(await page.locator("dramac-module[state=ready]").count(), 3);
    await page.close();
  });
});

describe("B. forged messages under the ordinary limits", () => {
  let harness: Harness;
  before(async () => {
    harness = await openHarness(["raw"]);
  });
  after(() => harness?.close());

  test("15: nine malformed messages are answered, and the tenth removes the module", async () => {
    const page = await harness.openHostPage("raw");
    const nine = await harness.tell<Answer[]>(page, "raw", "say", [...Array<string>(9).fill("{"), GOOD]);
    assert.equal(nine.filter(({ code }) => code === "malformed_message").length, 9);
    assert.ok(isGood(nine));
    await harness.command(page, "raw", "say", ["{", GOOD]);
    await page.waitForSelector("dramac-module[state=failed]", { state: "attached" });
    await page.close();
  });

  test("15: a text of megabytes and one with 60,000 nested levels are refused, and the page keeps working", async () => {
    const page = await harness.openHostPage("raw");
    const answers = await harness.tell<Answer[]>(page, "raw", "say", ["x".repeat(5_000_000), "[".repeat(60_000), GOOD]);
    assert.deepEqual(answers.map(({ code }) => code ?? "answered").sort(), ["answered", "malformed_message", "message_too_large"]);
    await page.close();
  });
});
