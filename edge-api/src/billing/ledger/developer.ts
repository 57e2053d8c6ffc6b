import type { Tx } from "../../db/database.ts";
import { LedgerError } from "./ledger-error.ts";

/** How long a developer's share is held after a payment. */
export const PAYOUT_HOLD_MS = 60 * 86_400_000;

/** Who develops a module. Whoever it is when a payment comes in keeps its share, and gives back of it. @throws LedgerError `module_unknown` */
export async function findDeveloper(tx: Tx, moduleId: string): Promise<string> {
  const [module] = await tx`select developer_id from modules where id = ${moduleId}`;
  if (!module) throw new LedgerError("module_unknown", `There is no module ${moduleId}: nobody knows who developed what was paid for.`);
  return module.developer_id as string;
}
