import { randomUUID } from "node:crypto";
import type { InstallationId, SurfaceKey, UsageEvent } from "@dramac/contracts";
import type { Database, Tx } from "../../src/db/database.ts";
import { createUsage } from "../../src/services/usage.ts";
import type { Tenant } from "./tenant.ts";

export const SURFACE = `site_${"0".repeat(22)}` as SurfaceKey;

type EventInput = Partial<Omit<UsageEvent, "id" | "installation">> & Pick<UsageEvent, "type"> & { readonly id?: string };

export interface EventsInput {
  readonly tenant: Tenant;
  readonly installation: string;
  readonly events: readonly EventInput[];
  /** Whether the page has a token. Default: true. */
  readonly isVerified?: boolean;
}

/** Stores usage events of one installation on a tenant's site, like a node does. */
export async function takeEvents(database: Database, { tenant, installation, events, isVerified = true }: EventsInput): Promise<void> {
  const { agency, client, site, module } = tenant;
  const facts = { id: installation, agencyId: agency, clientId: client, siteId: site, moduleId: module };
  const usage = createUsage({
    database,
    installations: { get: async () => facts, clear: () => undefined } as never,
    tokens: { read: async () => ({ installation, surface: SURFACE }) } as never,
  });
  const completed = events.map((event) => ({
    id: randomUUID(),
    installation: installation as InstallationId,
    version: "1.0.0",
    at: new Date().toISOString(),
    ...event,
  }));
  await usage.addBatch({ surface: SURFACE, events: completed as UsageEvent[], ...(isVerified && { token: "theirs" }) });
  await usage.stop();
  if (usage.dropped) throw new Error(`${usage.dropped} events were dropped`);
}

/** The rollup rows of an installation, oldest first. */
export const readRollups = (database: Database, table: "hourly" | "daily", installation: string) =>
  database.withPlatform(
    "test look-up",
    (tx: Tx) => tx<{ at: string; event_type: string; verified: boolean; version: string; event_name: string; surface_key: string; events: number }[]>`
      select ${tx.unsafe(table === "hourly" ? "to_char(hour at time zone 'UTC', 'YYYY-MM-DD HH24')" : "day::text")} as at, event_type, verified, version,
        event_name, surface_key, events::int
      from ${tx(`module_usage_${table}`)} where installation_id = ${installation} order by 1, 2, 3, 4, 5`,
  );
