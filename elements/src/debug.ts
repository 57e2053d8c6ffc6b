import { HOOKS } from "@dramac/contracts/hooks";
import type { Plan, PlannedModule } from "@dramac/contracts";

export interface DebugRow {
  readonly module: PlannedModule;
  readonly where: string;
  readonly why: string;
}

/** Prints what mounted where and why not, and turns a blocked frame or script into the directive to add. */
export function startDebug(plan: () => Plan, rows: () => DebugRow[]): () => void {
  console.info(`[dramac] surface ${plan().surface.key}, revision ${plan().surface.revision}, ${plan().surface.status}`);
  console.table(rows().map(({ module, where, why }) => ({ module: module.slug, version: module.version, hook: module.hook, where, why })));
  for (const { hook, slug } of plan().modules) {
    if (hook && !(HOOKS as string[]).includes(hook)) console.warn(`[dramac] ${slug} names the hook ${hook}, which does not exist.`);
  }
  const onViolation = (event: SecurityPolicyViolationEvent) => {
    if (!plan().modules.some(({ frame }) => event.blockedURI.startsWith(new URL(frame).origin))) return;
    const { protocol, host } = new URL(event.blockedURI);
    const source = `${protocol}//*${host.slice(host.indexOf("."))}`;
    console.warn(`[dramac] This page's policy blocked a module. Add to its Content-Security-Policy: ${event.effectiveDirective} ${source}`);
  };
  document.addEventListener("securitypolicyviolation", onViolation);
  return () => document.removeEventListener("securitypolicyviolation", onViolation);
}
