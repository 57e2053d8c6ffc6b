import type { Manifest } from "@dramac/contracts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "@dramac/edge-api/database";
import { publishPackage, readPackageFolder } from "@dramac/edge-api/publish-package";

type Level = "agency" | "client" | "site";

/** A first-party package under another name, with a price of its own. */
interface CatalogueModule {
  readonly base: "contact-form" | "site-analytics" | "support-chat";
  readonly name: string;
  readonly category: string;
  readonly pricing: "free" | "monthly" | "yearly" | "one_time";
  /** In minor units, for the billing cycle that it is sold in. */
  readonly wholesale: number;
}

/** Modules in groups: no scope has two modules of one group. Within a group the first module is the most popular. */
const MODULES: Readonly<Record<Level, readonly (readonly CatalogueModule[])[]>> = {
  site: [
    [
      { base: "contact-form", name: "Enquiry form", category: "forms", pricing: "free", wholesale: 0 },
      { base: "contact-form", name: "Booking form", category: "forms", pricing: "monthly", wholesale: 900 },
      { base: "contact-form", name: "Quote form", category: "forms", pricing: "monthly", wholesale: 1_250 },
      { base: "contact-form", name: "Job application form", category: "forms", pricing: "yearly", wholesale: 9_900 },
      { base: "contact-form", name: "Survey", category: "forms", pricing: "one_time", wholesale: 4_900 },
    ],
    [
      { base: "site-analytics", name: "Page counter", category: "analytics", pricing: "free", wholesale: 0 },
      { base: "site-analytics", name: "Visitor insights", category: "analytics", pricing: "monthly", wholesale: 700 },
      { base: "site-analytics", name: "Campaign tracker", category: "analytics", pricing: "monthly", wholesale: 1_499 },
      { base: "site-analytics", name: "Search insights", category: "analytics", pricing: "yearly", wholesale: 12_000 },
      { base: "site-analytics", name: "Heat map", category: "analytics", pricing: "one_time", wholesale: 7_900 },
    ],
    [
      { base: "support-chat", name: "Help desk chat", category: "support", pricing: "monthly", wholesale: 1_900 },
      { base: "support-chat", name: "Sales chat", category: "support", pricing: "monthly", wholesale: 2_400 },
      { base: "support-chat", name: "Order questions", category: "support", pricing: "yearly", wholesale: 19_900 },
      { base: "support-chat", name: "Feedback box", category: "support", pricing: "free", wholesale: 0 },
      { base: "support-chat", name: "Concierge", category: "support", pricing: "monthly", wholesale: 4_900 },
    ],
  ],
  client: [
    [
      { base: "contact-form", name: "Support tickets", category: "support", pricing: "monthly", wholesale: 1_500 },
      { base: "contact-form", name: "Change requests", category: "support", pricing: "free", wholesale: 0 },
    ],
    [
      { base: "site-analytics", name: "Monthly report", category: "analytics", pricing: "monthly", wholesale: 1_100 },
      { base: "site-analytics", name: "Portfolio overview", category: "analytics", pricing: "yearly", wholesale: 14_900 },
    ],
  ],
  agency: [
    [
      { base: "site-analytics", name: "Agency overview", category: "analytics", pricing: "free", wholesale: 0 },
      { base: "site-analytics", name: "Margin watch", category: "sales", pricing: "monthly", wholesale: 2_900 },
    ],
    [
      { base: "support-chat", name: "Team inbox", category: "support", pricing: "monthly", wholesale: 3_900 },
      { base: "contact-form", name: "Lead intake", category: "sales", pricing: "yearly", wholesale: 29_900 },
    ],
  ],
};

const slugOf = ({ name }: CatalogueModule): string => name.toLowerCase().replaceAll(" ", "-");

/** The entry point and the hook of modules of a level, where they differ from those of the base package. */
const ENTRY_POINTS = { site: undefined, client: ["portalPage", "portal:sidebar"], agency: ["agencyPage", "agency:sidebar"] } as const;

/** The slugs of a level's modules by group. All groups have the same length. */
export const slugsOf = (level: Level): string[][] => MODULES[level].map((group) => group.map(slugOf));

/** The slugs of paid modules. */
export const PAID: readonly string[] = Object.values(MODULES)
  .flat(2)
  .filter(({ pricing }) => pricing !== "free")
  .map(slugOf);

/**
 * Publishes the catalogue: first-party packages under other names, at all levels and with all kinds of pricing.
 * @param folder of the built first-party modules
 * @returns the number of modules
 */
export async function publishCatalogue(database: Database, folder: string): Promise<number> {
  const variants = (Object.keys(MODULES) as Level[]).flatMap((level) => MODULES[level].flat().map((module) => ({ ...module, level, slug: slugOf(module) })));
  for (const { base, level, slug, name, category } of variants) {
    const manifest = JSON.parse(readFileSync(join(folder, base, "manifest.json"), "utf8")) as Manifest;
    const entryPoint = ENTRY_POINTS[level];
    const own = {
      id: `large.${slug}`,
      slug,
      name,
      category,
      installLevel: level,
      ...(entryPoint && { entryPoints: { [entryPoint[0]]: "main.js" }, hooks: [entryPoint[1]] }),
    };
    await publishPackage(database, { ...manifest, ...own }, readPackageFolder(join(folder, base, "dist")));
  }
  await database.withPlatform("large seed", async (tx) => {
    for (const { slug, pricing, wholesale } of variants) {
      const [monthly, yearly, once] = [
        pricing === "monthly" ? wholesale : 0,
        pricing === "monthly" ? wholesale * 10 : pricing === "yearly" ? wholesale : 0,
        pricing === "one_time" ? wholesale : 0,
      ];
      await tx`
        update modules set pricing_type = ${pricing}, wholesale_price_monthly = ${monthly}, wholesale_price_yearly = ${yearly},
          wholesale_price_one_time = ${once}, suggested_retail_monthly = ${monthly * 2}, suggested_retail_yearly = ${yearly * 2}
        where slug = ${slug} and pricing_type <> ${pricing}`;
    }
  });
  return variants.length;
}
