import type { IncomingMessage, ServerResponse } from "node:http";
import { installationLabel, type InstallationId } from "@dramac/contracts";
import { dialPort, type MockOutgoingHosts, startMockOutgoingHosts, startPlatform, type TestPlatform } from "../../src/index.ts";

export const API = "api.partner-one.com";
export const OTHER = "hooks.partner-two.com";
/** A declared host whose name each test resolves as it needs. */
export const REROUTED = "rerouted.partner-three.com";

/** The answer to a brokered call. */
interface Called {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: any JSON
  readonly body: any;
}

export interface OutgoingPlatform {
  readonly platform: TestPlatform;
  readonly mock: MockOutgoingHosts;
  readonly id: InstallationId;
  /** A call of the module, by a visitor's session. */
  asVisitor(method: string, endpoint: string, data?: unknown, headers?: Readonly<Record<string, string>>): Promise<Called>;
  /** The same by a program of the agency. */
  asMember(method: string, endpoint: string, data?: unknown): Promise<Called>;
  close(): Promise<void>;
}

/** Extends the probe's manifest: it calls three hosts, one of them also for visitors, with a secret. */
export function withHosts(manifest: Record<string, unknown>): void {
  manifest.permissions = ["read:site", "access:storage", "send:email", "access:api"];
  manifest.connect = [{ host: API, visitor: ["GET /v1/*", "POST /v1/orders"] }, OTHER, { host: REROUTED, visitor: ["GET /*"] }];
  manifest.secrets = { api: { host: API } };
}

/** Starts a platform whose module may call other hosts, and a mock of those hosts. */
export async function startOutgoingPlatform(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<OutgoingPlatform> {
  const mock = await startMockOutgoingHosts([API, OTHER, REROUTED], answer);
  const site = { name: "shop", origins: ["http://shop.example"], modules: ["probe"] };
  const platform = await startPlatform(() => [site], { fixtures: ["probe"], change: withHosts, network: mock.network });
  const id = (await platform.installation("shop", "probe")) as InstallationId;
  const origin = `http://${installationLabel(id)}.frames.localhost:${platform.port}`;
  const post = async (path: string, body: object, headers: Readonly<Record<string, string>>) => {
    const answered = await dialPort(platform.port, path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return { status: answered.status, text: answered.body, body: JSON.parse(answered.body) };
  };
  const proxy = (body: object, headers: Readonly<Record<string, string>>) => post(`/api/modules/${id}/proxy`, { requestId: 1, ...body }, headers);
  const session = { installation: id, surface: platform.seeded.sites.shop?.siteKey, hostOrigin: "http://shop.example", visitor: null };
  let token = "";
  return {
    platform,
    mock,
    id,
    async asVisitor(method, endpoint, data, headers = {}) {
      token ||= (await post("/api/sessions", session, { origin })).body.token as string;
      return proxy({ method, endpoint, data }, { origin, ...headers, authorization: `Bearer ${token}` });
    },
    asMember: (method, endpoint, data) => proxy({ method, endpoint, data }, { authorization: `Bearer ${platform.seeded.keys.agencyOwner}` }),
    async close() {
      await platform.close();
      await mock.close();
    },
  };
}
