import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { InstallationId } from "@dramac/contracts";
import { type Context, Hono } from "hono";
import { z } from "zod";
import { createAddresses } from "../src/addresses.ts";
import { readConfiguration } from "../src/config.ts";
import type { Database } from "../src/db/database.ts";
import { errorResponse } from "../src/http/error-response.ts";
import { operation } from "../src/management/operation.ts";
import { createManagementRouter } from "../src/management/router.ts";
import { mediaUploadRoutes } from "../src/routes/media.ts";
import { memberRoutes } from "../src/routes/members.ts";
import { moduleRoutes } from "../src/routes/modules.ts";
import { setupRoutes } from "../src/routes/setup.ts";
import { createWebhooks } from "../src/routes/webhooks.ts";
import type { Caller } from "../src/services/caller.ts";
import { createWatchedBody } from "./helpers/watched-body.ts";

const ID = "11111111-1111-4111-8111-111111111111" as InstallationId;
const SURFACE = `site_${"a".repeat(22)}`;
const HOST = "https://shop.example";
const addresses = createAddresses(readConfiguration({ NODE_ENV: "test" }));
const clientInfoOf = (context: Context) => ({ address: context.req.header("x-network") ?? "", requestId: "" });
const resolveCaller = async () =>
  ({
    installation: { id: ID, agencyId: "agency", manifest: { collections: { notes: { member: ["create"] } } } },
    principal: "agency_member",
    permissions: ["access:storage"],
  }) as unknown as Caller;
const done = async () => ({});
/** A database that finds one row for every statement. */
const database = { withPlatform: (_: string, work: (tx: unknown) => unknown) => work(async () => [{ id: "key", role: "super_admin" }]) } as unknown as Database;

const modules = () =>
  moduleRoutes({
    addresses,
    clientInfoOf,
    resolveCaller,
    openSession: done as never,
    broker: done as never,
    changes: {} as never,
    usage: { addBatch: done, addError: done } as never,
  });
const members = () =>
  memberRoutes({
    clientInfoOf,
    plans: { get: async () => ({ facts: { origins: [HOST], previewOrigins: [] } }) } as never,
    identities: {} as never,
    assertions: {} as never,
  });
const create = operation({
  id: "thing.create",
  method: "POST",
  path: "/api/admin/things",
  summary: "",
  minimumRole: "super_admin",
  body: z.strictObject({}),
  answer: z.strictObject({}),
  run: done,
});

interface Route {
  readonly mount: () => Hono<never> | Hono;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const json = { "content-type": "application/json" };
const routes: Readonly<Record<string, Route>> = {
  "opening a session": { mount: modules, path: "/api/sessions", headers: { ...json, origin: addresses.frameOrigin(ID) } },
  "a module's call": { mount: modules, path: `/api/modules/${ID}/proxy`, headers: json },
  "usage by beacon": { mount: modules, path: "/api/events", headers: json },
  "errors by beacon": { mount: modules, path: "/api/modules/errors", headers: json },
  "an upload": {
    mount: () => mediaUploadRoutes({ addresses, clientInfoOf, resolveCaller, media: { put: done } as never, usage: { countCall: () => undefined } }),
    method: "PUT",
    path: `/api/modules/${ID}/media?collection=notes&name=file`,
  },
  "a member's plan": { mount: members, path: `/api/surfaces/${SURFACE}/plan`, headers: { ...json, origin: HOST } },
  "a member's sign-out": { mount: members, path: `/api/surfaces/${SURFACE}/sign-out`, headers: { ...json, origin: HOST } },
  "the first super admin": { mount: () => setupRoutes(database, clientInfoOf), path: "/api/setup", headers: json },
  "a webhook": {
    mount: () => {
      const receiver = { receive: async () => "ignored" } as never;
      return new Hono().route("/", createWebhooks({ receiver, addresses, clientInfoOf, clientInfoOfRequest: () => ({ address: "", requestId: "" }) }).routes);
    },
    path: "/api/webhooks/lemonsqueezy",
    headers: json,
  },
  "a management operation": {
    mount: () => createManagementRouter(database, [create], clientInfoOf, { rates: { perKey: 1_000, perNetwork: 20 } }),
    path: create.path,
    headers: { ...json, authorization: "Bearer dk_test_key" },
  },
};

describe("a caller above its rate", () => {
  for (const [name, { mount, path, method = "POST", headers = {} }] of Object.entries(routes)) {
    test(`is refused before its body is read, and a caller below it is read: ${name}`, async () => {
      const app = new Hono().route("/", mount() as Hono);
      app.onError((error, context) => errorResponse(context.req.raw, error));
      const call = async (network: string, body: string | ReadableStream) =>
        app.request(path, { method, headers: { ...headers, "x-network": network }, body, duplex: "half" } as RequestInit, {});
      const callWatched = async (network: string) => {
        const { body, watched, finish } = createWatchedBody("{");
        const answered = call(network, body);
        // A server that reads does so within a few turns; one that refuses has answered by then.
        for (let turns = 0; turns < 50 && !watched.isRead; turns++) await new Promise((resolve) => setImmediate(resolve));
        finish();
        return { status: (await answered).status, isRead: watched.isRead };
      };

      let calls = 0;
      while ((await call("one", "{}")).status !== 429) assert.ok(calls++ < 10_000, "no rate was reached");
      assert.ok(calls > 0, "every call was refused");
      assert.deepEqual(await callWatched("one"), { status: 429, isRead: false });
      const below = await callWatched("two");
      assert.notEqual(below.status, 429);
      assert.equal(below.isRead, true);
    });
  }
});
