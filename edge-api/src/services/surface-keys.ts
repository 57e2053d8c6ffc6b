import { randomBytes } from "node:crypto";
import type { SurfaceKey, SurfaceKind } from "@dramac/contracts";

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PREFIXES: Readonly<Record<SurfaceKind, string>> = { site: "site", portal: "portal", dashboard: "dash", agency: "agency" };

/** A random public key for a new surface: its kind, and 22 letters and digits. */
export const makeSurfaceKey = (kind: SurfaceKind): SurfaceKey =>
  `${PREFIXES[kind]}_${[...randomBytes(22)].map((byte) => LETTERS[byte % LETTERS.length]).join("")}` as SurfaceKey;
