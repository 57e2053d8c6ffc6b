import { assert } from "chai";
import { brokered } from "./helpers/brokered.ts";
import { openPlatform, problem, session } from "./helpers/platform.ts";
import { pause, until } from "./helpers/until.ts";

const slow = () => openPlatform({ sessions: [session("t1")], proxy: [{ body: { status: 200 }, afterMs: 300 }] });

describe("a call that ends early", () => {
  it("is cancelled by its requestId, which is free again", async () => {
    const { call, broker, codes, sent } = brokered((await slow()).url);
    call(1);
    call(2);
    broker.cancel(1);
    broker.cancel(99);
    await until(() => codes().length > 0);
    assert.deepEqual(codes(), ["1 cancelled"]);
    call(1);
    await until(() => sent.length === 2);
    assert.deepEqual(codes(), ["1 cancelled"]);
  });

  it("is cancelled when the shell stops", async () => {
    const { call, controller, codes, sent } = brokered((await slow()).url);
    call(1);
    await pause(30);
    controller.abort();
    await until(() => codes().length > 0);
    assert.deepEqual([codes(), sent], [["1 cancelled"], []]);
  });

  it("ends after its time limit", async () => {
    const { call, codes } = brokered((await slow()).url, [], { requestMs: 50 });
    call(1);
    await until(() => codes().length > 0);
    assert.deepEqual(codes(), ["1 unreachable"]);
  });
});

describe("an upload", () => {
  const file = { type: "UPLOAD", requestId: 1, collection: "photos", name: "a b.png", mime: "image/png", blob: new Blob(["bytes"]) } as const;

  it("is sent unchanged, with its type and name", async () => {
    const platform = await openPlatform({ sessions: [session("t1")], media: [{ status: 201, body: { url: "u" } }] });
    const { broker, sent } = brokered(platform.url, ["access:storage"]);
    broker.upload(file);
    await until(() => sent.length > 0);
    assert.deepEqual(sent, [{ type: "API_RESPONSE", requestId: 1, status: 201, data: { url: "u" } }]);
    const [asked] = await platform.asked("media");
    assert.deepInclude(asked, { method: "PUT", query: "collection=photos&name=a+b.png", body: "bytes", authorization: "Bearer t1" });
  });

  it("needs its permission, and passes on a refusal", async () => {
    const platform = await openPlatform({ sessions: [session("t1")], media: [problem(413, "payload_too_large")] });
    const without = brokered(platform.url);
    without.broker.upload(file);
    assert.deepInclude(without.denied[0], { code: "permission_denied", permission: "access:storage" });
    const { broker, codes } = brokered(platform.url, ["access:storage"]);
    broker.upload(file);
    await until(() => codes().length > 0);
    assert.deepEqual(codes(), ["1 payload_too_large"]);
  });
});
