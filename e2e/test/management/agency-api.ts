import { publishFixture, type TestPlatform } from "../../src/index.ts";
import { type Agency, call } from "./api.ts";
import { sampleOf } from "./samples.ts";

/** What the tests of selling and installing do again and again, as the platform and as an agency's owner. */
export function createAgencyApi(platform: TestPlatform, agency: Agency) {
  const asRoot = (method: string, path: string, body?: object) => call(platform, { key: platform.seeded.keys.superAdmin, method, path, body });
  const asOwner = (method: string, path: string, body?: object) => call(platform, { key: agency.keys.agency_owner, method, path, body });
  const { agencyId, clientId } = agency.ids;
  return {
    asRoot,
    asOwner,
    /** Publishes the probe under another slug, with more in its manifest. @returns the module's id */
    async publish(slug: string, more: object = {}): Promise<string> {
      await publishFixture(platform.database, "probe", (manifest) => Object.assign(manifest, { id: slug, slug, name: slug, ...more }));
      return (await asRoot("GET", `/api/admin/modules?text=${slug}`)).body.items[0].id;
    },
    price: (moduleId: string, prices: object) => asRoot("PUT", `/api/admin/modules/${moduleId}/prices`, { ...sampleOf("module.set-prices"), ...prices }),
    subscribe: (moduleId: string, more: object = {}) => asOwner("POST", `/api/agencies/${agencyId}/subscriptions`, { moduleId, ...more }),
    comp: (subscriptionId: string, more: object = {}) => asRoot("POST", `/api/admin/subscriptions/${subscriptionId}/grant`, { reason: "test", ...more }),
    async newSite(): Promise<string> {
      return (await asOwner("POST", `/api/clients/${clientId}/sites`, { name: "Shop" })).body.id;
    },
    install: (siteId: string, moduleId: string, more: object = {}) => asOwner("POST", `/api/sites/${siteId}/installations`, { moduleId, ...more }),
    /** Rows that only the database shows. */
    rows: (query: string) => platform.database.withTenant(agencyId ?? "", (tx) => tx.unsafe(query)),
  };
}
