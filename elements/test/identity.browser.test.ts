import { assert } from "chai";
import { createIdentity } from "../src/identity.ts";

const SURFACE = `${location.origin}/nowhere`;

/** A backend that answers when the test says so. */
function slowBackend() {
  const answers: ((jwt: string) => void)[] = [];
  return { ask: () => new Promise<string>((resolve) => answers.push(resolve)), answer: (jwt: string) => answers.shift()?.(jwt), asked: () => answers.length };
}

describe("identity", () => {
  it("has no person before the page signs one in and after it signs out", async () => {
    const identity = createIdentity(SURFACE);
    assert.isUndefined(await identity.ask("one"));
    assert.isFalse(identity.set("jwt"));
    assert.equal(await identity.ask("one"), "jwt");
    assert.isTrue(identity.set(null));
    assert.isUndefined(await identity.ask("one"));
  });

  it("shares one assertion among several modules, and fetches another for a module that has used it", async () => {
    const identity = createIdentity(SURFACE);
    let count = 0;
    identity.set(() => `jwt ${++count}`);
    assert.deepEqual([await identity.ask("one"), await identity.ask("two"), await identity.ask("one")], ["jwt 1", "jwt 1", "jwt 2"]);
  });

  it("never returns an assertion about a person who left while the page's backend was answering", async () => {
    const identity = createIdentity(SURFACE);
    const ada = slowBackend();
    identity.set(ada.ask);
    const asked = [identity.ask("one"), identity.ask("two")];
    identity.set("bo");
    ada.answer("ada");
    assert.deepEqual(await Promise.all(asked), ["bo", "bo"]);
    identity.set(ada.ask);
    const last = identity.ask("one");
    identity.set(null);
    ada.answer("ada");
    assert.isUndefined(await last);
  });

  it("returns an empty assertion when the page's backend fails, and asks again the next time", async () => {
    const identity = createIdentity(SURFACE);
    let isDown = true;
    identity.set(() => (isDown ? Promise.reject(new Error("down")) : "jwt"));
    assert.equal(await identity.ask("one"), "");
    isDown = false;
    assert.equal(await identity.ask("one"), "jwt");
  });
});
