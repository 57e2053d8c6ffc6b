import { assert } from "chai";
import { brokered } from "./helpers/brokered.ts";
import { openPlatform, problem, session } from "./helpers/platform.ts";
import { pause, until } from "./helpers/until.ts";

const open = (proxy: Parameters<typeof openPlatform>[0][string], sessions = [session("t1")]) => openPlatform({ sessions, proxy });

describe("a brokered call", () => {
  it("is answered once, with its requestId", async () => {
    const platform = await open([{ body: { requestId: 7, status: 200, data: { a: 1 } } }]);
    const { call, sent, denied } = brokered(platform.url);
    call(7);
    await until(() => sent.length > 0);
    assert.deepEqual(sent, [{ type: "API_RESPONSE", requestId: 7, status: 200, data: { a: 1 } }]);
    assert.deepEqual(denied, []);
    const [{ method, body } = { method: "", body: "" }] = await platform.asked("proxy");
    assert.deepEqual([method, JSON.parse(body)], ["POST", { requestId: 7, method: "GET", endpoint: "/open" }]);
  });

  it("is denied in the shell without an operation or a permission", async () => {
    const platform = await open([{ body: { status: 200 } }]);
    const { call, sent, denied } = brokered(platform.url);
    call(1, "/nowhere");
    call(2, "/open", "DELETE");
    call(3, "/open/more");
    call(4, "/guarded");
    assert.deepEqual(
      denied.map(({ code, requestId, permission }) => [requestId, code, permission]),
      [
        [1, "unknown_operation", undefined],
        [2, "unknown_operation", undefined],
        [3, "unknown_operation", undefined],
        [4, "permission_denied", "read:site"],
      ],
    );
    assert.equal(denied[0]?.text, "There is no GET /nowhere.");
    assert.lengthOf(await platform.asked("proxy"), 0);
    const other = brokered(platform.url, ["read:site"]);
    other.call(5, "/guarded");
    await until(() => other.sent.length > 0);
    assert.deepEqual([sent, other.denied], [[], []]);
  });

  it("is denied while too many calls are running", async () => {
    const platform = await open([{ body: { status: 200 }, afterMs: 60 }]);
    const { call, sent, codes } = brokered(platform.url, [], { inFlight: 2 });
    for (const requestId of [1, 2, 3]) call(requestId);
    assert.deepEqual(codes(), ["3 rate_limited"]);
    await until(() => sent.length === 2);
    await pause(0);
    call(4);
    await until(() => sent.length === 3);
    assert.deepEqual(codes(), ["3 rate_limited"]);
  });

  it("may not use the requestId of a running call", async () => {
    const platform = await open([{ body: { status: 200 }, afterMs: 60 }]);
    const { call, sent, codes } = brokered(platform.url);
    call(1);
    call(1);
    assert.deepEqual(codes(), ["1 malformed_message"]);
    await until(() => sent.length === 1);
    assert.lengthOf(await platform.asked("proxy"), 1);
  });

  it("passes on the platform's error with code, message and permission", async () => {
    const platform = await open([
      problem(403, "permission_denied", "Not yours.", { permission: "read:site" }),
      { status: 502, body: "no problem document" },
      { cut: true },
      { chunks: ['{"status":200'] },
    ]);
    const { call, denied } = brokered(platform.url);
    for (const requestId of [1, 2, 3, 4]) {
      call(requestId);
      await until(() => denied.length === requestId);
    }
    assert.deepEqual(denied[0], { code: "permission_denied", requestId: 1, permission: "read:site", text: "Not yours." });
    assert.deepInclude(denied[1], { code: "unavailable", text: "The platform answered 502." });
    assert.equal(denied[2]?.code, "unreachable", "no answer");
    assert.equal(denied[3]?.code, "unreachable", "an answer that broke off");
  });

  it("continues with a fresh token, and reports that an installation is gone", async () => {
    const platform = await open([problem(401, "token_expired"), { body: { status: 200 } }, problem(410, "gone")], [session("t1"), session("t2")]);
    const { call, sent, codes, gone } = brokered(platform.url);
    call(1);
    await until(() => sent.length === 1);
    call(2);
    await until(() => gone.length === 1);
    await until(() => codes().length === 1);
    assert.deepEqual([codes(), gone], [["2 gone"], ["gone"]]);
  });
});
