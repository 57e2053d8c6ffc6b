import { assert } from "chai";
import { BridgeClosed, RequestFailed } from "../src/errors.ts";
import { createRequests } from "../src/requests.ts";

interface Sent {
  readonly type: string;
  readonly requestId: number;
}

function opened(timeoutMs = 5_000) {
  const sent: Sent[] = [];
  const requests = createRequests((message) => sent.push(message as Sent), timeoutMs);
  return { sent, requests };
}

const error = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.fail("was answered"),
    (one: RequestFailed) => one,
  );

describe("a module's calls", () => {
  it("are answered by their number, in any order", async () => {
    const { sent, requests } = opened();
    const [first, second] = [requests.request("GET", "/a"), requests.request("GET", "/b")];
    requests.receive({ type: "API_RESPONSE", requestId: sent[1]?.requestId as number, status: 200, data: "b" });
    requests.receive({ type: "API_RESPONSE", requestId: sent[0]?.requestId as number, status: 200, data: "a" });
    assert.deepEqual(await Promise.all([first, second]), ["a", "b"]);
  });

  it("fail after their own timeout each, and are cancelled at the shell", async () => {
    const { sent, requests } = opened(2_000);
    const started = performance.now();
    const late = error(requests.request("GET", "/late", undefined, { timeoutMs: 120 }));
    const soon = error(requests.request("GET", "/soon", undefined, { timeoutMs: 30 }));
    assert.equal((await soon).code, "timeout");
    assert.isBelow(performance.now() - started, 110);
    assert.equal((await late).code, "timeout");
    assert.deepEqual(
      sent.filter(({ type }) => type === "API_CANCEL").map(({ requestId }) => requestId),
      [2, 1],
    );
  });

  it("are cancelled by their signal, before and after they are sent", async () => {
    const { sent, requests } = opened();
    assert.equal((await error(requests.request("GET", "/a", undefined, { signal: AbortSignal.abort() }))).code, "cancelled");
    assert.lengthOf(sent, 0);
    const controller = new AbortController();
    const running = error(requests.request("GET", "/a", undefined, { signal: controller.signal }));
    controller.abort();
    assert.equal((await running).code, "cancelled");
    assert.deepEqual(
      sent.map(({ type }) => type),
      ["API_REQUEST", "API_CANCEL"],
    );
  });

  it("fail with a code, the missing permission and a sentence that says what to do", async () => {
    const { requests } = opened();
    const refused = error(requests.request("GET", "/site"));
    requests.receive({ type: "API_DENIED", requestId: 1, code: "permission_denied", permission: "read:site" });
    const { code, permission, message } = await refused;
    assert.deepEqual([code, permission, message], ["permission_denied", "read:site", "Ask for read:site in the manifest and have it granted."]);
  });

  it("fail when the bridge is closed, and no call begins after that", async () => {
    const { requests } = opened();
    const running = error(requests.request("GET", "/a"));
    requests.close();
    assert.instanceOf(await running, BridgeClosed);
    assert.instanceOf(await error(requests.request("GET", "/a")), BridgeClosed);
  });
});
