import { type InstallationId, isSurfaceKey } from "@dramac/contracts";
import { IMMUTABLE } from "../http/cache-control.ts";
import { INERT_HEADERS } from "../http/frame-headers.ts";
import type { Addresses } from "../addresses.ts";
import { renderPrintDocument } from "../delivery/print-document.ts";
import type { PackageFiles } from "../services/package-files.ts";
import type { Plans } from "../services/plans.ts";
import type { PrintPages } from "../services/print-pages.ts";

const FILE_PATH = /^\/p\/([0-9a-f]{64})\/((?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*)$/;
const TYPES_SERVED = /^(?:text\/javascript|text\/css|image\/|font\/|application\/json)/;

const notFound = (): Response =>
  new Response("Not found.\n", { status: 404, headers: { ...INERT_HEADERS, "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" } });

/** Serves a frames host: frame documents, package files and pages to print. Everything else is 404; nothing redirects. */
export function frameRoutes(services: { plans: Plans; packages: PackageFiles; prints: Pick<PrintPages, "find">; addresses: Addresses }) {
  async function frame(installation: InstallationId, key: string, hash: string | undefined): Promise<Response> {
    const document = isSurfaceKey(key) ? await services.plans.findFrameDocument(installation, key, hash) : undefined;
    if (!document) return notFound();
    return new Response(document.body, { headers: { ...document.headers, "cache-control": hash === undefined ? "public, max-age=60" : IMMUTABLE } });
  }

  async function file(path: string): Promise<Response> {
    const [, packageHash, name] = FILE_PATH.exec(path) ?? [];
    const found = packageHash && name ? await services.packages.read(packageHash, name) : undefined;
    if (!found || !TYPES_SERVED.test(found.type)) return notFound();
    return new Response(new Uint8Array(found.bytes), { headers: { ...INERT_HEADERS, "content-type": found.type, "cache-control": IMMUTABLE } });
  }

  async function print(installation: InstallationId, id: string): Promise<Response> {
    const found = await services.prints.find(installation, id);
    if (!found) return notFound();
    const { body, headers } = renderPrintDocument(found, services.addresses);
    return new Response(body, { headers });
  }

  return {
    /** @param url as it was sent: the path is matched undecoded, so encoded slashes, dot segments and queries match nothing */
    answer(installation: InstallationId, method: string, url: string): Promise<Response> | Response {
      if (method !== "GET" && method !== "HEAD") return notFound();
      const path = url.replace(/^https?:\/\/[^/]+/, "");
      const [, key, hash] = /^\/f\/([\w]+)(?:\/([\w-]{32}))?$/.exec(path) ?? [];
      if (key) return frame(installation, key, hash);
      const [, printed] = /^\/print\/([\w-]{43})$/.exec(path) ?? [];
      return printed ? print(installation, printed) : file(path);
    },
    notFound,
  };
}
