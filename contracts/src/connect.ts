import { z } from "zod";

/** The methods of calls to other hosts. */
export const CONNECT_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type ConnectMethod = (typeof CONNECT_METHODS)[number];

/** A host that the module reaches through the API: exact, https, public. */
const ConnectHostSchema = z.string().max(253).refine(isExactPublicHost, "an exact public https host name: no wildcard, port, IP address or local name");

function isExactPublicHost(host: string): boolean {
  if (!/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(host)) return false;
  return !/\.(?:local|localhost|internal|lan|home|arpa|test|invalid|example)$/.test(host);
}

/** What visitors may call: a method and a path; a last `*` matches the rest. A call that visitors may make is open to everyone. */
const VisitorCallSchema = z
  .string()
  .max(200)
  .regex(/^(?:GET|POST|PUT|PATCH|DELETE) \/[A-Za-z0-9._~!$&'()+,;=:@/-]*\*?$/, "a method and a path, like GET /v1/rates or GET /v1/*");

/** A host, and the calls that visitors may make there; none by default. Members of the installation's owner may call everything. */
export const ConnectEntrySchema = z.union([
  ConnectHostSchema,
  z.strictObject({ host: ConnectHostSchema, visitor: z.array(VisitorCallSchema).max(40).default([]) }),
]);
type ConnectEntry = z.infer<typeof ConnectEntrySchema>;

export const connectHostOf = (entry: ConnectEntry): string => (typeof entry === "string" ? entry : entry.host);

/** Headers that may carry a secret. `host`, cookies and headers that frame a message are not allowed. */
const SecretHeader = z.union([
  z.literal("authorization"),
  z.string().regex(/^(?:x-[a-z0-9-]{1,60}|api-?key)$/, "authorization, api-key or an x-… header, in lower case"),
]);

/** A secret that the operator of the installation sets. The API sends it only to its host and never shows it. */
export const SecretDeclarationSchema = z.strictObject({
  host: ConnectHostSchema,
  header: SecretHeader.default("authorization"),
  /** The header's value; `{secret}` is replaced by the secret. */
  format: z
    .string()
    .max(120)
    .regex(/^[\x20-\x7e]*\{secret\}[\x20-\x7e]*$/, "printable text with {secret} in it, like Bearer {secret}")
    .default("Bearer {secret}"),
  label: z.string().max(120).default(""),
});
export type SecretDeclaration = z.infer<typeof SecretDeclarationSchema>;

export const SecretNameSchema = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, "a name of lower-case letters, digits, - and _");

/** `data` of a call of /connect/:host/…; headers that are not passed on are dropped. */
export const ConnectRequestSchema = z.strictObject({
  headers: z.record(z.string().max(80), z.string().max(2_000)).default({}),
  /** Sent as JSON. With another `content-type`, a string is sent unchanged. Not allowed with GET. */
  body: z.unknown().optional(),
});

/** What another host answered. */
export interface ConnectResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON when the host says so, else text. */
  readonly data: unknown;
}
