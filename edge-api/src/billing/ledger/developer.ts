import type { Tx } from "../../db/database.ts";
import { LedgerError } from "./ledger-error.ts";

/** How long after a payment the developer's share cannot be paid out. */
export const PAYOUT_HOLD_MS = 60 * 86_400_000;

/** The present developer of a module, who gets the share of a new payment, and bears the refunds of that payment later. @throws LedgerError `module_unknown` */
export async function findDeveloper(tx: Tx, moduleId: string): Promise<string> {
  const [module] = await tx`select developer_id from modules where id = ${moduleId}`;
  if (!module) throw new LedgerError("module_unknown", `There is no module ${moduleId}, so the developer of this payment is unknown.`);
  return module.developer_id as string;
}
