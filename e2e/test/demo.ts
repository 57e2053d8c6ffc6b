import { startDemoSites } from "@dramac/demo-sites";
import { seedMembers } from "@dramac/seeds/members";
import type { TestPlatform } from "../src/index.ts";

/** The demo hosts in front of a platform, those behind a sign-in too. */
export async function openDemoSites(platform: TestPlatform, mock?: string): Promise<{ close(): Promise<void> }> {
  const host = (name: string) => `http://${name}.localhost:${platform.hostPort}`;
  const { agencyId, sites, keys } = platform.seeded;
  const { surfaces, backends } = await seedMembers(platform.database, agencyId, { portal: host("portal"), "agency-dashboard": host("agency-dashboard") });
  return startDemoSites({
    port: platform.hostPort,
    platform: platform.url,
    frames: `http://{installation}.frames.localhost:${platform.port}`,
    sites: { ...sites, ...surfaces },
    agencyId,
    agencyKey: keys.agencyOwner,
    backends,
    mock,
    mailFolder: platform.mailFolder,
  });
}
