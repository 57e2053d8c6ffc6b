import { createHash } from "node:crypto";
import { MEDIA_TYPES, type MediaType, type StoredMedia } from "@dramac/contracts";
import { LRUCache } from "lru-cache";
import type { Database } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import type { Caller } from "../services/caller.ts";
import { reachOf } from "../services/collection-rules.ts";
import { sniffType } from "./sniff-type.ts";
import { reencodeImage } from "./reencode-image.ts";

const RECENT_BYTES = 16 * 1024 * 1024;

interface MediaFile {
  readonly type: MediaType;
  readonly bytes: Buffer;
}

/** Stores the files of modules, by the hash of their content. */
export function createMediaStore(database: Database, mediaUrl: string) {
  /** Readers of the same file share its bytes. Whether it may be served is still checked each time. */
  const recent = new LRUCache<string, Buffer>({ maxSize: RECENT_BYTES, sizeCalculation: ({ length }) => length + 200 });

  return {
    /** Stores a file, unless the installation has it already. @throws ApiError `unsupported_media_type`, `payload_too_large`, `quota_exceeded` */
    async put(caller: Caller, given: { collection: string; name: string; type: string; bytes: Buffer }): Promise<StoredMedia> {
      const sniffed = sniffType(given.bytes, given.type);
      const image = sniffed.kind === "image" ? await reencodeImage(given.bytes) : undefined;
      const { type, bytes } = image ?? { type: (sniffed as { type: MediaType }).type, bytes: given.bytes };
      const hash = createHash("sha256").update(bytes).digest("hex");
      const { id, agencyId, moduleId } = caller.installation;
      const isVisitor = caller.principal === "visitor";
      const storedType = await database
        .withTenant(agencyId, async (tx) => {
          await tx`
            insert into module_media (installation_id, content_hash, agency_id, module_id, collection, author, visitor_sub, name, content_type, bytes, size)
            values (${id}, ${hash}, ${agencyId}, ${moduleId}, ${given.collection}, ${isVisitor ? "visitor" : "member"}, ${isVisitor ? (caller.sub ?? null) : null},
              ${given.name}, ${type}, ${bytes}, ${bytes.length})
            on conflict (installation_id, content_hash) do nothing`;
          const [row] = await tx`select content_type from module_media where installation_id = ${id} and content_hash = ${hash}`;
          return row?.content_type as MediaType;
        })
        .catch((error: unknown) => {
          const { constraint_name: constraint } = error as { constraint_name?: string };
          if (constraint === "module_storage_within_quota")
            throw new ApiError("quota_exceeded", "The storage of this installation is full. Delete something first.");
          throw error;
        });
      return {
        url: `${mediaUrl}/${hash}.${MEDIA_TYPES[storedType]}`,
        hash,
        type: storedType,
        size: bytes.length,
        ...(image && { width: image.width, height: image.height }),
      };
    },

    /**
     * Deletes a file when the rules of its collection let the caller do so.
     * @throws ApiError `not_found`, also for files that the caller may not delete
     */
    remove: (caller: Caller, hash: string): Promise<void> =>
      database.withTenant(caller.installation.agencyId, async (tx) => {
        const { id } = caller.installation;
        const [row] = await tx`select collection, visitor_sub from module_media where installation_id = ${id} and content_hash = ${hash} for update`;
        const collection = row && caller.installation.manifest.collections[row.collection as string];
        // A later version of the module may have removed the collection; then members may delete its files.
        const reach = collection ? reachOf(collection, caller, "delete") : caller.principal === "visitor" ? "none" : "all";
        if (!row || reach === "none" || (reach === "own" && row.visitor_sub !== caller.sub))
          throw new ApiError("not_found", "There is no such file to delete.");
        await tx`delete from module_media where installation_id = ${id} and content_hash = ${hash}`;
      }),

    /** Finds a file while at least one installation that stores it runs: its module is not killed, and it is not uninstalled. */
    async find(hash: string, type: MediaType): Promise<MediaFile | undefined> {
      const known = recent.get(hash);
      const [row] = await database.withPlatform(
        "media file",
        (tx) => tx`
        select ${known ? tx`null` : tx`f.bytes`} as bytes from module_media f join modules m on m.id = f.module_id join agencies a on a.id = f.agency_id
        where f.content_hash = ${hash} and f.content_type = ${type} and m.killed_at is null and m.status <> 'disabled' and a.status = 'active'
          and not exists (select from installations i where i.id = f.installation_id and i.uninstalled_at is not null) limit 1`,
      );
      if (!row) return undefined;
      // Concurrent readers share the bytes of the first.
      const bytes = known ?? recent.get(hash) ?? (row.bytes as Buffer);
      recent.set(hash, bytes);
      return { type, bytes };
    },
  };
}

export type MediaStore = ReturnType<typeof createMediaStore>;
