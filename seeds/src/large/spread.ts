import { createHash } from "node:crypto";
import type { Tx } from "@dramac/edge-api/database";
import type { Sizes } from "./sizes.ts";

type Fragment = ReturnType<Tx>;

/** The times of all rows are in the year after this one: a fixed year, so that another run makes the same rows. */
const SINCE = "2025-01-01T00:00:00Z";
const SPREAD_SECONDS = 365 * 86_400;
/** A prime number: steps of this size visit each row once, because it divides none of the sizes. */
const STEP = 7_919;

/** The version and variant of custom UUIDs: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8 */
const VERSION = "8";
const VARIANT = "8";

const nameOf = (kind: string, n: number): string => `large/${kind}/${n}`;
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** The id of the n-th row of a kind, counted from 0. It is the same in every run, so a second run finds the rows of the first. */
export const largeId = (kind: string, n: number): string =>
  md5(nameOf(kind, n)).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, `$1-$2-${VERSION}$3-${VARIANT}$4-$5`);

/** The kind of surface for each prefix of a surface key. */
const KINDS = { site: "site-surface", portal: "portal", dash: "dashboard" } as const;

/** The key of the n-th surface of a kind. The surface of a site has the site's number. */
export const largeSurfaceKey = (prefix: keyof typeof KINDS, n: number): string => `${prefix}_${md5(nameOf(KINDS[prefix], n)).slice(0, 22)}`;
export const largeSiteKey = (n: number): string => largeSurfaceKey("site", n);

/** `largeId` in SQL; `n` is an integer expression. */
export const idOf = (tx: Tx, kind: string, n: Fragment): Fragment =>
  tx`overlay(overlay(md5(${`large/${kind}/`}::text || (${n})::text) placing ${VERSION} from 13) placing ${VARIANT} from 17)::uuid`;

export const keyOf = (tx: Tx, prefix: keyof typeof KINDS, n: Fragment): Fragment =>
  tx`${`${prefix}_`}::text || left(md5(${`large/${KINDS[prefix]}/`}::text || (${n})::text), 22)`;

/** A cubic distribution: the first owner has by far the most rows, many owners have one or two, and every owner has at least one. */
const cubed = (tx: Tx, n: Fragment, count: number, owners: number): Fragment => tx`floor(${owners}::int * power(((${n}) + 0.5) / ${count}::int, 3))::int`;

/** The client of the n-th site. Of 100,000 sites the first client has thousands. */
export const clientOfSite = (tx: Tx, n: Fragment, { sites, clients }: Sizes): Fragment => cubed(tx, n, sites, clients);

/** The agency of the n-th client. It counts in steps, so that the largest clients belong to different agencies. */
export const agencyOfClient = (tx: Tx, n: Fragment, { clients, agencies }: Sizes): Fragment =>
  cubed(tx, tx`((${n})::bigint * ${STEP} % ${clients}::int)`, clients, agencies);

/** The time of the n-th row: distributed over a year, in another order than the row numbers. */
export const momentOf = (tx: Tx, n: Fragment, count: number): Fragment =>
  tx`${SINCE}::text::timestamptz + ((${n})::bigint * ${STEP} % ${count}::int) * ${SPREAD_SECONDS / count}::float8 * interval '1 second'`;

/** A pseudo-random number from 0 up to 1 that is the same in every run. */
export const pseudoRandom = (tx: Tx, kind: string, n: Fragment): Fragment =>
  tx`(('x' || left(md5(${`large/chance/${kind}/`}::text || (${n})::text), 8))::bit(32)::bigint / 4294967296.0)`;
