import { DEMO_HOSTS, hostOf, MEMBER_HOSTS, startDemoSites } from "../demo-sites/src/index.ts";
import { readConfiguration } from "../edge-api/src/config.ts";
import { startServer } from "../edge-api/src/server.ts";
import { build } from "./build.ts";
import { logToConsole } from "./console-log.ts";
import { writeDevRecord } from "./demo.ts";
import { runUntilStopped } from "./run-until-stopped.ts";
import { seedDemoTenants } from "./seed-demo-tenants.ts";

await logToConsole();

/** `npm start`: everything that a developer needs, on one machine. */
async function start(undo: (() => Promise<unknown>)[]): Promise<void> {
  const configuration = readConfiguration();
  const { port, dataFolder, platform, frames, media } = configuration;
  await build();
  const starting = startServer(configuration);
  undo.push(async () => (await starting).close());
  const server = await starting;

  const { keys, sites: demoPlaces, places, backends } = await seedDemoTenants(server.database, configuration);
  const sites = await startDemoSites({
    port: port + 1,
    platform,
    frames,
    sites: places,
    agencyKey: keys.agencyOwner,
    backends,
    mailFolder: server.mailFolder,
  });
  undo.push(sites.close);
  const hosts = [...DEMO_HOSTS, ...MEMBER_HOSTS];
  const named = Object.fromEntries(hosts.map(({ name }) => [name, { url: `${hostOf(name, port + 1)}/`, ...places[name] }]));
  const playground = { ...demoPlaces.playground, origins: Array.from({ length: 10 }, (_, offset) => `http://localhost:${4_000 + offset}`) };
  const mail = `${hostOf("mail", port + 1)}/`;
  writeDevRecord(dataFolder, {
    platform,
    frames,
    media,
    metrics: `http://localhost:${port + 2}`,
    mail,
    database: server.databaseUrl,
    keys,
    sites: { ...named, playground } as never,
  });
  const rows = [
    ["Demo sites", `http://localhost:${port + 1}/`],
    ...hosts.map(({ name, title }) => [`  ${title}`, `${hostOf(name, port + 1)}/`]),
    ["Inbox", `http://localhost:${port + 1}/inbox`],
    ["Mail", mail],
    ["Platform", platform],
  ];
  console.log(`\n${rows.map(([name, address]) => `  ${name?.padEnd(24)}${address}`).join("\n")}\n\nCtrl-C stops everything.`);
}

runUntilStopped(start);
