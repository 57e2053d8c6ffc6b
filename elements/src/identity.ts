import type { Plan, Problem } from "@dramac/contracts";

/** What a page's own backend signs of whoever is there, or how to have it signed: assertions live for a minute and open one session each. */
export type AssertionSource = string | (() => string | Promise<string>);

/** How long one assertion may serve several modules: well within its minute. */
const FRESH_MS = 30_000;

/**
 * Whoever has signed in on this page, and what is handed out in that name.
 * @param surface address of the surface's routes
 */
export function createIdentity(surface: string) {
  let source: AssertionSource | null = null;
  let latest: { readonly at: number; readonly jwt: Promise<string>; readonly given: Set<string> } | undefined;
  /** The last that was handed out: by it the platform knows who signs out. */
  let last: string | undefined;

  const post = (route: string, assertion: string) =>
    fetch(`${surface}/${route}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ assertion }),
      keepalive: true,
    });

  /**
   * An assertion for one installation; a source that is a function is asked for another when this one has been used there.
   * Nothing for a visitor; the empty text, which opens no session, when the page's backend fails: a member is no visitor.
   */
  async function ask(installation: string): Promise<string | undefined> {
    const asked = source;
    if (asked === null) return undefined;
    if (!latest || (typeof asked === "function" && (latest.given.has(installation) || Date.now() - latest.at > FRESH_MS)))
      latest = { at: Date.now(), jwt: (async () => (typeof asked === "function" ? asked() : asked))(), given: new Set() };
    const current = latest;
    current.given.add(installation);
    let jwt = "";
    try {
      jwt = await current.jwt;
    } catch (fault) {
      if (latest === current) latest = undefined;
      console.warn("[dramac] The page's own sign-in failed:", fault);
    }
    // Whoever it was about may have left meanwhile.
    if (asked !== source) return ask(installation);
    if (jwt) last = jwt;
    return jwt;
  }

  return {
    ask,
    /** Somebody else is there from now on. `null` signs out, in every tab of this person's. @returns whether anybody was there before */
    set(next: AssertionSource | null): boolean {
      const wasSomebody = source !== null;
      if (next === null && last) post("sign-out", last).catch((fault) => console.warn("[dramac] Not signed out:", fault));
      source = next;
      last = latest = undefined;
      return wasSomebody;
    },
    /** What a member sees. @throws Problem what the API has against it */
    async fetchPlan(): Promise<Plan> {
      const response = await post("plan", (await ask("plan")) ?? "");
      const answer = (await response.json()) as Plan | Problem;
      if (response.ok) return answer as Plan;
      throw answer;
    },
  };
}

export type Identity = ReturnType<typeof createIdentity>;
