import { DEMO_HOSTS, hostOf, MEMBER_HOSTS, startDemoSites } from "../demo-sites/src/index.ts";
import { readConfiguration } from "../edge-api/src/config.ts";
import { publishModules, seedDemo } from "../edge-api/src/seed.ts";
import { seedMembers } from "../edge-api/src/seed-members.ts";
import { startServer } from "../edge-api/src/server.ts";
import { build } from "./build.ts";
import { logToConsole } from "./console-log.ts";
import { demoSites, keepDemoSecrets, readDemoSecrets, writeDevRecord } from "./demo.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

const OWNER = "owner@harbour.example";

await logToConsole();

/** `npm start`: everything that a developer needs, on one machine. */
async function start(): Promise<void> {
  const configuration = readConfiguration();
  const { port, dataFolder, platform, frames, media } = configuration;
  await build();
  const server = await startServer(configuration);
  const undo: (() => Promise<void>)[] = [server.close];
  stopOnSignals(undo);

  await publishModules(server.database, "modules");
  const known = readDemoSecrets(dataFolder);
  const demo = await seedDemo(server.database, demoSites(port + 1), OWNER, known.keys);
  const origins = { portal: hostOf("portal", port + 1), "agency-dashboard": hostOf("agency-dashboard", port + 1) };
  const { surfaces, backends } = await seedMembers(server.database, demo.agencyId, origins, known.backends);
  keepDemoSecrets(dataFolder, { keys: demo.keys, backends });
  const places: typeof demo.sites = { ...demo.sites, ...surfaces };
  const sites = await startDemoSites({
    port: port + 1,
    platform,
    frames,
    sites: places,
    agencyKey: demo.keys.agencyOwner,
    backends,
    mailFolder: server.mailFolder,
  });
  undo.push(sites.close);
  const hosts = [...DEMO_HOSTS, ...MEMBER_HOSTS];
  const named = Object.fromEntries(hosts.map(({ name }) => [name, { url: `${hostOf(name, port + 1)}/`, ...places[name] }]));
  const playground = { ...demo.sites.playground, origins: Array.from({ length: 10 }, (_, offset) => `http://localhost:${4_000 + offset}`) };
  const mail = `${hostOf("mail", port + 1)}/`;
  writeDevRecord(dataFolder, {
    platform,
    frames,
    media,
    metrics: `http://localhost:${port + 2}`,
    mail,
    database: server.databaseUrl,
    keys: demo.keys,
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

start().catch((fault: Error) => {
  console.error(fault.message);
  process.exit(1);
});
