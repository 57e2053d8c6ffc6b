import { ERRORS } from "@dramac/contracts";
import { z } from "zod";
import { CSV_TYPE } from "../management/csv.ts";
import { NDJSON_TYPE } from "../management/ndjson.ts";
import type { Operation } from "../management/operation.ts";
import type { DescribedRoute } from "./delivery-routes.ts";

type Json = Readonly<Record<string, unknown>>;

export interface DescribedOperation {
  readonly operationId: string;
  readonly tags: readonly [string];
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: Json }[];
  readonly requestBody?: { readonly required: true; readonly content: Readonly<Record<string, { readonly schema: Json }>> };
  readonly responses: Readonly<Record<string, Json>>;
  readonly security: readonly Json[];
  readonly "x-least-role"?: string;
}

/** An OpenAPI 3.1 document. */
export interface Description {
  readonly openapi: "3.1.0";
  readonly info: Json;
  readonly servers: readonly Json[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: Json;
}

/** A zod schema as JSON Schema: of its input or of its output. */
export const schemaOf = (schema: z.ZodType, io: "input" | "output"): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
};

const TYPES = { ndjson: NDJSON_TYPE, csv: CSV_TYPE } as const;

const PROBLEM = {
  type: "object",
  description: "RFC 9457 problem details.",
  required: ["type", "title", "status", "code", "detail", "requestId"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { enum: Object.entries(ERRORS).flatMap(([code, { status }]) => (status ? [code] : [])), description: "Stable: programs should test this." },
    detail: { type: "string", description: "A sentence that says what to do." },
    requestId: { type: "string" },
    faults: { type: "array", items: { type: "object", properties: { path: { type: "string" }, message: { type: "string" } } } },
  },
};

/** Describes all operations and routes, from the same tables that the server and the tests use. */
export function describeApi(operations: readonly Operation[], routes: readonly DescribedRoute[], version: string, server: string): Description {
  const paths: Record<string, Record<string, DescribedOperation>> = {};
  const put = (path: string, method: string, described: DescribedOperation) => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: described };
  };
  for (const operation of operations) put(operation.path, operation.method, describeOperation(operation));
  for (const route of routes) put(route.path, route.method, describeRoute(route));
  return {
    openapi: "3.1.0",
    info: { title: "DRAMAC Connect", version, description: "Modules on any website: tenants, catalogue, installations, delivery." },
    servers: [{ url: server }],
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      responses: { Problem: { description: "An error.", content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } } },
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "A secret key, dk_live_… or dk_test_…" },
        token: { type: "http", scheme: "bearer", description: "The capability token of a session; shells hold it." },
      },
    },
  };
}

function describeOperation({ id, path, summary, minimumRole, query, body, answer, answers, status = 200 }: Operation): DescribedOperation {
  return {
    operationId: id,
    tags: [id.split(".").at(-2) ?? id],
    summary,
    "x-least-role": minimumRole,
    security: [{ key: [] }],
    parameters: [...pathParameters(path, (name) => (name.endsWith("Id") ? { type: "string", format: "uuid" } : { type: "string" })), ...queryParameters(query)],
    ...(body && requestBody(body)),
    responses: {
      [status]: { description: "Done.", content: { [answers ? TYPES[answers] : "application/json"]: { schema: schemaOf(answer, "output") } } },
      ...REFUSED,
    },
  };
}

function describeRoute({ id, path, summary, body, answers, status = 200, needsToken }: DescribedRoute): DescribedOperation {
  return {
    operationId: id,
    tags: [id.split(".")[0] ?? id],
    summary,
    security: needsToken ? [{ token: [] }] : [],
    parameters: pathParameters(path, () => ({ type: "string" })),
    ...(body && requestBody(body)),
    responses: { [status]: { description: "Done.", ...(answers && { content: { [answers]: { schema: {} } } }) }, ...REFUSED },
  };
}

const REFUSED = { default: { $ref: "#/components/responses/Problem" } };

const requestBody = (schema: z.ZodType) => ({
  requestBody: { required: true, content: { "application/json": { schema: schemaOf(schema, "input") } } } as const,
});

const pathParameters = (path: string, schemaOfName: (name: string) => Json) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({ name, in: "path", required: true, schema: schemaOfName(name) }));

function queryParameters(query: z.ZodType | undefined): DescribedOperation["parameters"] {
  const { properties = {} } = (query ? schemaOf(query, "output") : {}) as { properties?: Record<string, Json> };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: "query", required: false, schema }));
}
