import { createHash } from "node:crypto";
import type { Limits } from "@dramac/contracts";
import type { Addresses } from "../addresses.ts";
import { frameDocumentHeaders, modulePolicy, type FramePolicyParts } from "../http/frame-headers.ts";
import type { PlannedInstallation, SurfaceFacts } from "../services/surface-facts.ts";
import { type Assets, cspHash } from "./assets.ts";
import { escapeHtml, inlineJson, inlineScript, inlineStyle } from "./inline.ts";
import { shellConfiguration } from "./shell-configuration.ts";

export interface FrameDocument {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Hash of body and headers. The URL contains it, so the response never changes. */
  readonly hash: string;
}

export interface Entry {
  readonly script: string;
  readonly style: string;
}

export interface FrameDocumentParts {
  readonly addresses: Addresses;
  readonly assets: Assets;
  readonly surface: SurfaceFacts;
  readonly installed: PlannedInstallation;
  /** The start-up code of the module. */
  readonly entry: Entry;
  readonly limits: Limits;
}

/** Renders the one document that carries the shell, its configuration and the module's start-up code. */
export function renderFrameDocument({ addresses, assets, surface, installed, entry, limits }: FrameDocumentParts): FrameDocument {
  const script = inlineScript(entry.script);
  const parts: FramePolicyParts = {
    platform: addresses.platform,
    media: addresses.media,
    packageUrl: `${addresses.frameOrigin(installed.id)}/p/${installed.packageHash}/`,
    shellHash: assets.shellHash,
    entryHash: cspHash(script),
    ancestors: [...surface.origins, ...surface.previewOrigins],
  };
  const srcdoc = moduleDocument(parts, { locale: surface.locale, title: installed.name, script, style: inlineStyle(entry.style) });
  const configuration = shellConfiguration({ addresses, surface, installed, limits, srcdoc });
  const body = `<!doctype html><html lang="${escapeHtml(surface.locale)}"><meta charset="utf-8"><title>${escapeHtml(installed.name)}</title><style>html,body{margin:0;height:100%;overflow:hidden}iframe{border:0;width:100%;height:100%;display:block}</style><body><script type="application/json">${inlineJson(configuration)}</script><script>${assets.shell}</script></body></html>`;
  const headers = frameDocumentHeaders(parts);
  const hash = createHash("sha256").update(JSON.stringify(headers)).update(body).digest("base64url").slice(0, 32);
  return { body, headers, hash };
}

interface ModuleContent {
  readonly locale: string;
  readonly title: string;
  readonly script: string;
  readonly style: string;
}

/** The module's own document: first its policy, then the base URL of its files. */
function moduleDocument(parts: FramePolicyParts, { locale, title, script, style }: ModuleContent): string {
  const policy = escapeHtml(modulePolicy(parts));
  return `<!doctype html><html lang="${escapeHtml(locale)}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><base href="${escapeHtml(parts.packageUrl)}"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${style}</style></head><body><script type="module">${script}</script></body></html>`;
}
