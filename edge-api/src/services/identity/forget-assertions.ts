import { MEMBER_SESSION_HOURS } from "@dramac/contracts";
import type { Database } from "../../db/database.ts";

/** Much longer than an assertion is valid, so that wrong clocks do not matter. */
const USED_MINUTES = 60;

/**
 * Deletes the records of used assertions and of sign-outs when every assertion or session that they concern has expired.
 * @returns how many rows were deleted
 */
export async function forgetAssertions(database: Database): Promise<number> {
  return database.withPlatform("forget assertions", async (tx) => {
    const used = await tx`delete from used_assertions where used_at < now() - make_interval(mins => ${USED_MINUTES})`;
    // A session that began just before the sign-out could be renewed for its full hours, and longer with a slow clock.
    const signedOut = await tx`delete from signed_out_members where signed_out_at < now() - make_interval(hours => ${2 * MEMBER_SESSION_HOURS})`;
    return used.count + signedOut.count;
  });
}
