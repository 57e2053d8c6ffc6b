import { ErrorReportSchema, AssertionRequestSchema, ProxyRequestSchema, SessionRequestSchema, SetupSchema, UsageBatchSchema } from "@dramac/contracts";
import type { z } from "zod";

/** A route outside the management API, for pages, shells and other machines. */
export interface DescribedRoute {
  readonly id: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly summary: string;
  /** Media type of the response; absent when it has no body. */
  readonly answers?: string;
  readonly status?: number;
  readonly body?: z.ZodType;
  /** Whether it needs the capability token of a session, which shells hold. */
  readonly needsToken?: boolean;
}

const SCRIPT = "text/javascript";

export const deliveryRoutes: readonly DescribedRoute[] = [
  { id: "delivery.embed", method: "GET", path: "/embed/{key}.js", summary: "The embed script: the loader with a surface's plan.", answers: SCRIPT },
  {
    id: "delivery.diagnosis",
    method: "GET",
    path: "/embed/{key}/diagnosis.js",
    summary: "Why an installation does not answer on an origin, as a JavaScript module.",
    answers: SCRIPT,
  },
  { id: "delivery.loader", method: "GET", path: "/loader.js", summary: "The current loader, for data-site.", answers: SCRIPT },
  { id: "delivery.pinned-loader", method: "GET", path: "/loader/{version}.js", summary: "One release of the loader, immutable.", answers: SCRIPT },
  { id: "delivery.runtime", method: "GET", path: "/elements/{file}", summary: "A file of the elements runtime, immutable.", answers: SCRIPT },
  { id: "delivery.plan", method: "GET", path: "/api/surfaces/{key}/plan", summary: "The plan of a surface: what it mounts.", answers: "application/json" },
  {
    id: "member.plan",
    method: "POST",
    path: "/api/surfaces/{key}/plan",
    summary: "The plan of a portal or dashboard for a member whom its own backend has identified. Only the surface's own pages may ask.",
    body: AssertionRequestSchema,
    answers: "application/json",
  },
  {
    id: "member.sign-out",
    method: "POST",
    path: "/api/surfaces/{key}/sign-out",
    summary: "Signs a member out: every session of this member that was opened until now ends within two seconds.",
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
    summary: "Takes the webhooks of the billing provider, signed with X-Signature. 200 means that the delivery is stored; it is processed afterwards.",
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
    summary: "Runs a module's call: any operation of the permission registry.",
    body: ProxyRequestSchema,
    answers: "application/json",
    needsToken: true,
  },
  {
    id: "module.stream",
    method: "GET",
    path: "/api/modules/{installationId}/stream",
    summary: "Streams changes in collections as server-sent events.",
    answers: "text/event-stream",
    needsToken: true,
  },
  {
    id: "module.media",
    method: "PUT",
    path: "/api/modules/{installationId}/media",
    summary: "Stores a file in a collection (?collection=&name=): an image, which is re-encoded, or a PDF, JSON, CSV or plain text. The media host serves it.",
    answers: "application/json",
    status: 201,
    needsToken: true,
  },
  {
    id: "module.events",
    method: "POST",
    path: "/api/events",
    summary: "Takes the usage of one page view, sent as a beacon.",
    body: UsageBatchSchema,
    status: 202,
  },
  {
    id: "module.error",
    method: "POST",
    path: "/api/modules/errors",
    summary: "Takes an error of a module, sent as a beacon.",
    body: ErrorReportSchema,
    status: 202,
  },
  {
    id: "platform.setup",
    method: "POST",
    path: "/api/setup",
    summary: "Creates the first super admin, with the token that the first start printed.",
    body: SetupSchema,
    answers: "application/json",
    status: 201,
  },
  { id: "platform.livez", method: "GET", path: "/livez", summary: "Whether this node runs.", answers: "text/plain" },
  { id: "platform.readyz", method: "GET", path: "/readyz", summary: "Whether this node takes requests.", answers: "text/plain" },
  { id: "platform.description", method: "GET", path: "/openapi.json", summary: "This description as OpenAPI.", answers: "application/json" },
  { id: "platform.docs", method: "GET", path: "/docs", summary: "This description as a page.", answers: "text/html" },
];
