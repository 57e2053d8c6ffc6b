import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { PRINT_LIMITS } from "@dramac/contracts";
import { forgetPrintPages } from "@dramac/edge-api/print-pages";
import { type PrintHarness, startPrintHarness } from "./print-harness.ts";

const PAGE = { title: "Receipt 7", html: "<h1>Receipt 7</h1>" };

let at: PrintHarness;
before(async () => {
  at = await startPrintHarness();
});
after(() => at?.close());
beforeEach(() => at.change("delete from print_pages"));

test("a page is made, and opened more than once, on its installation's own host", async () => {
  const { status, body, url } = await at.print(PAGE);
  assert.equal(status, 200);
  assert.equal(body.status, 201);
  assert.match(url, /^http:\/\/i\w{26}\.frames\.localhost:\d+\/print\/[\w-]{43}$/);
  const left = Date.parse(body.data.expiresAt) - Date.now();
  assert.ok(left > (PRINT_LIMITS.minutes - 1) * 60_000 && left <= PRINT_LIMITS.minutes * 60_000 + 1_000, String(left));
  for (let time = 0; time < 2; time++) {
    const page = await at.get(url);
    assert.equal(page.status, 200);
    assert.match(page.body, /Receipt 7/);
    assert.match(page.body, /Made by the module/);
  }
});

describe("a page to print cannot be opened", () => {
  test("another installation's page, or one that was never made", async () => {
    const { url } = await at.print(PAGE);
    assert.equal((await at.get(url, at.actor)).status, 404);
    assert.equal((await at.get(`${url.slice(0, -3)}AAA`)).status, 404);
    assert.equal((await at.get(url)).status, 200);
  });

  test("an expired page, which is also deleted", async () => {
    const { url } = await at.print(PAGE);
    const { url: young } = await at.print(PAGE);
    const mine = `id = '${url.slice(-43)}'`;
    await at.change(`create temporary table old as select * from print_pages where ${mine};
      delete from print_pages where ${mine};
      insert into print_pages select id, installation_id, agency_id, module_id, title, locale, html, now() - interval '1 second' from old;
      drop table old`);
    assert.equal((await at.get(url)).status, 404);
    assert.equal(await forgetPrintPages(at.platform.database), 1);
    assert.equal((await at.get(young)).status, 200);
  });

  test("a page of a module that was killed since", async () => {
    const { url } = await at.print(PAGE);
    await at.change("update modules set killed_at = now() where slug = 'probe'");
    assert.equal((await at.get(url)).status, 404);
    await at.change("update modules set killed_at = null where slug = 'probe'");
    assert.equal((await at.get(url)).status, 200);
  });
});

test("too many at once are refused, and only that installation's", async () => {
  const { url } = await at.print(PAGE);
  await at.change(
    `insert into print_pages select left(encode(sha256(n::text::bytea), 'hex'), 43), installation_id, agency_id, module_id, title, locale, html, expires_at
     from print_pages, generate_series(2, ${PRINT_LIMITS.waiting}) n where id = '${url.slice(-43)}'`,
  );
  const refused = await at.print(PAGE);
  assert.deepEqual([refused.status, refused.body.code], [429, "quota_exceeded"]);
  assert.equal((await at.print(PAGE, at.actor)).status, 200);
});

describe("an invalid page is refused with the path of the issue", () => {
  for (const [name, data, path] of [
    ["nothing", undefined, ""],
    ["no title", { html: "x" }, "/title"],
    ["a title of two lines", { ...PAGE, title: "a\nb" }, "/title"],
    ["a title that turns around", { ...PAGE, title: "a\u202eb" }, "/title"],
    ["a title of 10,000 characters", { ...PAGE, title: "a".repeat(10_000) }, "/title"],
    ["no text", { ...PAGE, html: "" }, "/html"],
    ["too much text", { ...PAGE, html: "a".repeat(PRINT_LIMITS.htmlLength + 1) }, "/html"],
    ["no language", { ...PAGE, locale: "not a language" }, "/locale"],
    ["an unknown field", { ...PAGE, script: "1" }, ""],
  ] as const)
    test(name, async () => {
      const { status, body } = await at.print(data);
      assert.deepEqual([status, body.code], [422, "validation_failed"]);
      assert.ok(
        (body.faults ?? body.errors).some((error: { path: string }) => error.path.startsWith(path)),
        JSON.stringify(body),
      );
      assert.equal((await at.change("select from print_pages")).count, 0);
    });
});
