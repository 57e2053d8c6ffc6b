import { HOOKS } from "@dramac/contracts/hooks";
import type { Plan, PlannedModule } from "@dramac/contracts";
import type { Handover } from "@dramac/contracts/handover";
import type { ConsentStore } from "./consent-store.ts";
import type { ModuleElement } from "./module-element.ts";

interface DebugSource extends Pick<Handover, "matchesPath">, Pick<ConsentStore, "admits"> {
  elementOf(module: PlannedModule): ModuleElement | undefined;
}

/**
 * Prints which module is mounted where, and why the others are not. Until the returned function is called, it also prints
 * the Content-Security-Policy directive that the page needs whenever its policy blocks a frame or a script.
 */
export function startDebug(plan: () => Plan, source: DebugSource): () => void {
  const { surface, modules } = plan();
  console.info(`[dramac] surface ${surface.key}, revision ${surface.revision}, ${surface.status}`);
  console.table(modules.map((module) => ({ module: module.slug, version: module.version, hook: module.hook, ...explain(module, source) })));
  for (const { hook, slug } of modules) {
    if (hook && !(HOOKS as string[]).includes(hook)) console.warn(`[dramac] ${slug} names the hook ${hook}, which does not exist.`);
  }
  const onViolation = (event: SecurityPolicyViolationEvent) => {
    if (!plan().modules.some(({ frame }) => event.blockedURI.startsWith(new URL(frame).origin))) return;
    const { protocol, host } = new URL(event.blockedURI);
    const address = `${protocol}//*${host.slice(host.indexOf("."))}`;
    console.warn(`[dramac] This page's policy blocked a module. Add to its Content-Security-Policy: ${event.effectiveDirective} ${address}`);
  };
  document.addEventListener("securitypolicyviolation", onViolation);
  return () => document.removeEventListener("securitypolicyviolation", onViolation);
}

function explain(module: PlannedModule, { elementOf, admits, matchesPath }: DebugSource): { where: string; why: string } {
  const element = elementOf(module);
  if (element) return { where: element.parentElement?.tagName.toLowerCase() ?? "", why: element.report.code ?? element.report.state };
  if (!admits(module)) return { where: "", why: `waits for consent: ${module.consent}` };
  if (!matchesPath(module)) return { where: "", why: `not on this path: ${module.paths.join(" ")}` };
  return { where: "", why: `no mount point for ${module.hook ?? "it"} on this page` };
}
