import { type Answer, RequestFailed, createClient, type Item } from "../src/node/index.ts";

/* This file is compiled and never run. Lines that must not compile are marked; a mark without an error is an error too. */

type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
const holds = <_ extends true>() => undefined;

export async function typed(): Promise<void> {
  const api = createClient({ platform: "https://connect.example", key: "dk_test_x" });
  const client = await api.call("client.create", { path: { agencyId: "a" }, body: { name: "Harbour" } });
  holds<Same<typeof client.email, string | null>>();
  holds<Same<typeof client.status, "active" | "suspended" | "closed">>();
  holds<Same<Answer<"client.get">, typeof client>>();
  await api.call("agency.list");
  await api.call("client.list", { path: { agencyId: "a" }, query: { limit: 5, cursor: undefined } });
  await api.call("site.installation.switch", { path: { siteId: "s", installationId: "i" }, body: { enabled: true }, ifMatch: 4 });
  for await (const site of api.list("site.list", { path: { clientId: "c" } })) holds<Same<typeof site, Item<"site.list">>>();
  const page = await api.module("i").storage<{ name: string }>("messages").list();
  holds<Same<(typeof page.items)[number]["data"], { name: string }>>();
  const { code } = new RequestFailed("gone", "");
  if (code === "gone") return;

  // @ts-expect-error there is no such operation
  await api.call("client.creat", { path: { agencyId: "a" } });
  // @ts-expect-error the path needs its id
  await api.call("client.get");
  // @ts-expect-error the path's id has another name
  await api.call("client.get", { path: { agencyId: "a" } });
  // @ts-expect-error a client needs a name
  await api.call("client.create", { path: { agencyId: "a" }, body: {} });
  // @ts-expect-error a limit is a number
  await api.call("client.list", { path: { agencyId: "a" }, query: { limit: "five" } });
  // @ts-expect-error a read takes no body
  await api.call("client.get", { path: { clientId: "c" }, body: { name: "x" } });
  // @ts-expect-error the operation does not answer with a list
  api.list("client.get", { path: { clientId: "c" } });
  // @ts-expect-error a client has no price
  client.price;
  // @ts-expect-error a program cannot subscribe to changes
  api.module("i").storage("messages").subscribe;
  // @ts-expect-error there is no such code
  if (code === "broken") return;
}
