import type { Browser, BrowserContext, BrowserContextOptions, Frame, Page } from "playwright-core";
import { launchBrowser, startHostServer, startPlatform } from "../../src/index.ts";
import { makeAgency } from "../management/api.ts";
import { createAgencyApi } from "../management/agency-api.ts";
import { startBackend } from "../members/backend.ts";
import { frameWith } from "./appearance.ts";

export interface MembersHarnessOptions {
  readonly surface: "portal" | "dashboard" | "agency";
  readonly slug: string;
  readonly level: "agency" | "client" | "site";
  readonly settings?: object;
  /** Pages of the host besides those behind its sign-in. */
  readonly pages?: ReadonlyMap<string, () => string>;
}

const STYLE =
  ":root{color-scheme:light dark;background:light-dark(#f4f6f9,#0f131a);font-family:system-ui,sans-serif}body{margin:0;padding:16px;display:grid;gap:16px;background:light-dark(#f4f6f9,#0f131a)}main{max-width:1100px;width:100%;margin:0 auto}dramac-hook{display:block}";

/** A platform with one first-party module installed over HTTP, and a page behind a sign-in that has its hooks. */
export async function openMembersHarness({ surface, slug, level, settings, pages }: MembersHarnessOptions) {
  const platform = await startPlatform(() => [], { firstParty: true });
  const agency = await makeAgency(platform, "own");
  const { asRoot, asOwner } = createAgencyApi(platform, agency);
  const { agencyId, clientId, siteId } = agency.ids;
  const paths = { agency: `/api/agencies/${agencyId}`, client: `/api/clients/${clientId}`, site: `/api/sites/${siteId}` };
  const moduleId = (await asRoot("GET", `/api/admin/modules?text=${slug}`)).body.items[0].id;
  const installed = await asOwner("POST", `${paths[level]}/installations`, { moduleId, ...(settings && { settings }) });
  if (installed.status !== 201) throw new Error(JSON.stringify(installed.body));
  const host = `http://members.localhost:${platform.hostPort}`;
  const made = await asOwner("POST", `${surface === "portal" ? paths.client : paths.agency}/surfaces`, {
    name: "Members",
    origins: [host],
    ...(surface !== "portal" && { kind: surface }),
  });
  const key = made.body.key as string;
  const isPortal = surface === "portal";
  const backend = await startBackend(platform, agency, isPortal ? { role: "client_member", clientId: clientId as string } : { role: "agency_member" });
  const page = (hook: string) =>
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Members</title><link rel="icon" href="data:,"><style>${STYLE}</style>
<script>window.dramac=function(){(dramac.q=dramac.q||[]).push(arguments)};dramac("consent",{functional:true});dramac("identify",async()=>(await fetch("/assertion",{method:"POST"})).text())</script>
<main><dramac-hook name="${hook}"></dramac-hook></main><script async src="${platform.url}/embed/${key}.js"></script>`;
  const hosts = await startHostServer(platform.hostPort, (_host, path) => {
    const { pathname } = new URL(path, host);
    const open = pages?.get(pathname);
    if (open) return { body: open() };
    if (pathname === "/home") return { body: page(`${surface}:home:widget`) };
    return pathname === "/" || pathname.startsWith("/m/") ? { body: page(`${surface}:sidebar`) } : undefined;
  });
  const browser: Browser = await launchBrowser();

  return {
    platform,
    agency,
    host,
    asOwner,
    installation: installed.body.id as string,
    selector: `dramac-module[installation="${installed.body.id}"]`,
    browser,
    /** A member's own browser: its page's backend vouches for that name. */
    async signIn(sub: string, options: BrowserContextOptions = {}): Promise<BrowserContext> {
      const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, locale: "en-GB", timezoneId: "Europe/Vienna", ...options });
      await context.route("**/assertion", async (route) => route.fulfill({ body: await backend.sign({ sub }) }));
      return context;
    },
    /** Opens a page of the host, and the module's frame there once it is ready. */
    async open(context: BrowserContext, path: string, holds: string): Promise<{ page: Page; frame: Frame }> {
      const opened = await context.newPage();
      await opened.goto(`${host}${path}`);
      await opened.waitForSelector(`dramac-module[installation="${installed.body.id}"][state=ready]`, { state: "attached" });
      return { page: opened, frame: await frameWith(opened, holds) };
    },
    async close(): Promise<void> {
      await browser.close();
      await hosts.close();
      await platform.close();
    },
  };
}

export type MembersHarness = Awaited<ReturnType<typeof openMembersHarness>>;
