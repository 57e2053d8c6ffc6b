import type { Plan, Problem } from "@dramac/contracts";
import type { AssertionSource, Identity } from "./identity.ts";

interface SignInActions {
  /** The person has changed. `hadPerson`: a person was signed in before. */
  changed(hadPerson: boolean): void;
  /** Shows a member's own plan, or without one the public plan. */
  show(plan: Plan | undefined): void;
  failed(error: unknown): void;
}

/**
 * Signs a person in or out. On a site every person sees the same plan; on other surfaces the plan depends on the person.
 * When the person changes again while a plan is fetched, the older answer is ignored.
 */
export function createSignIn(identity: Identity, isSite: boolean, { changed, show, failed }: SignInActions) {
  let turns = 0;
  return async function identify(source: AssertionSource | null): Promise<void> {
    const turn = ++turns;
    changed(identity.set(source));
    if (isSite) return;
    if (source === null) return show(undefined);
    try {
      const own = await identity.fetchPlan();
      if (turn === turns) show(own);
    } catch (error) {
      if (turn !== turns) return;
      show(undefined);
      console.warn("[dramac] Not signed in:", (error as Problem).detail ?? error);
      failed(error);
    }
  };
}
