import { assert } from "chai";
import { openSession } from "./helpers/opened-session.ts";
import { openPlatform, problem, session as opened } from "./helpers/platform.ts";
import { until } from "./helpers/until.ts";

const GET = { method: "GET" };

/** The assertion and the previous token in the body of a session request. */
function identityOf({ body }: { body: string }): (string | undefined)[] {
  const { assertion, previous } = JSON.parse(body) as { assertion?: string; previous?: string };
  return [assertion, previous];
}

describe("session", () => {
  it("is opened once by the first call, and sends its token with every call", async () => {
    const platform = await openPlatform({ sessions: [opened("t1", { visitor: "v1" })], proxy: [{ body: "ok" }] });
    const { session, sessions, stored } = openSession(platform.url, null);
    assert.lengthOf(await platform.asked("sessions"), 0);
    await Promise.all([1, 2, 3].map(() => session.call("proxy", GET)));
    const [one, ...more] = await platform.asked("sessions");
    assert.deepEqual(JSON.parse(one?.body ?? ""), {
      installation: "00000000-0000-4000-8000-000000000001",
      surface: "surface-1",
      hostOrigin: "https://host.example",
      visitor: null,
    });
    assert.lengthOf(more, 0);
    assert.deepEqual(
      (await platform.asked("proxy")).map(({ authorization }) => authorization),
      ["Bearer t1", "Bearer t1", "Bearer t1"],
    );
    assert.deepEqual([sessions.map(({ token }) => token), stored], [["t1"], ["v1"]]);
  });

  it("stores the visitor's own credential when the platform issues no other", async () => {
    const platform = await openPlatform({ sessions: [opened("t1")] });
    const { session, stored } = openSession(platform.url, "mine");
    await session.get();
    assert.deepEqual(stored, ["mine"]);
  });

  it("is renewed before it expires", async () => {
    const platform = await openPlatform({ sessions: [opened("t1", { renewInMs: 50 }), opened("t2")] });
    const { session } = openSession(platform.url);
    assert.equal((await session.get()).token, "t1");
    await until(async () => (await session.get()).token === "t2");
    assert.lengthOf(await platform.asked("sessions"), 2);
  });

  it("is renewed with the previous token, for the same person", async () => {
    const platform = await openPlatform({ sessions: [opened("t1", { renewInMs: 50 }), opened("t2")] });
    const { session } = openSession(platform.url, undefined, {}, ["jwt"]);
    await session.get();
    await until(async () => (await session.get()).token === "t2");
    assert.deepEqual((await platform.asked("sessions")).map(identityOf), [
      ["jwt", undefined],
      [undefined, "t1"],
    ]);
  });

  it("is a new one after the person has changed", async () => {
    const platform = await openPlatform({ sessions: [opened("t1"), opened("t2")] });
    const { session } = openSession(platform.url, undefined, {}, ["first", "second"]);
    await session.get();
    session.identify();
    assert.equal((await session.get()).token, "t2");
    assert.deepEqual((await platform.asked("sessions")).map(identityOf), [
      ["first", undefined],
      ["second", undefined],
    ]);
  });

  it("does not renew with a token that was requested for the previous person", async () => {
    const platform = await openPlatform({ sessions: [{ ...opened("t1"), afterMs: 100 }, opened("t2")] });
    const { session } = openSession(platform.url, undefined, {}, ["first", "second"]);
    const late = session.get();
    session.identify();
    await session.get();
    await late;
    session.identify();
    await session.get();
    assert.deepEqual(
      (await platform.asked("sessions")).map(identityOf).map(([, previous]) => previous),
      [undefined, undefined, undefined],
    );
  });

  it("is opened again by the next call after a failure", async () => {
    const platform = await openPlatform({ sessions: [problem(503, "unavailable"), { cut: true }, opened("t1")] });
    const { session, stored } = openSession(platform.url, "mine");
    const codes = [];
    for (const _ of [1, 2]) codes.push(await session.get().catch(({ code }: { code: string }) => code));
    assert.deepEqual(codes, ["unavailable", "unreachable"]);
    assert.equal((await session.get()).token, "t1");
    assert.deepEqual(stored, ["mine", "mine", "mine"], "shells that wait for a credential are released");
  });

  it("replaces a token that expired early, once", async () => {
    const expired = problem(401, "token_expired");
    const platform = await openPlatform({ sessions: [opened("t1"), opened("t2")], proxy: [expired, { body: "ok" }, expired] });
    const { session } = openSession(platform.url);
    assert.equal(await (await session.call("proxy", GET)).text(), "ok");
    assert.deepEqual(
      (await platform.asked("proxy")).map(({ authorization }) => authorization),
      ["Bearer t1", "Bearer t2"],
    );
    assert.equal(await session.call("proxy", GET).catch(({ code }: { code: string }) => code), "token_expired");
    assert.lengthOf(await platform.asked("proxy"), 4);
  });

  it("reports that the installation is gone, from both routes", async () => {
    const gone = problem(410, "gone", "Cancelled.");
    for (const answers of [{ sessions: [gone] }, { sessions: [opened("t1")], proxy: [gone] }]) {
      const one = openSession((await openPlatform(answers)).url);
      assert.equal(await one.session.call("proxy", GET).catch(({ code }: { code: string }) => code), "gone");
      assert.deepEqual(one.gone, ["Cancelled."]);
    }
  });
});
