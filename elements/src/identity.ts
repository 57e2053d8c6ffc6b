import type { Plan, Problem } from "@dramac/contracts";

/** What a page's own backend signs of whoever is there, or how to have it signed: assertions live for a minute and open one session each. */
export type AssertionSource = string | (() => string | Promise<string>);

/** How long one assertion may serve several modules: well within its minute. */
const FRESH_MS = 30_000;
const MOST_HANDED_OUT = 50;

/**
 * Whoever has signed in on this page, and what is handed out in that name.
 * @param surface address of the surface's routes
 */
export function createIdentity(surface: string) {
  let source: AssertionSource | null = null;
  let latest: { readonly at: number; readonly jwt: Promise<string>; readonly given: Set<string> } | undefined;
  let handedOut: string[] = [];

  const post = (route: string, body: unknown) =>
    fetch(`${surface}/${route}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), keepalive: true });

  /** An assertion for one installation; a source that is a function is asked for another when this one has been used there. */
  async function ask(installation: string): Promise<string | undefined> {
    if (source === null) return undefined;
    const isStale = !latest || (typeof source === "function" && (latest.given.has(installation) || Date.now() - latest.at > FRESH_MS));
    if (isStale) latest = { at: Date.now(), jwt: Promise.resolve(typeof source === "function" ? source() : source), given: new Set() };
    const current = latest;
    current?.given.add(installation);
    try {
      const jwt = await current?.jwt;
      if (jwt && !handedOut.includes(jwt)) handedOut = [jwt, ...handedOut].slice(0, MOST_HANDED_OUT);
      return jwt;
    } catch (fault) {
      if (latest === current) latest = undefined;
      console.warn("[dramac] The page's own sign-in failed:", fault);
      return undefined;
    }
  }

  return {
    ask,
    /** Takes somebody else's place; whoever was there before is signed out. */
    set(next: AssertionSource | null): void {
      if (handedOut.length) post("sign-out", { assertions: handedOut }).catch(() => undefined);
      source = next;
      latest = undefined;
      handedOut = [];
    },
    /** What a member sees. @throws Problem what the API has against it */
    async fetchPlan(): Promise<Plan> {
      const response = await post("plan", { assertion: (await ask("plan")) ?? "" });
      const answer = (await response.json()) as Plan | Problem;
      if (response.ok) return answer as Plan;
      throw answer;
    },
  };
}

export type Identity = ReturnType<typeof createIdentity>;
