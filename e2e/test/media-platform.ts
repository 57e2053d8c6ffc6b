import { installationLabel, type InstallationId } from "@dramac/contracts";
import { type Answer, dialPort, startPlatform, type TestPlatform } from "../src/index.ts";

/** An upload's answer, read. */
interface Uploaded {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: any JSON
  readonly body: any;
}

export interface MediaPlatform {
  readonly platform: TestPlatform;
  readonly id: InstallationId;
  /** A token of a new visitor. */
  newVisitor(): Promise<string>;
  /** Uploads as the shell does, with a visitor's token or a secret key. */
  upload(
    token: string,
    bytes: Uint8Array | string,
    type: string,
    more?: { collection?: string; name?: string; headers?: Record<string, string> },
  ): Promise<Uploaded>;
  /** Deletes a file, as a brokered call. */
  remove(token: string, hash: string): Promise<Uploaded>;
  /** Gets from the media host, by a whole address or a path. */
  get(address: string, method?: string): Promise<Answer>;
}

export async function startMediaPlatform(): Promise<MediaPlatform> {
  const platform = await startPlatform(() => [{ name: "shop", origins: ["http://shop.example"], modules: ["probe"] }], {
    fixtures: ["probe"],
    change: (manifest) => Object.assign(manifest.collections as object, { staff: { member: ["create", "read"] } }),
  });
  const id = (await platform.installation("shop", "probe")) as InstallationId;
  const origin = `http://${installationLabel(id)}.frames.localhost:${platform.port}`;
  const host = `media.localhost:${platform.port}`;
  return {
    platform,
    id,
    async newVisitor() {
      const body = JSON.stringify({ installation: id, surface: platform.seeded.sites.shop?.siteKey, hostOrigin: "http://shop.example", visitor: null });
      const answer = await dialPort(platform.port, "/api/sessions", { method: "POST", headers: { "content-type": "application/json", origin }, body });
      return (JSON.parse(answer.body) as { token: string }).token;
    },
    async upload(token, bytes, type, { collection = "notes", name = "file", headers = {} } = {}) {
      const answer = await dialPort(platform.port, `/api/modules/${id}/media?${new URLSearchParams({ collection, name })}`, {
        method: "PUT",
        headers: { ...(!token.startsWith("dk_") && { origin }), authorization: `Bearer ${token}`, "content-type": type, ...headers },
        body: bytes,
      });
      return { status: answer.status, body: JSON.parse(answer.body) };
    },
    async remove(token, hash) {
      const answer = await dialPort(platform.port, `/api/modules/${id}/proxy`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify({ requestId: 1, method: "DELETE", endpoint: `/media/${hash}` }),
      });
      return { status: answer.status, body: JSON.parse(answer.body) };
    },
    get: (address, method = "GET") => dialPort(platform.port, address.replace(`http://${host}`, ""), { host, method }),
  };
}
