import assert from "node:assert/strict";
import { ApiError } from "../../src/http/api-error.ts";

/** The refusal that a call ends with, at once or later. Fails when the call succeeds, or ends with an error that is no refusal. */
export async function refusalOf(work: Promise<unknown> | (() => unknown)): Promise<ApiError> {
  const started = typeof work === "function" ? (async () => work())() : work;
  const [outcome] = await Promise.allSettled([started]);
  if (outcome.status === "fulfilled") return assert.fail("The call was not refused.");
  assert.ok(outcome.reason instanceof ApiError, `an ApiError was expected, not ${String((outcome.reason as Error)?.stack)}`);
  return outcome.reason;
}

/** The error code of the refusal that a call ends with. */
export const refusalCodeOf = async (work: Promise<unknown> | (() => unknown)): Promise<string> => (await refusalOf(work)).code;
