import { installationLabel, type InstallationId } from "@dramac/contracts";
import { type Answer, dialPort, type PlatformOptions, startPlatform, type TestPlatform } from "../../src/index.ts";

const HOST = "http://shop.example";

/** A platform with two installations on one site, and the requests of their shells. */
export interface TwoInstallations {
  readonly platform: TestPlatform;
  readonly probe: InstallationId;
  readonly villain: InstallationId;
  /** Posts as an installation's own shell does. */
  post(id: InstallationId, path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Opens a session for a new visitor. */
  openSession(id: InstallationId): Promise<Answer>;
}

export async function startTwoInstallations(environment: Readonly<Record<string, string>> = {}, options: PlatformOptions = {}): Promise<TwoInstallations> {
  const platform = await startPlatform(() => [{ name: "shop", origins: [HOST], modules: ["probe", "villain"] }], {
    fixtures: ["probe", "villain"],
    environment,
    ...options,
  });
  const [probe, villain] = (await Promise.all(["probe", "villain"].map((slug) => platform.installation("shop", slug)))) as [InstallationId, InstallationId];
  const post: TwoInstallations["post"] = (id, path, body, headers = {}) =>
    dialPort(platform.port, path, {
      method: "POST",
      headers: { "content-type": "application/json", origin: `http://${installationLabel(id)}.frames.localhost:${platform.port}`, ...headers },
      body: JSON.stringify(body),
    });
  const surface = platform.seeded.sites.shop?.siteKey;
  const openSession: TwoInstallations["openSession"] = (installation) =>
    post(installation, "/api/sessions", { installation, surface, hostOrigin: HOST, visitor: null });
  return { platform, probe, villain, post, openSession };
}
