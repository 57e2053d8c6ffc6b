import { createHash } from "node:crypto";
import { Hono } from "hono";
import { type ErrorCode, isInstallationId, isListedOrigin, isSurfaceKey } from "@dramac/contracts";
import type { Addresses } from "../addresses.ts";
import type { Assets } from "../delivery/assets.ts";
import { inlineJson, inlineScript } from "../delivery/inline.ts";
import { IMMUTABLE, PLAN_CACHE } from "../http/cache-control.ts";
import { SCRIPT_HEADERS } from "../http/frame-headers.ts";
import type { BuiltPlan } from "../services/plan-cache.ts";
import type { Plans } from "../services/plans.ts";

/** A fragment is for servers to include. Opened as a page of the platform's own origin, it runs nothing. */
const FRAGMENT_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "sandbox; default-src 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const INERT = "/* This is not a surface key. Copy the embed code again from your dashboard. */\n";

/** The scripts that pages embed, with or without the plan inside, and the runtime that they load. */
export function embedRoutes({ plans, assets, addresses }: { plans: Plans; assets: Assets; addresses: Addresses }) {
  const runtime = `${addresses.platform}/elements/${assets.runtime}`;
  const scripts = new WeakMap<BuiltPlan, string>();
  const boot = (plan?: unknown) => inlineJson({ platform: addresses.platform, runtime, ...(plan !== undefined && { plan }) });
  const withBoot = (code: string, plan?: unknown) => `{const __DRAMAC_BOOT__=${boot(plan)};\n${code}}`;
  const loader = withBoot(assets.loader);
  const loaderTag = `"${createHash("sha256").update(loader).digest("base64url").slice(0, 22)}"`;

  function embedScript(built: BuiltPlan): string {
    const known = scripts.get(built) ?? withBoot(assets.embed, built.plan);
    scripts.set(built, known);
    return known;
  }

  function conditional(request: Request, etag: string, body: string, headers: Record<string, string>): Response {
    const isSame = request.headers.get("if-none-match")?.includes(etag);
    return new Response(isSame ? null : body, { status: isSame ? 304 : 200, headers: { ...headers, etag } });
  }

  return new Hono()
    .get("/embed/:key/diagnosis.js", async (context) => {
      const key = context.req.param("key");
      const { code, message } = await diagnose(key, context.req.query("installation") ?? "", context.req.query("origin") ?? "");
      return new Response(`export default ${inlineJson({ code, message })};\n`, { headers: { ...SCRIPT_HEADERS, "cache-control": "no-store" } });
    })
    .get("/embed/:file{.+\\.js}", async (context) => {
      const key = context.req.param("file").slice(0, -3);
      if (!isSurfaceKey(key)) return new Response(INERT, { headers: { ...SCRIPT_HEADERS, "cache-control": "public, max-age=60" } });
      const built = await plans.get(key);
      return conditional(context.req.raw, built.etag, embedScript(built), { ...SCRIPT_HEADERS, ...PLAN_CACHE, "surrogate-key": key });
    })
    .get("/loader.js", (context) =>
      conditional(context.req.raw, loaderTag, loader, { ...SCRIPT_HEADERS, "cache-control": "public, max-age=3600, stale-if-error=604800" }),
    )
    .get("/loader/:file{.+\\.js}", (context) => {
      if (context.req.param("file") !== `${assets.version}.js`) return context.notFound();
      return new Response(loader, { headers: { ...SCRIPT_HEADERS, "cache-control": IMMUTABLE } });
    })
    .get("/elements/:file", (context) => {
      const code = assets.elements.get(context.req.param("file"));
      if (code === undefined) return context.notFound();
      return new Response(code, { headers: { ...SCRIPT_HEADERS, "cache-control": IMMUTABLE } });
    })
    .get("/api/surfaces/:key/fragment", async (context) => {
      const key = context.req.param("key");
      const built = isSurfaceKey(key) ? await plans.get(key) : undefined;
      const body = built ? `<script>${inlineScript(embedScript(built))}</script>` : "";
      return new Response(body, { headers: { ...FRAGMENT_HEADERS, ...PLAN_CACHE } });
    });

  /** Why a frame did not answer on a page. */
  async function diagnose(key: string, installation: string, origin: string): Promise<{ code: ErrorCode; message: string }> {
    if (!isSurfaceKey(key) || !isInstallationId(installation))
      return { code: "not_found", message: "Unknown surface or installation. Copy the embed code again." };
    const { facts } = await plans.get(key);
    const installed = facts?.installations.find((one) => one.id === installation);
    if (facts?.status !== "active" || !installed) return { code: "gone", message: "This installation no longer runs here." };
    if (!isListedOrigin(origin, [...facts.origins, ...facts.previewOrigins])) {
      return { code: "origin_not_allowed", message: `Add ${origin} to the origins of surface ${key}.` };
    }
    if (!(await plans.findFrameDocument(installation, key, undefined)))
      return { code: "module_missing", message: `The package of ${installed.slug} ${installed.version} is missing. Publish it again.` };
    return { code: "unreachable", message: "The frame was served but did not answer. Check the page's frame-src, or try again." };
  }
}
