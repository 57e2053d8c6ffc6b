import { LIMITS } from "@dramac/contracts/limits";
import { assert } from "chai";
import { parseMessage } from "../src/parse-message.ts";

const parse = (data: unknown) => parseMessage(data, LIMITS);

describe("a message of port B", () => {
  it("is valid when it matches its schema", () => {
    assert.deepEqual(parse('{"type":"RESIZE","height":10}'), { message: { type: "RESIZE", height: 10 } });
  });

  it("is measured before it is parsed", () => {
    assert.equal(parse("x".repeat(LIMITS.messageBytes + 1)).code, "message_too_large");
    assert.equal(parse("x".repeat(LIMITS.messageBytes)).code, "malformed_message");
  });

  it("loses own __proto__ keys in any notation", () => {
    for (const key of ["__proto__", "\\u005f_proto__"]) {
      const parsed = parse(`{"type":"EVENT","topic":"a","detail":{"${key}":{"polluted":true},"other":1}}`);
      assert.deepEqual(parsed, { message: { type: "EVENT", topic: "a", detail: { other: 1 } } } as never, key);
    }
  });

  it("is refused at once when it is neither text nor holds a Blob, even at fifty megabytes", () => {
    const started = performance.now();
    for (const data of [null, 5, [], {}, new Uint8Array(50_000_000), { blob: "no" }]) assert.equal(parse(data).code, "malformed_message");
    assert.isBelow(performance.now() - started, 1_000);
  });

  it("may be a file with its Blob", () => {
    const blob = new Blob(["a"], { type: "text/csv" });
    const download = { type: "DOWNLOAD", name: "a.csv", mime: "text/csv", blob };
    assert.deepEqual(parse(download), { message: download } as never);
    assert.equal(parse({ ...download, extra: 1 }).code, "malformed_message");
    assert.equal(parseMessage(download, { ...LIMITS, uploadBytes: 0 }).code, "message_too_large");
  });
});
