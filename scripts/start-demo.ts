import { CONSOLE, DEMO_HOSTS, hostOf, MEMBER_HOSTS, startDemoSites } from "../demo-sites/src/index.ts";
import { readConfiguration } from "../edge-api/src/config.ts";
import { startServer } from "../edge-api/src/server.ts";
import { writeDevRecord } from "./demo.ts";
import { seedDemoTenants } from "./seed-demo-tenants.ts";
import { seedSales } from "./seed-sales.ts";
import { startMockBilling } from "./start-mock-billing.ts";

/** Everything that a developer needs, on one machine, once it is built. */
export async function startDemo(undo: (() => Promise<unknown>)[]): Promise<void> {
  const { port, dataFolder, platform, frames, media } = readConfiguration();
  const opening = startMockBilling(port + 3, dataFolder, platform);
  undo.push(async () => (await opening)?.mock.close());
  const billing = await opening;
  const configuration = readConfiguration({ ...process.env, ...billing?.environment });
  // Paid periods end by the clock of the billing mock, which a demo can put forward.
  const starting = startServer(configuration, { clock: billing?.mock.control.now });
  undo.push(async () => (await starting).close());
  const server = await starting;

  const { agencyId, keys, demoSites, sites: siteRecords, backends } = await seedDemoTenants(server.database, configuration);
  await seedSales(platform, keys.superAdmin, agencyId);
  const sites = await startDemoSites({
    port: port + 1,
    platform,
    frames,
    sites: siteRecords,
    agencyId,
    agencyKey: keys.agencyOwner,
    backends,
    mock: billing?.mock.url,
    mailFolder: server.mailFolder,
  });
  undo.push(sites.close);
  const hosts = [...DEMO_HOSTS, ...MEMBER_HOSTS];
  const named = Object.fromEntries(hosts.map(({ name }) => [name, { url: `${hostOf(name, port + 1)}/`, ...siteRecords[name] }]));
  const playground = { ...demoSites.playground, origins: Array.from({ length: 10 }, (_, offset) => `http://localhost:${4_000 + offset}`) };
  const mail = `${hostOf("mail", port + 1)}/`;
  const consoleAddress = `${hostOf(CONSOLE.name, port + 1)}/`;
  writeDevRecord(dataFolder, {
    platform,
    frames,
    media,
    metrics: `http://localhost:${port + 2}`,
    mail,
    console: consoleAddress,
    ...(billing && { lemonSqueezyMock: `${billing.mock.url}/`, till: `${billing.mock.url}/` }),
    database: server.databaseUrl,
    keys,
    sites: { ...named, playground } as never,
  });
  const rows = [
    ["Demo sites", `http://localhost:${port + 1}/`],
    ...hosts.map(({ name, title }) => [`  ${title}`, `${hostOf(name, port + 1)}/`]),
    ["Agency console", consoleAddress],
    ...(billing ? [["Lemon Squeezy mock", `${billing.mock.url}/`]] : []),
    ["Inbox", `http://localhost:${port + 1}/inbox`],
    ["Mail", mail],
    ["Platform", platform],
  ];
  console.log(`\n${rows.map(([name, address]) => `  ${name?.padEnd(24)}${address}`).join("\n")}\n\nCtrl-C stops everything.`);
}
