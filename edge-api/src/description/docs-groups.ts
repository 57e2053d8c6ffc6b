import type { DescribedOperation, Description } from "./openapi.ts";

export interface DocumentedOperation {
  readonly path: string;
  readonly method: string;
  readonly described: DescribedOperation;
}

export interface DocsGroup {
  /** Anchor of the group; unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly operations: readonly DocumentedOperation[];
}

export interface DocsArea {
  readonly title: string;
  readonly groups: readonly DocsGroup[];
}

/** The tags of management operations, by area, in the order in which they are shown. */
const MANAGEMENT_AREAS: Readonly<Record<string, readonly string[]>> = {
  Tenants: ["agency", "client", "site", "profile"],
  "Keys and audit log": ["key", "platform-key", "assertion-key", "audit"],
  Catalogue: ["module", "review", "platform-review", "request", "platform-request"],
  "Installations and surfaces": ["installation", "bulk-install", "secret", "surface", "usage"],
  "Prices and billing": ["subscription", "checkout", "payment", "price-change", "client-price-change", "statement", "developer", "webhook"],
};

/** The tags of the other routes: what pages, shells, modules and machines call. */
const DELIVERY_AREA = ["delivery", "member", "module", "billing", "platform"];

/** Groups all operations by area and tag. A tag that no area lists comes last, under "Other". */
export function groupOperations({ paths }: Description): DocsArea[] {
  const all = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, described]) => ({ path, method, described })));
  const managed = groupByTag(all.filter(isManaged), "");
  const delivered = groupByTag(
    all.filter((one) => !isManaged(one)),
    "page-",
  );
  const areas = [
    ...Object.entries(MANAGEMENT_AREAS).map(([title, tags]) => ({ title, groups: takeGroups(managed, tags) })),
    { title: "Pages and modules", groups: takeGroups(delivered, DELIVERY_AREA) },
    { title: "Other", groups: [...managed.values(), ...delivered.values()] },
  ];
  return areas.filter(({ groups }) => groups.length);
}

const isManaged = ({ described }: DocumentedOperation): boolean => described["x-least-role"] !== undefined;

function groupByTag(operations: readonly DocumentedOperation[], prefix: string): Map<string, DocsGroup> {
  const groups = new Map<string, DocsGroup>();
  for (const tag of new Set(operations.map(({ described }) => described.tags[0]))) {
    const title = tag.charAt(0).toUpperCase() + tag.slice(1).replaceAll("-", " ");
    groups.set(tag, { id: `${prefix}${tag}`, title, operations: operations.filter(({ described }) => described.tags[0] === tag) });
  }
  return groups;
}

/** Removes the groups of the tags, in the order of the tags. */
function takeGroups(groups: Map<string, DocsGroup>, tags: readonly string[]): DocsGroup[] {
  return tags.flatMap((tag) => {
    const group = groups.get(tag);
    groups.delete(tag);
    return group ? [group] : [];
  });
}
