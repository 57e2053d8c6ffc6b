import { createHash } from "node:crypto";
import type { Tx } from "@dramac/edge-api/database";
import type { Sizes } from "./sizes.ts";

type Fragment = ReturnType<Tx>;

/** All rows have moments in the year after this one, so that another run makes the same ones. */
const SINCE = "2025-01-01T00:00:00Z";
const SPREAD_SECONDS = 365 * 86_400;
/** A prime, so that counting in steps of it visits everything once, whatever else the sizes divide by. */
const STEP = 7_919;

/** UUIDs that say that they follow a rule of our own: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8 */
const VERSION = "8";
const VARIANT = "8";

const nameOf = (kind: string, n: number): string => `large/${kind}/${n}`;
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** The id of the n-th row of a kind, counted from 0: the same in every run, so that a second one finds what the first one made. */
export const largeId = (kind: string, n: number): string =>
  md5(nameOf(kind, n)).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, `$1-$2-${VERSION}$3-${VARIANT}$4-$5`);

/** Surface keys begin with what they are the key of. */
const KINDS = { site: "site-surface", portal: "portal", dash: "dashboard" } as const;

/** The key of the n-th surface of a kind. A site's has the site's number. */
export const largeSurfaceKey = (prefix: keyof typeof KINDS, n: number): string => `${prefix}_${md5(nameOf(KINDS[prefix], n)).slice(0, 22)}`;
export const largeSiteKey = (n: number): string => largeSurfaceKey("site", n);

/** `largeId` in SQL; `n` is an expression of whole numbers. */
export const idOf = (tx: Tx, kind: string, n: Fragment): Fragment =>
  tx`overlay(overlay(md5(${`large/${kind}/`}::text || (${n})::text) placing ${VERSION} from 13) placing ${VARIANT} from 17)::uuid`;

export const keyOf = (tx: Tx, prefix: keyof typeof KINDS, n: Fragment): Fragment =>
  tx`${`${prefix}_`}::text || left(md5(${`large/${KINDS[prefix]}/`}::text || (${n})::text), 22)`;

/** Cubes: the first has by far the most, most have one or two, and nobody has none. */
const cubed = (tx: Tx, n: Fragment, count: number, owners: number): Fragment => tx`floor(${owners}::int * power(((${n}) + 0.5) / ${count}::int, 3))::int`;

/** The client of the n-th site. The first client has thousands of a hundred thousand. */
export const clientOfSite = (tx: Tx, n: Fragment, { sites, clients }: Sizes): Fragment => cubed(tx, n, sites, clients);

/** The agency of the n-th client. In steps, so that the giants among the clients are not all of one agency. */
export const agencyOfClient = (tx: Tx, n: Fragment, { clients, agencies }: Sizes): Fragment =>
  cubed(tx, tx`((${n})::bigint * ${STEP} % ${clients}::int)`, clients, agencies);

/** A moment of the n-th of so many rows: spread over a year, and in another order than their numbers. */
export const momentOf = (tx: Tx, n: Fragment, count: number): Fragment =>
  tx`${SINCE}::text::timestamptz + ((${n})::bigint * ${STEP} % ${count}::int) * ${SPREAD_SECONDS / count}::float8 * interval '1 second'`;

/** A number from 0 up to 1 that looks random and is the same every time. */
export const pseudoRandom = (tx: Tx, kind: string, n: Fragment): Fragment =>
  tx`(('x' || left(md5(${`large/chance/${kind}/`}::text || (${n})::text), 8))::bit(32)::bigint / 4294967296.0)`;
