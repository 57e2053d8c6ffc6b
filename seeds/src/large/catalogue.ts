import type { Manifest } from "@dramac/contracts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "@dramac/edge-api/database";
import { publishPackage, readPackageFolder } from "@dramac/edge-api/publish-package";

type Level = "agency" | "client" | "site";

interface Variant {
  readonly base: "contact-form" | "site-analytics" | "support-chat";
  readonly level: Level;
  readonly slug: string;
  readonly name: string;
  readonly category: string;
  readonly pricing: "free" | "monthly" | "yearly" | "one_time";
  /** Minor units of the cycle that it is sold in. */
  readonly wholesale: number;
}

const variant = (base: Variant["base"], level: Level, name: string, category: string, pricing: Variant["pricing"], wholesale: number): Variant => ({
  base,
  level,
  slug: name.toLowerCase().replaceAll(" ", "-"),
  name,
  category,
  pricing,
  wholesale,
});

/** Modules in groups: no place has two of one group. Within a group the first is the most popular. */
const GROUPS: Readonly<Record<Level, readonly (readonly Variant[])[]>> = {
  site: [
    [
      variant("contact-form", "site", "Enquiry form", "forms", "free", 0),
      variant("contact-form", "site", "Booking form", "forms", "monthly", 900),
      variant("contact-form", "site", "Quote form", "forms", "monthly", 1_250),
      variant("contact-form", "site", "Job application form", "forms", "yearly", 9_900),
      variant("contact-form", "site", "Survey", "forms", "one_time", 4_900),
    ],
    [
      variant("site-analytics", "site", "Page counter", "analytics", "free", 0),
      variant("site-analytics", "site", "Visitor insights", "analytics", "monthly", 700),
      variant("site-analytics", "site", "Campaign tracker", "analytics", "monthly", 1_499),
      variant("site-analytics", "site", "Search insights", "analytics", "yearly", 12_000),
      variant("site-analytics", "site", "Heat map", "analytics", "one_time", 7_900),
    ],
    [
      variant("support-chat", "site", "Help desk chat", "support", "monthly", 1_900),
      variant("support-chat", "site", "Sales chat", "support", "monthly", 2_400),
      variant("support-chat", "site", "Order questions", "support", "yearly", 19_900),
      variant("support-chat", "site", "Feedback box", "support", "free", 0),
      variant("support-chat", "site", "Concierge", "support", "monthly", 4_900),
    ],
  ],
  client: [
    [
      variant("contact-form", "client", "Support tickets", "support", "monthly", 1_500),
      variant("contact-form", "client", "Change requests", "support", "free", 0),
    ],
    [
      variant("site-analytics", "client", "Monthly report", "analytics", "monthly", 1_100),
      variant("site-analytics", "client", "Portfolio overview", "analytics", "yearly", 14_900),
    ],
  ],
  agency: [
    [
      variant("site-analytics", "agency", "Agency overview", "analytics", "free", 0),
      variant("site-analytics", "agency", "Margin watch", "sales", "monthly", 2_900),
    ],
    [variant("support-chat", "agency", "Team inbox", "support", "monthly", 3_900), variant("contact-form", "agency", "Lead intake", "sales", "yearly", 29_900)],
  ],
};

/** Where a module of a level has its face. */
const ENTRY_POINTS = { site: undefined, client: ["portalPage", "portal:sidebar"], agency: ["agencyPage", "agency:sidebar"] } as const;

/** The slugs of a level's modules: as many groups as places may have modules, each as long as the others. */
export const slugsOf = (level: Level): string[][] => GROUPS[level].map((group) => group.map(({ slug }) => slug));

/** The slugs of what has to be paid for. */
export const PAID: readonly string[] = Object.values(GROUPS)
  .flat(2)
  .filter(({ pricing }) => pricing !== "free")
  .map(({ slug }) => slug);

/**
 * Publishes the catalogue: first-party packages under other names, at all levels and in all ways of paying.
 * @param folder of the first-party modules, built
 */
export async function publishCatalogue(database: Database, folder: string): Promise<number> {
  const variants = Object.values(GROUPS).flat(2);
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
