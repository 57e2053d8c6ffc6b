import { MEMBER_SESSION_HOURS } from "@dramac/contracts";
import type { Database } from "../../db/database.ts";

/** Well past an assertion's minute, whatever the clocks say. */
const USED_MINUTES = 60;

/**
 * Forgets which assertions were used and who signed out, once neither can be told apart from what has long expired.
 * @returns how many rows are gone
 */
export async function forgetAssertions(database: Database): Promise<number> {
  return database.withPlatform("forget assertions", async (tx) => {
    const used = await tx`delete from used_assertions where used_at < now() - make_interval(mins => ${USED_MINUTES})`;
    // A session that began just before its member signed out may be renewed until its hours are over, and a little more by a slow clock.
    const signedOut = await tx`delete from signed_out_members where signed_out_at < now() - make_interval(hours => ${2 * MEMBER_SESSION_HOURS})`;
    return used.count + signedOut.count;
  });
}
