import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isAtLeast, type Operation, OPERATIONS, PERMISSIONS, type Permission, type Principal, SURFACE_KINDS, type SurfaceKind } from "@dramac/contracts";
import { dialPort, startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, makeAgency } from "../management/api.ts";
import { createAgencyApi } from "../management/agency-api.ts";
import { type Backend, createPages, startBackend } from "./backend.ts";

/*
 * Every operation of the registry × who asks × where × what the manifest asks for × what is granted × whether it runs, over HTTP.
 * What is added to the registry is tried here by itself. What is allowed is said here once more, apart from the code that decides it.
 */
const HOST = "https://members.example";
const CALLED = "api.partner-one.com";
const ALL: readonly Permission[] = PERMISSIONS;
/** The codes of the permission checks. Any other answer has passed all checks. */
const DENIALS = new Set([
  "permission_denied",
  "principal_too_low",
  "surface_not_allowed",
  "unauthorized",
  "token_expired",
  "gone",
  "unknown_operation",
  "not_available_here",
]);

const MANIFEST = {
  permissions: ALL,
  connect: [{ host: CALLED, visitor: ["GET /*", "POST /*", "PUT /*", "PATCH /*", "DELETE /*"] }],
  collections: { notes: { visitor: ["create", "read", "update:own", "delete:own"], member: ["create", "read", "update", "delete"], schema: {} } },
  presentation: { kind: "inline" },
};
const LEVELS = {
  site: { entryPoints: { siteBody: "main.js" }, hooks: ["site:page:after"] },
  client: { entryPoints: { portalPage: "main.js" }, hooks: ["portal:sidebar"] },
  agency: { entryPoints: { dashboardPage: "main.js", agencyWidget: "main.js" }, hooks: ["dashboard:sidebar", "agency:home:widget"] },
} as const;
type Level = keyof typeof LEVELS;
const LEVEL_OF: Readonly<Record<SurfaceKind, Level>> = { site: "site", portal: "client", dashboard: "agency", agency: "agency" };
/** Who may open a session where. */
const AT_HOME: Readonly<Record<SurfaceKind, readonly Principal[]>> = {
  site: ["visitor", "client_member", "agency_member"],
  portal: ["client_member", "agency_member"],
  dashboard: ["agency_member"],
  agency: ["agency_member"],
};

let platform: TestPlatform;
let own: Agency;
let agencyApi: ReturnType<typeof createAgencyApi>;
const backends = {} as Record<"client_member" | "agency_member", Backend>;
const installations = {} as Record<Level, { readonly id: string; readonly path: string }>;
const pages = {} as Record<SurfaceKind, ReturnType<typeof createPages>>;

before(async () => {
  platform = await startPlatform(() => [], {
    environment: { TRUSTED_PROXIES: "1" },
    managementRates: { perKey: 1e6, perNetwork: 1e6 },
    network: { resolve: async () => [], connect: () => assert.fail("nothing is called") },
  });
  own = await makeAgency(platform, "own");
  agencyApi = createAgencyApi(platform, own);
  const roots = { site: `/api/sites/${own.ids.siteId}`, client: `/api/clients/${own.ids.clientId}`, agency: `/api/agencies/${own.ids.agencyId}` };
  for (const level of Object.keys(LEVELS) as Level[]) {
    const slug = `asks-${level}`;
    const moduleId = await agencyApi.publish(slug, { ...MANIFEST, ...LEVELS[level], installLevel: level });
    const made = await agencyApi.asOwner("POST", `${roots[level]}/installations`, { moduleId });
    installations[level] = { id: made.body.id, path: `${roots[level]}/installations/${made.body.id}` };
    // A version that asks for nothing, to be pinned.
    await agencyApi.publish(slug, { ...MANIFEST, ...LEVELS[level], installLevel: level, permissions: [], version: "2.0.0" });
    await agencyApi.asOwner("PUT", `${installations[level].path}/version`, { version: "1.0.0" });
  }
  for (const kind of SURFACE_KINDS) {
    const root = { site: roots.site, portal: roots.client, dashboard: roots.agency, agency: roots.agency }[kind];
    const more = kind === "dashboard" || kind === "agency" ? { kind } : {};
    pages[kind] = createPages(platform, (await agencyApi.asOwner("POST", `${root}/surfaces`, { name: kind, origins: [HOST], ...more })).body.key, HOST);
  }
  backends.client_member = await startBackend(platform, own, { role: "client_member", clientId: own.ids.clientId as string });
  backends.agency_member = await startBackend(platform, own, { role: "agency_member" });
});
after(() => platform?.close());

/** An endpoint of an operation, with its open segments filled. */
const endpointOf = ({ path }: Operation) => path.replace("*", `${CALLED}/v1`).replace(":collection", "notes").replace(/:\w+/, "none");

interface Circumstances {
  readonly asked: readonly Permission[];
  readonly granted: readonly Permission[];
  readonly runs: boolean;
}

function isAllowed({ permission, least, surfaces }: Operation, principal: Principal, surface: SurfaceKind, { asked, granted, runs }: Circumstances): boolean {
  const isHeld = permission === null || (asked.includes(permission) && granted.includes(permission));
  return runs && isHeld && isAtLeast(principal, least) && surfaces.includes(surface);
}

async function setUp({ asked, granted, runs }: Circumstances): Promise<void> {
  for (const { path } of Object.values(installations)) {
    const put = async (method: string, route: string, body: object) => assert.equal((await agencyApi.asOwner(method, `${path}${route}`, body)).status, 200);
    await put("PUT", "/version", { version: "1.0.0" });
    await put("PUT", "/grants", { permissions: granted });
    if (!asked.length) await put("PUT", "/version", { version: "2.0.0" });
    await put("PATCH", "", { enabled: runs });
  }
  await follow();
}

/** Waits until the node has heard of every change: it hears of them in order. */
async function follow(): Promise<void> {
  const locale = `en-${String.fromCharCode(65 + ++changes / 26, 65 + (changes % 26))}`;
  const surfaces = `/api/sites/${own.ids.siteId}/surfaces`;
  const [surface] = (await agencyApi.asOwner("GET", surfaces)).body.items.filter(({ name }: { name: string }) => name === "site");
  await agencyApi.asOwner("PATCH", `${surfaces}/${surface.id}`, { locale });
  const end = Date.now() + 2_000;
  const shown = async () => JSON.parse((await dialPort(platform.port, `/api/surfaces/${surface.key}/plan`)).body).surface.locale;
  while ((await shown()) !== locale) assert.ok(Date.now() < end, "a change took longer than two seconds");
}
let changes = 0;

/** The operations that pass all checks for a principal. */
async function passing(principal: Principal, kind: SurfaceKind): Promise<string[]> {
  const { id } = installations[LEVEL_OF[kind]];
  const token = principal === "super_admin" ? platform.seeded.keys.superAdmin : await openSession(principal, kind);
  if (token === undefined) return [];
  const passed: string[] = [];
  for (const operation of OPERATIONS) {
    const { body } = await pages[kind].call(id, token, {
      method: operation.method,
      endpoint: endpointOf(operation),
      data: operation.method === "GET" ? undefined : {},
    });
    if (!DENIALS.has(body?.code)) passed.push(`${operation.method} ${operation.path}`);
  }
  return passed;
}

async function openSession(principal: Exclude<Principal, "super_admin">, kind: SurfaceKind): Promise<string | undefined> {
  const { id } = installations[LEVEL_OF[kind]];
  const about = principal === "agency_member" ? { client: own.ids.clientId } : {};
  const identity = principal === "visitor" ? { visitor: null } : { assertion: await backends[principal].sign({ sub: crypto.randomUUID(), ...about }) };
  const { status, body } = await pages[kind].session(id, identity);
  assert.ok(status === 200 || DENIALS.has(body.code), JSON.stringify(body));
  return status === 200 ? body.token : undefined;
}

const CIRCUMSTANCES: readonly (readonly [name: string, Circumstances])[] = [
  ["everything that is asked for is granted", { asked: ALL, granted: ALL, runs: true }],
  ["nothing is granted", { asked: ALL, granted: [], runs: true }],
  ["nothing is asked for", { asked: [], granted: ALL, runs: true }],
  ["it does not run", { asked: ALL, granted: ALL, runs: false }],
  ...ALL.map((one) => [`all but ${one} is granted`, { asked: ALL, granted: ALL.filter((other) => other !== one), runs: true }] as const),
];

for (const [name, circumstances] of CIRCUMSTANCES) {
  describe(`20: where ${name}`, () => {
    before(() => setUp(circumstances));
    for (const kind of SURFACE_KINDS) {
      // Programs with a key stand on no surface; they count as being at an agency's.
      const principals: readonly Principal[] =
        kind === "agency" ? ["visitor", "client_member", "agency_member", "super_admin"] : ["visitor", "client_member", "agency_member"];
      for (const principal of principals) {
        test(`20: a ${principal} on a ${kind} may do exactly what manifest, grant, principal, surface and entitlement allow`, async () => {
          const isHome = principal === "super_admin" || AT_HOME[kind].includes(principal);
          const expected = isHome ? OPERATIONS.filter((operation) => isAllowed(operation, principal, kind, circumstances)) : [];
          assert.deepEqual(
            await passing(principal, kind),
            expected.map(({ method, path }) => `${method} ${path}`),
          );
        });
      }
    }
  });
}
