import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { InstallationId } from "@dramac/contracts";
import { createModuleLimits, PER_MINUTE } from "../src/routes/module-limits.ts";
import type { Caller } from "../src/services/caller.ts";

const caller = (installation: string, agencyId: string, sub?: string) => ({ sub, installation: { id: installation, agencyId } }) as unknown as Caller;
const here = "here" as InstallationId;
const there = "there" as InstallationId;

/** The number of tries that are not refused. */
async function admitted(tries: number, ask: (at: number) => Promise<void>): Promise<number> {
  let count = 0;
  for (let at = 0; at < tries; at++)
    await ask(at).then(
      () => count++,
      () => undefined,
    );
  return count;
}

describe("rates", () => {
  test("a network has a rate per installation, and can still call another installation", async () => {
    const limits = createModuleLimits();
    assert.equal(await admitted(2_000, () => limits.call("one", here)), PER_MINUTE.callsOfNetworkToInstallation);
    await limits.call("one", there);
    await limits.call("two", here);
  });

  test("a network has a rate over all installations", async () => {
    const limits = createModuleLimits();
    assert.equal(await admitted(7_000, (at) => limits.call("one", `${at}` as InstallationId)), PER_MINUTE.callsOfNetwork);
    await limits.call("two", here);
  });

  test("a visitor has a rate of its own", async () => {
    const limits = createModuleLimits();
    assert.equal(await admitted(1_000, () => limits.caller(caller("here", "agency", "anna"))), PER_MINUTE.callsOfVisitor);
    await limits.caller(caller("here", "agency", "ben"));
    await limits.caller(caller("here", "agency"));
  });

  test("an installation has a rate over all its visitors, and another installation is not affected", async () => {
    const limits = createModuleLimits();
    assert.equal(await admitted(31_000, (at) => limits.caller(caller("here", "agency", `v${at}`))), PER_MINUTE.callsToInstallation);
    await limits.caller(caller("there", "agency", "anna"));
  });

  test("a tenant has a rate over all its installations, and another tenant is not affected", async () => {
    const limits = createModuleLimits();
    assert.equal(await admitted(121_000, (at) => limits.caller(caller(`i${at % 10}`, "agency"))), PER_MINUTE.callsToTenant);
    await limits.caller(caller("i1x", "another"));
  });

  test("count sessions by network and installation, with room for many installations", async () => {
    const limits = createModuleLimits();
    assert.equal(await admitted(200, () => limits.session("one", here)), PER_MINUTE.sessionsOfNetworkForInstallation);
    await limits.session("one", there);
    assert.ok((await admitted(2_000, (at) => limits.session("one", `${at}` as InstallationId))) < PER_MINUTE.sessionsOfNetwork);
  });

  test("count usage by network and surface, in beacons and in events", async () => {
    const limits = createModuleLimits();
    assert.equal(await admitted(300, () => limits.usage("one", "shop", 1)), PER_MINUTE.beaconsOfNetworkOnSurface);
    await limits.usage("one", "other", 1);
    assert.equal(await admitted(20, () => limits.usage("two", "shop", 200)), PER_MINUTE.eventsOfNetworkOnSurface / 200);
    await limits.usage("three", "shop", 200);
  });
});
