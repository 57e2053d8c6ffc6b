import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { type Issue, type Manifest, ManifestSchema, PACKAGE_LIMITS } from "@dramac/contracts";
import type { Database, Tx } from "../db/database.ts";
import { ApiError, parse } from "../http/api-error.ts";
import { compileSchema } from "./bounded-schema.ts";
import { findUnsupportedFields } from "./unsupported-fields.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

export interface PackageFileInput {
  readonly path: string;
  readonly bytes: Buffer;
}

/** The built files of a module's folder. */
export function readPackageFolder(folder: string, inside = ""): PackageFileInput[] {
  return readdirSync(join(folder, inside)).flatMap((name) => {
    const path = inside ? `${inside}/${name}` : name;
    return statSync(join(folder, path)).isDirectory() ? readPackageFolder(folder, path) : [{ path, bytes: readFileSync(join(folder, path)) }];
  });
}

const sha256 = (bytes: Buffer | string): string => createHash("sha256").update(bytes).digest("hex");

/**
 * Stores a version of a module: each file by its content hash, and a package hash over the manifest and all files.
 * A version never changes: publishing the same bytes again changes nothing.
 * @throws ApiError `validation_failed`, and `conflict` for other bytes under a published version
 */
export async function publishPackage(
  database: Database,
  manifestJson: unknown,
  files: readonly PackageFileInput[],
): Promise<{ moduleId: string; packageHash: string }> {
  const manifest = parse(ManifestSchema, manifestJson);
  check(manifest, files);
  const list = [...files].sort((a, b) => (a.path < b.path ? -1 : 1)).map(({ path, bytes }) => ({ path, bytes, hash: sha256(bytes) }));
  const packageHash = sha256(JSON.stringify([manifest, list.map(({ path, hash }) => [path, hash])]));
  return database.withPlatform("publish a package", async (tx) => {
    const moduleId = await upsertModule(tx, manifest);
    const [known] = await tx`select id, package_hash from module_versions where module_id = ${moduleId} and version = ${manifest.version}`;
    if (known && known.package_hash !== packageHash) {
      throw new ApiError("conflict", `${manifest.slug} ${manifest.version} is published with other bytes. Raise the version.`);
    }
    if (!known) {
      const size = list.reduce((sum, { bytes }) => sum + bytes.length, 0);
      const [version] = await tx`
        insert into module_versions (module_id, version, manifest, package_hash, size, status, published_at)
        values (${moduleId}, ${manifest.version}, ${tx.json(manifest as never)}, ${packageHash}, ${size}, 'published', now()) returning id`;
      for (const { path, bytes, hash } of list) {
        await tx`insert into file_contents (content_hash, bytes, size) values (${hash}, ${bytes}, ${bytes.length}) on conflict do nothing`;
        await tx`insert into module_version_files (version_id, path, content_hash, content_type, size)
          values (${version?.id as string}, ${path}, ${hash}, ${TYPES[extname(path)] as string}, ${bytes.length})`;
      }
    }
    await tx`update modules set current_version = ${manifest.version}, package_hash = ${packageHash}, manifest = ${tx.json(manifest as never)}, status = 'active',
      published_at = coalesce(published_at, now()) where id = ${moduleId} and (current_version, package_hash) is distinct from (${manifest.version}, ${packageHash})`;
    return { moduleId, packageHash };
  });
}

function check(manifest: Manifest, files: readonly PackageFileInput[]): void {
  const issues: Issue[] = findUnsupportedFields(manifest);
  if (files.length > PACKAGE_LIMITS.files) issues.push({ path: "/", message: `at most ${PACKAGE_LIMITS.files} files` });
  for (const { path, bytes } of files) {
    if (!TYPES[extname(path)]) issues.push({ path, message: "files of this type are not served" });
    if (!/^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(path)) issues.push({ path, message: "not a plain relative path" });
    if (bytes.length > PACKAGE_LIMITS.fileBytes) issues.push({ path, message: `at most ${PACKAGE_LIMITS.fileBytes} bytes` });
  }
  for (const [point, path] of Object.entries(manifest.entryPoints)) {
    const entry = files.find((file) => file.path === path);
    if (!entry) issues.push({ path: `/entryPoints/${point}`, message: `${path} is not in the package` });
    else if (entry.bytes.length > PACKAGE_LIMITS.entryBytes)
      issues.push({ path: `/entryPoints/${point}`, message: `a start-up bundle holds at most ${PACKAGE_LIMITS.entryBytes} bytes` });
  }
  const schemas = Object.entries(manifest.collections).map(([name, { schema }]) => [`/collections/${name}/schema`, schema] as const);
  for (const [schemaPath, schema] of [["/settingsSchema", manifest.settingsSchema] as const, ...schemas]) {
    for (const { path, message } of compileSchema(schema).issues) issues.push({ path: `${schemaPath}${path}`, message });
  }
  if (issues.length)
    throw new ApiError("validation_failed", `The package has ${issues.length} issue(s); first at ${issues[0]?.path}: ${issues[0]?.message}.`, {
      faults: issues,
    });
}

async function upsertModule(tx: Tx, manifest: Manifest): Promise<string> {
  const [row] = await tx`
    insert into modules (slug, name, description, category, type, install_level, current_version, required_permissions, provided_hooks, manifest,
      settings_schema, default_settings)
    values (${manifest.slug}, ${manifest.name}, ${manifest.description}, ${manifest.category}, ${manifest.type}, ${manifest.installLevel}, ${manifest.version},
      ${manifest.permissions}, ${manifest.hooks}, ${tx.json(manifest as never)}, ${tx.json(manifest.settingsSchema as never)}, ${tx.json(manifest.defaultSettings as never)})
    on conflict (slug) do update set name = excluded.name, description = excluded.description
    returning id`;
  return row?.id as string;
}
