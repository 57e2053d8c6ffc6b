import { installationLabel, type InstallationId } from "@dramac/contracts";
import { dialPort, startPlatform } from "../../src/index.ts";

const SHOP = "http://shop.example";

/** A platform with two modules of one site, whose visitors have pages made for print. */
export async function startPrintHarness() {
  const platform = await startPlatform(() => [{ name: "shop", origins: [SHOP], modules: ["probe", "actor"] }], { fixtures: ["probe", "actor"] });
  const [probe, actor] = (await Promise.all(["probe", "actor"].map((slug) => platform.installation("shop", slug)))) as [InstallationId, InstallationId];
  const hostOf = (id: InstallationId) => `${installationLabel(id)}.frames.localhost:${platform.port}`;

  async function post(path: string, id: InstallationId, body: object, headers: Record<string, string> = {}) {
    const answer = await dialPort(platform.port, path, {
      method: "POST",
      headers: { "content-type": "application/json", origin: `http://${hostOf(id)}`, ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: JSON.parse(answer.body) };
  }

  /** Has a page made in a new visitor's name, as the shell asks for it. */
  async function print(data: unknown, id = probe) {
    const session = await post("/api/sessions", id, { installation: id, surface: platform.seeded.sites.shop?.siteKey, hostOrigin: SHOP, visitor: null });
    const call = { requestId: 1, method: "POST", endpoint: "/prints", data };
    const { status, body } = await post(`/api/modules/${id}/proxy`, id, call, { authorization: `Bearer ${session.body.token}` });
    return { status, body, url: (body.data?.url as string | undefined) ?? "" };
  }

  return {
    platform,
    probe,
    actor,
    print,
    get: (url: string, of = probe) => dialPort(platform.port, new URL(url, platform.url).pathname, { host: hostOf(of) }),
    change: (query: string) => platform.database.withPlatform("test change", (tx) => tx.unsafe(query)),
    close: () => platform.close(),
  };
}

export type PrintHarness = Awaited<ReturnType<typeof startPrintHarness>>;
