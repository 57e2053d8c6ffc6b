import { PAID } from "./catalogue.ts";
import { agencyOfClient, clientOfSite, idOf, keyOf, momentOf } from "./spread.ts";
import type { Step } from "./step.ts";

const KEYS_OF_AGENCY = 20;
const PEOPLE_OF_AGENCY = 12;
/** Every tenth client has a portal. */
const PORTAL_EVERY = 10;

/** Agencies with people, keys and subscriptions, their clients and sites, and the surfaces of all of them. */
export const tenantSteps: readonly Step[] = [
  {
    name: "agencies",
    count: ({ agencies }) => agencies,
    disableTriggersOf: [],
    write: async (tx, from, to, { agencies }) =>
      (
        await tx`
        insert into agencies (id, name, slug, created_at)
        select ${idOf(tx, "agency", tx`n`)}, 'Agency ' || n, 'large-agency-' || n, ${momentOf(tx, tx`n`, agencies)} from generate_series(${from}::int, ${to - 1}::int) n
        on conflict do nothing`
      ).count,
  },
  {
    name: "people",
    count: ({ agencies }) => agencies * PEOPLE_OF_AGENCY,
    disableTriggersOf: [],
    write: async (tx, from, to, { agencies }) =>
      (
        await tx`
        insert into profiles (id, agency_id, role, email, name, created_at)
        select ${idOf(tx, "profile", tx`n`)}, ${idOf(tx, "agency", tx`n % ${agencies}::int`)}, case when n < ${agencies}::int then 'agency_owner' else 'agency_member' end,
          'person-' || n || '@large.example', 'Person ' || n, ${momentOf(tx, tx`n`, agencies * PEOPLE_OF_AGENCY)}
        from generate_series(${from}::int, ${to - 1}::int) n on conflict do nothing`
      ).count,
  },
  {
    // The secrets of these keys do not exist: the hashes are random.
    name: "keys",
    count: ({ agencies }) => agencies * KEYS_OF_AGENCY,
    disableTriggersOf: [],
    write: async (tx, from, to, { agencies }) =>
      (
        await tx`
        insert into api_keys (id, agency_id, role, label, prefix, hash, created_at)
        select ${idOf(tx, "key", tx`n`)}, ${idOf(tx, "agency", tx`n % ${agencies}::int`)}, 'agency_member', 'large seed', 'dk_test_' || left(md5('large/prefix/' || n), 8),
          sha256(uuid_send(gen_random_uuid())), ${momentOf(tx, tx`n`, agencies * KEYS_OF_AGENCY)}
        from generate_series(${from}::int, ${to - 1}::int) n on conflict do nothing`
      ).count,
  },
  {
    // Without a provider and an end; the trigger computes the retail prices.
    name: "subscriptions",
    count: ({ agencies }) => agencies * PAID.length,
    disableTriggersOf: [],
    write: async (tx, from, to, { agencies }) =>
      (
        await tx`
        insert into agency_module_subscriptions (id, agency_id, module_id, provider, billing_cycle, markup_type, markup_basis_points, markup_fixed_amount,
          custom_price_monthly, custom_price_yearly, created_at)
        select ${idOf(tx, "subscription", tx`n`)}, ${idOf(tx, "agency", tx`n % ${agencies}::int`)}, m.id, 'manual', m.pricing_type,
          (array['percentage', 'fixed', 'custom', 'passthrough'])[1 + n % 4], case n % 4 when 0 then 2500 + n % 100 * 100 else 10000 end, case n % 4 when 1 then 500 else 0 end,
          case n % 4 when 2 then m.wholesale_price_monthly * 2 end, case n % 4 when 2 then m.wholesale_price_yearly * 2 end, ${momentOf(tx, tx`n`, agencies * PAID.length)}
        from generate_series(${from}::int, ${to - 1}::int) n join modules m on m.slug = (${PAID as string[]}::text[])[1 + n / ${agencies}::int]
        on conflict do nothing`
      ).count,
  },
  {
    name: "clients",
    count: ({ clients }) => clients,
    disableTriggersOf: ["clients"],
    write: async (tx, from, to, sizes) =>
      (
        await tx`
        insert into clients (id, agency_id, name, email, created_at)
        select ${idOf(tx, "client", tx`n`)}, ${idOf(tx, "agency", agencyOfClient(tx, tx`n`, sizes))}, 'Client ' || n, 'client-' || n || '@large.example', ${momentOf(tx, tx`n`, sizes.clients)}
        from generate_series(${from}::int, ${to - 1}::int) n on conflict do nothing`
      ).count,
  },
  {
    name: "sites",
    count: ({ sites }) => sites,
    disableTriggersOf: ["sites"],
    write: async (tx, from, to, sizes) =>
      (
        await tx`
        insert into sites (id, agency_id, client_id, name, domain, status, created_at)
        select ${idOf(tx, "site", tx`n`)}, c.agency_id, c.id, 'Site ' || n, 'site-' || n || '.large.example', case when n % 97 = 96 then 'suspended' else 'active' end,
          ${momentOf(tx, tx`n`, sizes.sites)}
        from generate_series(${from}::int, ${to - 1}::int) n join clients c on c.id = ${idOf(tx, "client", clientOfSite(tx, tx`n`, sizes))}
        on conflict do nothing`
      ).count,
  },
  {
    name: "surfaces of sites",
    count: ({ sites }) => sites,
    disableTriggersOf: ["surfaces"],
    write: async (tx, from, to) =>
      (
        await tx`
        insert into surfaces (id, key, kind, agency_id, client_id, site_id, name, origins)
        select ${idOf(tx, "site-surface", tx`n`)}, ${keyOf(tx, "site", tx`n`)}, 'site', s.agency_id, s.client_id, s.id, s.name, array['https://' || s.domain]
        from generate_series(${from}::int, ${to - 1}::int) n join sites s on s.id = ${idOf(tx, "site", tx`n`)}
        on conflict do nothing`
      ).count,
  },
  {
    name: "portals",
    count: ({ clients }) => Math.floor(clients / PORTAL_EVERY),
    disableTriggersOf: ["surfaces"],
    write: async (tx, from, to) =>
      (
        await tx`
        insert into surfaces (id, key, kind, agency_id, client_id, name, origins)
        select ${idOf(tx, "portal", tx`n`)}, ${keyOf(tx, "portal", tx`n`)}, 'portal', c.agency_id, c.id, c.name, array['https://portal-' || n || '.large.example']
        from generate_series(${from}::int, ${to - 1}::int) n join clients c on c.id = ${idOf(tx, "client", tx`n * ${PORTAL_EVERY}`)}
        on conflict do nothing`
      ).count,
  },
  {
    name: "dashboards",
    count: ({ agencies }) => agencies,
    disableTriggersOf: ["surfaces"],
    write: async (tx, from, to) =>
      (
        await tx`
        insert into surfaces (id, key, kind, agency_id, name, origins)
        select ${idOf(tx, "dashboard", tx`n`)}, ${keyOf(tx, "dash", tx`n`)}, 'dashboard', ${idOf(tx, "agency", tx`n`)}, 'Dashboard', array['https://agency-' || n || '.large.example']
        from generate_series(${from}::int, ${to - 1}::int) n
        on conflict do nothing`
      ).count,
  },
];
