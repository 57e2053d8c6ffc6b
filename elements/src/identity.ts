import type { Plan, Problem } from "@dramac/contracts";

/** An assertion that the page's own backend signed about the person, or a function that fetches one. An assertion is valid for a minute and opens one session for each installation. */
export type AssertionSource = string | (() => string | Promise<string>);

/** How long several modules may share one assertion. It is less than the minute for which an assertion is valid. */
const FRESH_MS = 30_000;

/**
 * The person who is signed in on this page, and the assertions about that person.
 * @param surface address of the surface's routes
 */
export function createIdentity(surface: string) {
  let source: AssertionSource | null = null;
  let latest: { readonly at: number; readonly jwt: Promise<string>; readonly given: Set<string> } | undefined;
  /** The last assertion that was used. It tells the platform who signs out. */
  let last: string | undefined;

  const post = (route: string, assertion: string) =>
    fetch(`${surface}/${route}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ assertion }),
      keepalive: true,
    });

  /**
   * An assertion for one installation. If the last one was used there already, a source function is called again.
   * `undefined` for a visitor. An empty string, which opens no session, when the page's backend fails: a member must not become a visitor.
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
    } catch (error) {
      if (latest === current) latest = undefined;
      console.warn("[dramac] The page's own sign-in failed:", error);
    }
    // The person may have changed meanwhile.
    if (asked !== source) return ask(installation);
    if (jwt) last = jwt;
    return jwt;
  }

  return {
    ask,
    /**
     * The person has changed. `null` signs out, in every tab of the person.
     * @returns whether a person was signed in before
     */
    set(next: AssertionSource | null): boolean {
      const hadPerson = source !== null;
      if (next === null && last) post("sign-out", last).catch((error) => console.warn("[dramac] Not signed out:", error));
      source = next;
      last = latest = undefined;
      return hadPerson;
    },
    /** The plan of the signed-in member. @throws Problem when the API refuses */
    async fetchPlan(): Promise<Plan> {
      const response = await post("plan", (await ask("plan")) ?? "");
      const answer = (await response.json()) as Plan | Problem;
      if (response.ok) return answer as Plan;
      throw answer;
    },
  };
}

export type Identity = ReturnType<typeof createIdentity>;
