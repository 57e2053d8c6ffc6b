import { type EntryPoint, type InstallationId, LIMITS, type Limits } from "@dramac/contracts";
import { LRUCache } from "lru-cache";
import type { Addresses } from "../addresses.ts";
import type { Assets } from "../delivery/assets.ts";
import { type FrameDocument, renderFrameDocument } from "../delivery/frame-document.ts";
import type { PackageFiles } from "./package-files.ts";
import type { PlannedInstallation, SurfaceFacts } from "./surface-facts.ts";

type VersionedDocument = FrameDocument & { readonly version: string };

const MAX_BYTES = 6 * 1024 * 1024;

/** Renders frame documents and keeps them in memory by installation, surface and hash. */
export function createFrameDocuments(services: { addresses: Addresses; assets: Assets; packages: PackageFiles; limits?: Limits | undefined }) {
  const { addresses, assets, packages, limits = LIMITS } = services;
  const documents = new LRUCache<string, VersionedDocument>({ maxSize: MAX_BYTES, sizeCalculation: ({ body }) => body.length + 2_000 });

  return {
    /** @returns `undefined` when the package does not hold the entry point */
    async render(facts: SurfaceFacts, installed: PlannedInstallation, point: EntryPoint): Promise<FrameDocument | undefined> {
      const entry = await packages.readEntry(installed.packageHash, installed.manifest, point);
      if (!entry) return undefined;
      const document = renderFrameDocument({ addresses, assets, surface: facts, installed, entry, limits });
      documents.set(`${installed.id}/${facts.key}/${document.hash}`, { ...document, version: installed.version });
      return document;
    },

    /** A document that was rendered before. */
    find: (id: InstallationId, key: string, hash: string): VersionedDocument | undefined => documents.get(`${id}/${key}/${hash}`),
  };
}

export type FrameDocuments = ReturnType<typeof createFrameDocuments>;
