import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { brochure } from "./brochure.ts";
import { agencyConsole } from "./console/console.ts";
import { dramacSite } from "./dramac-site.ts";
import { hostile } from "./hostile.ts";
import { inbox } from "./inbox.ts";
import { indexPage } from "./index-page.ts";
import { mail } from "./mail.ts";
import { agencyDashboard, portal } from "./members/hosts.ts";
import type { DemoSitesOptions } from "./options.ts";
import { spa } from "./spa.ts";
import { strict } from "./strict.ts";

export { CONSOLE, DEMO_HOSTS, type DemoSitesOptions, hostOf, MEMBER_HOSTS } from "./options.ts";

/** Serves all demo hosts on one port, by their names. */
export async function startDemoSites(options: DemoSitesOptions): Promise<{ close(): Promise<void> }> {
  const hosts = new Map<string, Hono>([
    ["brochure", brochure(options)],
    ["strict", strict(options)],
    ["spa", spa(options)],
    ["dramac-site", dramacSite(options)],
    ["hostile", hostile(options)],
    ["portal", portal(options)],
    ["agency-dashboard", agencyDashboard(options)],
    ["console", agencyConsole(options)],
    ["mail", mail(options)],
  ]);
  const index = new Hono().get("/", (context) => context.html(indexPage(options)));
  index.route("/", inbox(options));
  const fetch = (request: Request) => (hosts.get((request.headers.get("host") ?? "").split(".")[0] ?? "") ?? index).fetch(request);
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const made = serve({ fetch, port: options.port, overrideGlobalObjects: false }, () => resolve(made));
    made.once("error", reject);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
