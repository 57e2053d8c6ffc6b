import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startLemonSqueezyMock } from "../src/index.ts";
import { setUp } from "./helpers/set-up.ts";

test("a key gives access to its own mode only", async (context) => {
  const { call, checkout, control, apiKeys } = await setUp(context);
  const { id } = await control.pay(await checkout());
  assert.equal((await call("GET", `/subscriptions/${id}`)).status, 200);
  assert.equal((await call("GET", `/subscriptions/${id}`, undefined, apiKeys.test)).status, 404);
  const stranger = await call("GET", `/subscriptions/${id}`, undefined, "wrong");
  assert.deepEqual([stranger.status, stranger.body.errors?.[0]?.detail], [401, "Unauthenticated."]);
  assert.equal((await call("GET", "/users/me")).status, 200);
});

test("lists have filters and pages of at most 100, and refuse unknown filters", async (context) => {
  const { call, checkout, control } = await setUp(context);
  const made = await checkout();
  for (let count = 0; count < 12; count++) await control.pay(made, { email: count % 2 ? "odd@example.com" : "even@example.com" });
  const second = await call("GET", "/subscriptions?page[number]=2&page[size]=10&include=");
  assert.deepEqual(second.body.meta?.page, { currentPage: 2, from: 11, lastPage: 2, perPage: 10, to: 12, total: 12 });
  assert.equal((second.body.data as unknown[]).length, 2);
  assert.equal((await call("GET", "/orders?filter[user_email]=odd@example.com")).body.meta?.page["total"], 6);
  assert.equal((await call("GET", "/subscriptions?filter[store_id]=2")).body.meta?.page["total"], 0);
  for (const wrong of ["page[size]=101", "page[number]=0", "filter[shoe]=1"]) assert.equal((await call("GET", `/subscriptions?${wrong}`)).status, 400, wrong);
  for (const list of ["orders", "subscription-invoices", "variants", "products", "stores"]) assert.equal((await call("GET", `/${list}`)).status, 200, list);
  for (const one of ["variants/101", "products/100", "stores/1"]) assert.equal((await call("GET", `/${one}`)).status, 200, one);
  for (const none of ["variants/9", "products/9", "stores/9", "orders/9", "nothing"]) assert.equal((await call("GET", `/${none}`)).status, 404, none);
});

test("an invalid checkout is refused with the reason", async (context) => {
  const { call } = await setUp(context);
  const relationships = (store: string, variant: string) => ({
    store: { data: { type: "stores", id: store } },
    variant: { data: { type: "variants", id: variant } },
  });
  const make = (attributes: object, store = "1", variant = "101") =>
    call("POST", "/checkouts", { type: "checkouts", attributes, relationships: relationships(store, variant) });
  assert.equal((await make({ custom_price: 500 })).status, 201);
  const zero = { checkout_data: { variant_quantities: [{ variant_id: 101, quantity: 0 }] } };
  for (const wrong of [{ custom_price: 0 }, { custom_price: 1.5 }, { expires_at: "soon" }, { checkout_data: { email: "x" } }, zero, { test_mode: true }]) {
    assert.equal((await make(wrong)).status, 422, JSON.stringify(wrong));
  }
  for (const [store, variant] of [
    ["9", "101"],
    ["2", "101"],
    ["1", "151"],
  ] as const)
    assert.equal((await make({}, store, variant)).status, 404, variant);
});

test("the 301st call of a minute is refused until the next minute", async (context) => {
  const { call, control, apiKeys } = await setUp(context);
  for (let count = 0; count < 300; count++) assert.equal((await call("GET", "/users/me")).status, 200);
  await control.advance(15_000);
  const refused = await call("GET", "/users/me");
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "45"]);
  assert.equal((await call("GET", "/users/me", undefined, apiKeys.test)).status, 200);
  await control.advance(45_000);
  assert.equal((await call("GET", "/users/me")).status, 200);
});

test("control over HTTP does the same as in code, and refuses pages of other sites", async (context) => {
  const { url, checkout, events, control } = await setUp(context);
  const post = (path: string, body: object, headers = {}) =>
    fetch(`${url}/control${path}`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });
  assert.equal((await post("/clock", { advanceMs: 1_000 }, { origin: "https://evil.example" })).status, 403);
  assert.equal((await post("/faults/webhooks", { kind: "nonsense" })).status, 400);
  assert.equal((await post("/faults/webhooks", { kind: "drop", events: ["order_created"] })).status, 200);
  assert.equal((await post("/faults/api", { kind: "status", status: 500, path: "/v1/users", times: 1 })).status, 200);
  assert.equal((await fetch(`${url}/v1/users/me`)).status, 500);
  assert.equal((await post(`/checkouts/${await checkout()}/pay`, { card: "fails_later" })).status, 200);
  assert.deepEqual(events(), ["subscription_created", "subscription_payment_success"]);
  assert.equal((await fetch(`${url}/control/faults`, { method: "DELETE" })).status, 200);
  const before = control.now();
  assert.equal((await post("/clock", { advanceMs: 5_000 })).status, 200);
  assert.equal(control.now(), before + 5_000);
  const state = (await (await fetch(`${url}/control/world`)).json()) as { subscriptions: unknown[]; linkSecret?: string };
  assert.deepEqual([state.subscriptions.length, state.linkSecret], [1, undefined]);
  assert.match(await (await fetch(url)).text(), /subscription_payment_success/);
});

test("the state file keeps rows, waiting deliveries and the clock over a restart", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "lemon-squeezy-mock-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "state", "lemon.json");
  const first = await startLemonSqueezyMock({ file });
  const relationships = { store: { data: { type: "stores", id: "1" } }, variant: { data: { type: "variants", id: "101" } } };
  const headers = { authorization: `Bearer ${first.apiKeys.live}` };
  const answer = await fetch(`${first.url}/v1/checkouts`, {
    method: "POST",
    headers,
    body: JSON.stringify({ data: { type: "checkouts", attributes: {}, relationships } }),
  });
  const { data } = (await answer.json()) as { data: { id: string } };
  await first.control.pay(data.id);
  await first.control.advance(40 * 86_400_000);
  const ahead = first.control.now() - Date.now();
  await first.close();
  await first.close();

  const second = await startLemonSqueezyMock({ file });
  context.after(second.close);
  assert.deepEqual(second.control.state.subscriptions, JSON.parse(JSON.stringify(first.control.state.subscriptions)));
  assert.equal(second.control.state.invoices.length, 2);
  assert.ok(Math.abs(second.control.now() - Date.now() - ahead) < 5_000);
});
