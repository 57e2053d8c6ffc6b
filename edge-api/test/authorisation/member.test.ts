import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MEMBER_SESSION_HOURS, SURFACE_KINDS, type SurfaceKind } from "@dramac/contracts";
import { isRecent, mayUseSurface, type Member, principalOf } from "../../src/services/identity/member.ts";

const memberOf = (changes: Partial<Member>): Member => ({
  keyId: "key",
  jti: "assertion",
  issuer: "client",
  agencyId: "agency",
  clientId: "client",
  siteId: null,
  role: "client_member",
  subject: "ada",
  since: Date.now() / 1_000,
  ...changes,
});
const surfaceOf = (kind: SurfaceKind, changes: { agencyId?: string; clientId?: string | null; siteId?: string | null } = {}) => ({
  kind,
  agencyId: "agency",
  clientId: "client",
  siteId: null,
  ...changes,
});

test("the roles of an agency are one principal", () => {
  assert.equal(principalOf(memberOf({ role: "client_member" })), "client_member");
  for (const role of ["agency_member", "agency_admin", "agency_owner"] as const) assert.equal(principalOf(memberOf({ role })), "agency_member");
});

test("sessions are renewed for some hours after the assertion", ({ mock }) => {
  mock.timers.enable({ apis: ["Date"], now: 1_800_000_000_000 });
  const ago = (seconds: number) => memberOf({ since: Date.now() / 1_000 - seconds });
  assert.equal(isRecent(ago(MEMBER_SESSION_HOURS * 3_600 - 1)), true);
  assert.equal(isRecent(ago(MEMBER_SESSION_HOURS * 3_600)), false);
});

describe("a member of a client", () => {
  test("uses the portal and the sites of that client, and no dashboard or surface of the agency", () => {
    assert.deepEqual(
      SURFACE_KINDS.map((kind) => mayUseSurface(memberOf({}), surfaceOf(kind))),
      [true, true, false, false],
    );
  });

  test("uses no surface of another client, of no client or of another agency", () => {
    for (const changes of [{ clientId: "another" }, { clientId: null }, { agencyId: "another" }]) {
      assert.equal(mayUseSurface(memberOf({}), surfaceOf("portal", changes)), false, JSON.stringify(changes));
    }
  });

  test("whose page is about one site uses that site and the portal, and no other site", () => {
    const member = memberOf({ siteId: "site" });
    assert.equal(mayUseSurface(member, surfaceOf("site", { siteId: "site" })), true);
    assert.equal(mayUseSurface(member, surfaceOf("portal")), true);
    assert.equal(mayUseSurface(member, surfaceOf("site", { siteId: "another" })), false);
    assert.equal(mayUseSurface(memberOf({}), surfaceOf("site", { siteId: "another" })), true);
  });
});

describe("a person of an agency", () => {
  const person = memberOf({ role: "agency_member", clientId: null });

  test("uses every surface of that agency, and none of another", () => {
    for (const kind of SURFACE_KINDS) {
      assert.equal(mayUseSurface(person, surfaceOf(kind)), true, kind);
      assert.equal(mayUseSurface(person, surfaceOf(kind, { clientId: null })), true, kind);
      assert.equal(mayUseSurface(person, surfaceOf(kind, { agencyId: "another" })), false, kind);
    }
  });

  test("whose page is about one client or site uses no surface of another", () => {
    const about = { ...person, clientId: "client", siteId: "site" };
    assert.equal(mayUseSurface(about, surfaceOf("portal")), true);
    assert.equal(mayUseSurface(about, surfaceOf("dashboard", { clientId: null })), true);
    assert.equal(mayUseSurface(about, surfaceOf("site", { siteId: "site" })), true);
    assert.equal(mayUseSurface(about, surfaceOf("portal", { clientId: "another" })), false);
    assert.equal(mayUseSurface(about, surfaceOf("site", { siteId: "another" })), false);
  });
});
