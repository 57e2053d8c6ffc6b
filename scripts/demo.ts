import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DemoBackends } from "@dramac/seeds/members";
import type { DemoSiteInput, SeededDemo } from "@dramac/seeds/demo";
import { DEMO_HOSTS, hostOf } from "../demo-sites/src/index.ts";

const PLAYGROUND_PORTS = Array.from({ length: 10 }, (_, offset) => 4_000 + offset);

/** What the demo sites begin with; more can be subscribed to at the console. */
const MODULES = ["contact-form", "site-analytics", "support-chat"];

/** The demo sites with their origins; `playground` has no page of ours and takes any of ten local ports. */
export function demoSites(demoPort: number): DemoSiteInput[] {
  const sites: DemoSiteInput[] = DEMO_HOSTS.map(({ name }) => ({
    name,
    origins: [hostOf(name, demoPort)],
    modules: MODULES,
    ...(name === "brochure" && { paths: { "contact-form": ["/", "/contact"] } }),
    ...(name === "spa" && { hooks: { "contact-form": [] } }),
  }));
  return [...sites, { name: "playground", origins: PLAYGROUND_PORTS.map((port) => `http://localhost:${port}`), modules: MODULES }];
}

export interface DevRecord {
  readonly platform: string;
  readonly frames: string;
  readonly media: string;
  readonly metrics: string;
  readonly mail: string;
  readonly console: string;
  /** The Lemon Squeezy mock, unless the environment names a real store. */
  readonly lemonSqueezyMock?: string;
  /** The former name of `lemonSqueezyMock`, for scripts that read it. */
  readonly till?: string;
  readonly database: string;
  readonly keys: SeededDemo["keys"];
  readonly sites: Readonly<Record<string, { readonly siteKey: string; readonly id: string; readonly url?: string; readonly origins?: readonly string[] }>>;
}

/** What the demo's start keeps: the database holds hashes and public keys alone. */
export interface DemoSecrets {
  readonly keys: SeededDemo["keys"];
  readonly backends: DemoBackends;
}

const fileOf = (dataFolder: string): string => join(dataFolder, "dev.json");
const keysOf = (dataFolder: string): string => join(dataFolder, "demo-keys.json");

/** Writes `dev.json` when everything is up. */
export function writeDevRecord(dataFolder: string, record: DevRecord): void {
  writeFileSync(fileOf(dataFolder), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
}

/** The secrets of an earlier start. */
/** Reads what the last `npm start` wrote. @throws Error when none ran here yet */
export function readDevRecord(dataFolder: string): DevRecord {
  return JSON.parse(readFileSync(fileOf(dataFolder), "utf8")) as DevRecord;
}

export function readDemoSecrets(dataFolder: string): Partial<DemoSecrets> {
  const file = keysOf(dataFolder);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as DemoSecrets) : {};
}

export function keepDemoSecrets(dataFolder: string, secrets: DemoSecrets): void {
  writeFileSync(keysOf(dataFolder), JSON.stringify(secrets), { mode: 0o600 });
}
