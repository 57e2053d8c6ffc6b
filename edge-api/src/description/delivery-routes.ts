import { ErrorReportSchema, AssertionRequestSchema, ProxyRequestSchema, SessionRequestSchema, SetupSchema, UsageBatchSchema } from "@dramac/contracts";
import type { z } from "zod";

/** A route that is no operation of the table: what pages, shells and machines ask for. */
export interface DescribedRoute {
  readonly id: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly summary: string;
  /** Media type of what is answered; nothing when only the status says something. */
  readonly answers?: string;
  readonly status?: number;
  readonly body?: z.ZodType;
  /** A capability token of a session, which shells hold. */
  readonly needsToken?: boolean;
}

const SCRIPT = "text/javascript";

export const deliveryRoutes: readonly DescribedRoute[] = [
  { id: "delivery.embed", method: "GET", path: "/embed/{key}.js", summary: "The line's script: the loader with a surface's plan in it.", answers: SCRIPT },
  {
    id: "delivery.diagnosis",
    method: "GET",
    path: "/embed/{key}/diagnosis.js",
    summary: "Why an installation stays silent on an origin, as a module to import.",
    answers: SCRIPT,
  },
  { id: "delivery.loader", method: "GET", path: "/loader.js", summary: "The evergreen loader, for data-site.", answers: SCRIPT },
  { id: "delivery.pinned-loader", method: "GET", path: "/loader/{version}.js", summary: "One release of the loader, immutable.", answers: SCRIPT },
  { id: "delivery.runtime", method: "GET", path: "/elements/{file}", summary: "A file of the elements runtime, immutable.", answers: SCRIPT },
  { id: "delivery.plan", method: "GET", path: "/api/surfaces/{key}/plan", summary: "What a surface mounts.", answers: "application/json" },
  {
    id: "member.plan",
    method: "POST",
    path: "/api/surfaces/{key}/plan",
    summary: "What a portal or dashboard mounts for somebody whom its own backend vouches for; only the surface's own pages may ask.",
    body: AssertionRequestSchema,
    answers: "application/json",
  },
  {
    id: "member.sign-out",
    method: "POST",
    path: "/api/surfaces/{key}/sign-out",
    summary: "Signs somebody out: every session that began with what was said of that person until now ends within two seconds.",
    body: AssertionRequestSchema,
    status: 204,
  },
  {
    id: "delivery.fragment",
    method: "GET",
    path: "/api/surfaces/{key}/fragment",
    summary: "Plan and loader, to be rendered into a page.",
    answers: "text/html",
  },
  {
    id: "billing.webhook",
    method: "POST",
    path: "/api/webhooks/lemonsqueezy",
    summary:
      "Where the billing provider tells what happened, signed with X-Signature. 200 says that it is written down; what follows is worked out afterwards.",
    answers: "application/json",
  },
  {
    id: "module.session",
    method: "POST",
    path: "/api/sessions",
    summary: "Opens a session of one installation; only its own shell may ask.",
    body: SessionRequestSchema,
    answers: "application/json",
  },
  {
    id: "module.call",
    method: "POST",
    path: "/api/modules/{installationId}/proxy",
    summary: "Carries a module's call: every operation of the permission registry.",
    body: ProxyRequestSchema,
    answers: "application/json",
    needsToken: true,
  },
  {
    id: "module.stream",
    method: "GET",
    path: "/api/modules/{installationId}/stream",
    summary: "Tells of changes in collections, as server-sent events.",
    answers: "text/event-stream",
    needsToken: true,
  },
  {
    id: "module.media",
    method: "PUT",
    path: "/api/modules/{installationId}/media",
    summary: "Takes a file into a collection (?collection=&name=): an image, drawn anew, or a PDF, JSON, CSV or plain text. Served on the media host.",
    answers: "application/json",
    status: 201,
    needsToken: true,
  },
  { id: "module.events", method: "POST", path: "/api/events", summary: "Takes one page view's usage, by beacon.", body: UsageBatchSchema, status: 202 },
  { id: "module.error", method: "POST", path: "/api/modules/errors", summary: "Takes a module's fault, by beacon.", body: ErrorReportSchema, status: 202 },
  {
    id: "platform.setup",
    method: "POST",
    path: "/api/setup",
    summary: "Makes the first super admin, with the token that the first start printed.",
    body: SetupSchema,
    answers: "application/json",
    status: 201,
  },
  { id: "platform.livez", method: "GET", path: "/livez", summary: "Whether this node runs.", answers: "text/plain" },
  { id: "platform.readyz", method: "GET", path: "/readyz", summary: "Whether this node takes requests.", answers: "text/plain" },
  { id: "platform.description", method: "GET", path: "/openapi.json", summary: "This description.", answers: "application/json" },
  { id: "platform.docs", method: "GET", path: "/docs", summary: "This description, to read.", answers: "text/html" },
];
