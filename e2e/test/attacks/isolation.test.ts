import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { installationLabel, type InstallationId } from "@dramac/contracts";
import { type Answer, dialPort } from "../../src/index.ts";
import { startTwoInstallations, type TwoInstallations } from "./two-installations.ts";

let two: TwoInstallations;
/** One person on the page, whom both modules know, each by a name of its own; and another person. */
let inA: string;
let inB: string;
let otherInA: string;

before(async () => {
  two = await startTwoInstallations();
  const first = await open(two.probe, null);
  inA = first.token;
  inB = (await open(two.villain, first.visitor as string)).token;
  otherInA = (await open(two.probe, null)).token;
});
after(() => two?.platform.close());

async function open(installation: InstallationId, visitor: string | null): Promise<{ token: string; visitor?: string }> {
  const surface = two.platform.seeded.sites.shop?.siteKey;
  return JSON.parse((await two.post(installation, "/api/sessions", { installation, surface, hostOrigin: "http://shop.example", visitor })).body);
}

const subOf = (token: string) => (JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { sub: string }).sub;

async function ask(installation: InstallationId, token: string, { method, endpoint, data }: { method: string; endpoint: string; data?: unknown }) {
  const answer = await two.post(
    installation,
    `/api/modules/${installation}/proxy`,
    { requestId: 1, method, endpoint, data },
    { authorization: `Bearer ${token}` },
  );
  // biome-ignore lint/suspicious/noExplicitAny: any JSON
  const body = JSON.parse(answer.body) as any;
  return { status: answer.status, code: body.code as string | undefined, data: body.data, text: answer.body };
}

/** What is said of what is there and of what is not has to be the same, but for the id that was asked for. */
const alike = ({ status, text }: { status: number; text: string }, id: string) => [status, text.replaceAll(id, "ID").replace(/"requestId":"[^"]+"/, "")];

async function upload(installation: InstallationId, token: string, text: string): Promise<Answer> {
  const origin = `http://${installationLabel(installation)}.frames.localhost:${two.platform.port}`;
  return dialPort(two.platform.port, `/api/modules/${installation}/media?collection=notes&name=a.txt`, {
    method: "PUT",
    headers: { origin, authorization: `Bearer ${token}`, "content-type": "text/plain" },
    body: text,
  });
}

async function listen(installation: InstallationId, token: string) {
  const abort = new AbortController();
  const answer = await fetch(`${two.platform.url}/api/modules/${installation}/stream?collection=notes`, {
    headers: { authorization: `Bearer ${token}` },
    signal: abort.signal,
  });
  const seen = { status: answer.status, text: "", close: () => abort.abort() };
  void (async () => {
    for await (const part of answer.body ?? []) seen.text += Buffer.from(part).toString();
  })().catch(() => undefined);
  return seen;
}

describe("34: two modules on one site, and two visitors of one module", () => {
  test("see the same person under ids that cannot be compared", () => {
    assert.equal(new Set([inA, inB, otherInA].map(subOf)).size, 3);
  });

  test("have documents of their own: those of others can be neither read, changed, deleted nor listed", async () => {
    const id = "shared-name";
    const made = await ask(two.probe, inA, { method: "POST", endpoint: "/storage/notes", data: { id, data: { text: "of A, by the first" } } });
    assert.equal(made.status, 200);
    for (const [who, installation, token] of [
      ["another module, for the same person", two.villain, inB],
      ["another person, of the same module", two.probe, otherInA],
    ] as const) {
      for (const [method, data] of [["GET"], ["PATCH", { data: { text: "taken over" } }], ["DELETE"]] as const) {
        const [there, missing] = [
          await ask(installation, token, { method, endpoint: `/storage/notes/${id}`, data }),
          await ask(installation, token, { method, endpoint: "/storage/notes/never-was", data }),
        ];
        assert.equal(there.code, "not_found", `${who}: ${method}`);
        assert.deepEqual(alike(there, id), alike(missing, "never-was"));
      }
      for (const query of [{}, { filter: { text: "of A, by the first" } }, { visitor: subOf(inA) }, { sort: "-createdAt" }]) {
        assert.deepEqual((await ask(installation, token, { method: "GET", endpoint: "/storage/notes", data: query })).data, { items: [], next: null }, who);
      }
    }
    const list = (await ask(two.probe, inA, { method: "GET", endpoint: "/storage/notes" })).data;
    assert.deepEqual(
      list.items.map(({ data, mine, version }: Record<string, unknown>) => [data, mine, version]),
      [[{ text: "of A, by the first" }, true, 1]],
      "its own it reads, as it was",
    );
  });

  test("may give their documents the same ids: an id belongs to one module", async () => {
    assert.equal((await ask(two.probe, inA, { method: "POST", endpoint: "/storage/notes", data: { id: "same", data: { text: "of A" } } })).status, 200);
    assert.equal((await ask(two.villain, inB, { method: "POST", endpoint: "/storage/notes", data: { id: "same", data: { text: "of B" } } })).status, 200);
    assert.equal((await ask(two.villain, inB, { method: "DELETE", endpoint: "/storage/notes/same" })).status, 200);
    assert.equal((await ask(two.probe, inA, { method: "GET", endpoint: "/storage/notes/same" })).data.data.text, "of A");
  });

  test("cannot choose a namespace by the path, the body or a token of the neighbour", async () => {
    for (const endpoint of [
      `/storage/${two.probe}/notes`,
      `/storage/notes/..%2f..%2f${two.probe}%2fsame`,
      `/storage/${two.probe}:notes`,
      "/storage/notes/../same",
    ]) {
      const { status, data } = await ask(two.villain, inB, { method: "GET", endpoint });
      assert.ok(status >= 400 && data === undefined, endpoint);
    }
    for (const more of [{ installation: two.probe }, { installationId: two.probe }, { agencyId: two.platform.seeded.agencyId }, { author: "member" }]) {
      assert.equal(
        (await ask(two.villain, inB, { method: "POST", endpoint: "/storage/notes", data: { id: "x", data: { text: "x" }, ...more } })).code,
        "validation_failed",
      );
    }
    assert.equal(
      (await ask(two.villain, inB, { method: "POST", endpoint: "/storage/notes", data: { data: { text: "x" }, visitor: subOf(inA) } })).code,
      "permission_denied",
    );
    assert.equal((await ask(two.probe, inB, { method: "GET", endpoint: "/storage/notes" })).status, 401);
  });

  test("cannot reach the documents of others with a forged cursor", async () => {
    const cursor = Buffer.from(JSON.stringify(["2000-01-01T00:00:00.000000Z", "x"])).toString("base64url");
    assert.deepEqual((await ask(two.probe, otherInA, { method: "GET", endpoint: "/storage/notes", data: { cursor } })).data.items, []);
    assert.ok((await ask(two.probe, inA, { method: "GET", endpoint: "/storage/notes", data: { cursor } })).data.items.length >= 2);
  });

  test("cannot delete each other's files, and deleting one's own file leaves the same bytes of the other", async () => {
    const text = randomBytes(20).toString("hex");
    const { hash, url } = JSON.parse((await upload(two.probe, inA, text)).body) as { hash: string; url: string };
    const never = "0".repeat(64);
    for (const [installation, token] of [
      [two.villain, inB],
      [two.probe, otherInA],
    ] as const) {
      const [there, missing] = [
        await ask(installation, token, { method: "DELETE", endpoint: `/media/${hash}` }),
        await ask(installation, token, { method: "DELETE", endpoint: `/media/${never}` }),
      ];
      assert.deepEqual([there.code, alike(there, hash)], ["not_found", alike(missing, never)]);
      assert.equal((await upload(installation, token, text)).status, 201, "the same bytes may be anybody's");
    }
    assert.equal((await ask(two.villain, inB, { method: "DELETE", endpoint: `/media/${hash}` })).status, 200, "B deletes its own");
    assert.equal(
      (await ask(two.probe, otherInA, { method: "DELETE", endpoint: `/media/${hash}` })).code,
      "not_found",
      "who sends what is there does not come to own it",
    );
    const host = `media.localhost:${two.platform.port}`;
    const served = () => dialPort(two.platform.port, new URL(url).pathname, { host });
    assert.deepEqual([(await served()).status, (await served()).body], [200, text]);
    assert.equal((await ask(two.probe, inA, { method: "DELETE", endpoint: `/media/${hash}` })).status, 200);
    assert.equal((await served()).status, 404);
  });

  test("get no events about each other's changes", async () => {
    const streams = { mine: await listen(two.probe, inA), neighbour: await listen(two.villain, inB), stranger: await listen(two.probe, otherInA) };
    try {
      assert.deepEqual(
        Object.values(streams).map(({ status }) => status),
        [200, 200, 200],
      );
      await sleep(300);
      assert.equal((await ask(two.probe, inA, { method: "POST", endpoint: "/storage/notes", data: { id: "heard-by-one", data: { text: "x" } } })).status, 200);
      for (const end = Date.now() + 3_000; !streams.mine.text.includes("heard-by-one") && Date.now() < end; ) await sleep(20);
      assert.ok(streams.mine.text.includes("heard-by-one"), "who wrote it hears of it");
      // One of their own after it, so that what is not heard is not merely late.
      await ask(two.villain, inB, { method: "POST", endpoint: "/storage/notes", data: { id: "of-the-neighbour", data: { text: "x" } } });
      await ask(two.probe, otherInA, { method: "POST", endpoint: "/storage/notes", data: { id: "of-the-stranger", data: { text: "x" } } });
      for (const end = Date.now() + 3_000; Date.now() < end; await sleep(20)) {
        if (streams.neighbour.text.includes("of-the-neighbour") && streams.stranger.text.includes("of-the-stranger")) break;
      }
      assert.ok(streams.neighbour.text.includes("of-the-neighbour") && !/heard-by-one|of-the-stranger/.test(streams.neighbour.text));
      assert.ok(streams.stranger.text.includes("of-the-stranger") && !/heard-by-one|of-the-neighbour/.test(streams.stranger.text));
      assert.ok(!/of-the-stranger|of-the-neighbour/.test(streams.mine.text));
    } finally {
      for (const { close } of Object.values(streams)) close();
    }
  });
});
