import { type Answer, dialPort, type TestPlatform } from "../../src/index.ts";
import { moduleOf, putInstallation } from "./installed.ts";
import { sampleOf } from "./samples.ts";

export interface ApiAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: any JSON
  readonly body: any;
  readonly headers: Answer["headers"];
}

export interface ApiCall {
  /** Without a key the call carries no credentials. */
  readonly key?: string | undefined;
  readonly method: string;
  readonly path: string;
  /** A string is sent as it is, everything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls the management API over HTTP. */
export async function call(platform: Pick<TestPlatform, "port">, { key, method, path, body, headers = {} }: ApiCall): Promise<ApiAnswer> {
  const answer = await dialPort(platform.port, path, {
    method,
    headers: { ...headers, ...(key !== undefined && { authorization: `Bearer ${key}` }), ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, headers: answer.headers, body: read(answer) };
}

/** Lines of JSON become a list; a table stays a text. */
function read({ headers, body }: Answer): ApiAnswer["body"] {
  if (String(headers["content-type"]).startsWith("text/csv")) return body;
  if (headers["content-type"] === "application/x-ndjson")
    return body
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  return body ? JSON.parse(body) : undefined;
}

/** An agency with one of everything that a path can name, and a key for each of its roles. */
export interface Agency {
  readonly ids: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<"client_member" | "agency_member" | "agency_admin" | "agency_owner", string>>;
}

/** Makes an agency by the API alone. */
export async function makeAgency(platform: TestPlatform, slug: string): Promise<Agency> {
  const root = platform.seeded.keys.superAdmin;
  const made = async (path: string, body: object) => {
    const answer = await call(platform, { key: root, method: "POST", path, body });
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const { id: agencyId } = await made("/api/admin/agencies", { name: slug, slug });
  const { id: clientId } = await made(`/api/agencies/${agencyId}/clients`, { name: "Harbour" });
  const { id: siteId } = await made(`/api/clients/${clientId}/sites`, { name: "Shop" });
  const { id: profileId } = await made(`/api/agencies/${agencyId}/profiles`, { email: `${slug}@example.com`, name: "Ada", role: "agency_member" });
  const keys = {} as Record<keyof Agency["keys"], string>;
  let keyId = "";
  for (const role of ["client_member", "agency_member", "agency_admin", "agency_owner"] as const) {
    const key = await made(`/api/agencies/${agencyId}/keys`, { label: role, role, ...(role === "client_member" && { clientId }) });
    keys[role] = key.key;
    keyId = (await made(`/api/agencies/${agencyId}/keys`, { label: "spare", role: "agency_member" })).id;
  }
  const { id: assertionKeyId } = await made(`/api/agencies/${agencyId}/assertion-keys`, sampleOf("assertion-key.register"));
  const moduleId = await moduleOf(platform, "site");
  const [developer] = (await call(platform, { key: root, method: "GET", path: "/api/admin/developers" })).body.items;
  const month = new Date().toISOString().slice(0, 7);
  const ids: Record<string, string> = {
    agencyId,
    clientId,
    siteId,
    profileId,
    keyId,
    assertionKeyId,
    moduleId,
    developerId: developer?.id,
    month,
    entryId: crypto.randomUUID(),
    webhookId: crypto.randomUUID(),
  };
  for (const [level, path] of Object.entries({ agency: `/api/agencies/${agencyId}`, client: `/api/clients/${clientId}`, site: `/api/sites/${siteId}` })) {
    const surface = { name: level, origins: ["https://shop.example"], ...(level === "agency" && { kind: "agency" }) };
    ids[`${level}Surface`] = (await made(`${path}/surfaces`, surface)).id;
  }
  ids.platformModule = await moduleOf(platform, "platform");
  if (!moduleId) return { ids, keys };
  for (const level of ["agency", "client", "site"]) for (const thing of ["Installation", "Secret"]) ids[`${level}${thing}`] = crypto.randomUUID();
  ids.requestId = (await made(`/api/agencies/${agencyId}/requests`, { title: "Maps", description: "Of harbours." })).id;
  const review = await call(platform, { key: root, method: "PUT", path: `/api/agencies/${agencyId}/modules/${moduleId}/review`, body: { rating: 5 } });
  ids.reviewId = review.body.id;
  ids.subscriptionId = (await made(`/api/agencies/${agencyId}/subscriptions`, { moduleId })).id;
  const job = { moduleId, siteIds: [crypto.randomUUID()] };
  ids.bulkInstallId = (await call(platform, { key: root, method: "POST", path: `/api/agencies/${agencyId}/bulk-installs`, body: job })).body.id;
  for (const level of ["agency", "client", "site"]) if (await moduleOf(platform, level)) await putInstallation(platform, { ids, keys }, level, "installed");
  return { ids, keys };
}
