import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { installationLabel, type InstallationId } from "@dramac/contracts";
import { type Answer, type Call, dialPort, startSharedCache, startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "../management/api.ts";
import { publishLevels } from "../management/installed.ts";

interface Tenant {
  readonly agency: Agency;
  readonly key: string;
  readonly installation: string;
  readonly frames: string;
  readonly origin: string;
  /** Words that stand in what is this tenant's, and must stand in nothing of another's. */
  readonly marks: readonly string[];
}

let platform: TestPlatform;
let cache: Awaited<ReturnType<typeof startSharedCache>>;
let tenants: readonly [Tenant, Tenant];
let hash = "";

before(async () => {
  platform = await startPlatform(() => [], { fixtures: ["probe"] });
  await publishLevels(platform);
  tenants = [await makeTenant("one"), await makeTenant("two")];
  const [row] = await platform.database.withPlatform("test look-up", (tx) => tx`select package_hash from modules where slug = 'probe'`);
  hash = row?.package_hash as string;
  cache = await startSharedCache(platform.port);
});
after(async () => {
  await cache?.close();
  await platform?.close();
});

async function makeTenant(slug: string): Promise<Tenant> {
  const agency = await makeAgency(platform, slug);
  const { siteId, siteSurface = "", siteInstallation: installation = "", agencyId = "" } = agency.ids;
  const origin = `https://${slug}.example`;
  const { body } = await call(platform, {
    key: agency.keys.agency_owner,
    method: "PATCH",
    path: `/api/sites/${siteId}/surfaces/${siteSurface}`,
    body: { origins: [origin] },
  });
  const label = installationLabel(installation as InstallationId);
  const frames = `${label}.frames.localhost:${platform.port}`;
  return { agency, key: body.key, installation, frames, origin, marks: [body.key, installation, agencyId, label, origin] };
}

/** What is asked for on behalf of one tenant, with what every asker sends besides. */
function questions({ key, installation, frames, agency, origin }: Tenant): readonly (readonly [path: string, call: Call])[] {
  const { agencyId, clientId, siteId } = agency.ids;
  const authorization = `Bearer ${agency.keys.agency_owner}`;
  const managed = [
    `/api/me`,
    `/api/agencies/${agencyId}`,
    `/api/agencies/${agencyId}/clients`,
    `/api/clients/${clientId}`,
    `/api/sites/${siteId}/installations`,
    `/api/agencies/${agencyId}/audit`,
    "/api/catalogue",
  ];
  return [
    [`/api/surfaces/${key}/plan`, {}],
    [`/embed/${key}.js`, {}],
    [`/api/surfaces/${key}/fragment`, {}],
    [`/embed/${key}/diagnosis.js?installation=${installation}&origin=${origin}`, {}],
    ["/loader.js", {}],
    ["/openapi.json", {}],
    [`/f/${key}`, { host: frames }],
    [`/p/${hash}/main.js`, { host: frames }],
    ["/nowhere", { host: frames }],
    ...managed.map((path) => [path, { headers: { authorization } }] as const),
  ];
}

const dial = (port: number, [path, asked]: readonly [string, Call], headers: Readonly<Record<string, string>> = {}) =>
  dialPort(port, path, { host: `localhost:${platform.port}`, ...asked, headers: { ...asked.headers, ...headers } });

/** What an answer says, without what is of one request alone. */
const withoutVariableParts = ({ status, headers, body }: Answer) => ({
  status,
  body: body.replace(/"requestId":"[^"]+"/, ""),
  allows: headers["access-control-allow-origin"],
  policy: headers["content-security-policy"],
});

/** Headers that no cache tells requests apart by. */
const UNKEYED: readonly Readonly<Record<string, string>>[] = [
  { "x-forwarded-host": "evil.example" },
  { "x-forwarded-proto": "http", "x-forwarded-port": "1" },
  { forwarded: "host=evil.example;proto=http" },
  { "x-original-url": "/api/me", "x-rewrite-url": "/api/me" },
  { "x-host": "evil.example", "x-forwarded-server": "evil.example", "x-forwarded-prefix": "/evil" },
  { "accept-language": "evil", accept: "text/evil", "user-agent": "evil<script>" },
  { origin: "https://evil.example", referer: "https://evil.example/" },
];

describe("38: two tenants behind one shared cache", () => {
  test("get their own answers, requested alternately from both pages, with and without credentials", async () => {
    const askers = [{}, { origin: tenants[0].origin }, { origin: tenants[1].origin }, { origin: "null" }, { cookie: "session=1" }];
    for (let round = 0; round < 2; round++) {
      for (const headers of askers) {
        const lists = tenants.map(questions);
        for (const at of (lists[0] as (typeof lists)[0]).keys()) {
          for (const [index, tenant] of tenants.entries()) {
            const question = lists[index]?.[at] as readonly [string, Call];
            const through = await dial(cache.port, question, headers);
            assert.deepEqual(
              withoutVariableParts(through),
              withoutVariableParts(await dial(platform.port, question, headers)),
              `${question[0]} ${JSON.stringify(headers)}`,
            );
            const other = tenants[1 - index] as Tenant;
            for (const mark of other.marks) {
              const asked = Object.values(headers).includes(mark);
              assert.ok(asked || !(through.body + JSON.stringify(through.headers)).includes(mark), `${question[0]} holds ${mark} of another tenant`);
            }
            assert.ok(tenant.marks.length);
          }
        }
      }
    }
    assert.ok(cache.hits() > 50, `what may be kept was kept: ${cache.hits()} hits`);
  });

  test("get their own plans and documents, which the cache stores", async () => {
    for (const { key, frames, installation, origin } of tenants) {
      const before = cache.hits();
      const [plan, document] = [await dial(cache.port, [`/api/surfaces/${key}/plan`, {}]), await dial(cache.port, [`/f/${key}`, { host: frames }])];
      assert.ok(plan.body.includes(installation) && document.body.includes(key));
      assert.match(String(document.headers["content-security-policy"]), new RegExp(`frame-ancestors ${origin}(?:;|$)`));
      assert.equal(cache.hits(), before + 2);
    }
  });

  test("get nothing on a neighbour's frames host: a document belongs to one installation", async () => {
    const [one, two] = tenants;
    assert.equal((await dial(cache.port, [`/f/${one.key}`, { host: two.frames }])).status, 404);
    assert.equal((await dial(cache.port, [`/f/${one.key}`, { host: one.frames }])).status, 200);
  });

  test("do not depend on headers that a cache ignores, so no client can poison the answer for the next one", async () => {
    for (const headers of UNKEYED) {
      // An empty one for each try, so that the try is the first to ask.
      const spoilt = await startSharedCache(platform.port);
      try {
        for (const question of tenants.flatMap(questions)) {
          await dial(spoilt.port, question, headers);
          const next = await dial(spoilt.port, question);
          assert.deepEqual(
            withoutVariableParts(next),
            withoutVariableParts(await dial(platform.port, question)),
            `${question[0]} after ${JSON.stringify(headers)}`,
          );
          assert.doesNotMatch(next.body, /evil/);
        }
        assert.ok(spoilt.hits() >= tenants.length * 4, "the next one got what was kept");
      } finally {
        await spoilt.close();
      }
    }
  });

  test("answer private data with no-store: sessions, calls, members' plans, keys and refusals", async () => {
    const [one] = tenants;
    const answers = [
      await dial(platform.port, ["/api/me", { headers: { authorization: `Bearer ${one.agency.keys.agency_owner}` } }]),
      await dial(platform.port, ["/api/me", {}]),
      await dial(platform.port, ["/nowhere", {}]),
      await dial(platform.port, [`/f/${one.key}x`, { host: one.frames }]),
      await dial(platform.port, [
        `/api/surfaces/${one.key}/plan`,
        { method: "POST", headers: { "content-type": "application/json", origin: one.origin }, body: "{}" },
      ]),
      await dial(platform.port, [
        `/api/sessions`,
        {
          method: "POST",
          headers: { "content-type": "application/json", origin: `http://${one.frames}` },
          body: JSON.stringify({ installation: one.installation, surface: one.key, hostOrigin: one.origin, visitor: null }),
        },
      ]),
    ];
    for (const { headers } of answers) assert.equal(headers["cache-control"], "no-store");
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 401, 404, 404, 422, 200],
    );
  });
});
