import { checkLedger } from "../billing/ledger/index.ts";
import { EXIT } from "./command-error.ts";
import { type BillingCommand, openBilling } from "./open-billing.ts";

const ISSUE_TEXTS = {
  unbalanced: "does not balance",
  not_whole: "lacks lines",
  gap: "has a gap in what it posted",
  two_owners: "came in under two names",
} as const;

/** `billing check`: whether the ledger is sound, with its accounts in minor units. */
export function check(command: BillingCommand): Promise<number> {
  const { screen } = command;
  return openBilling(command, "database", async ({ database }) => {
    const progress = screen.startProgress("Reading the ledger");
    const { isSound, currencies, issues: faults } = await database.withPlatform("ledger check", checkLedger).finally(() => progress.end("Read."));
    for (const { mode, currency, entries, total, accounts } of currencies) {
      screen.print(`${mode} ${currency}: ${entries} entries, in all ${total}`);
      for (const [account, amount] of Object.entries(accounts)) screen.print(`  ${account.padEnd(24)}${String(amount).padStart(16)}`);
    }
    for (const { kind, of } of issues) screen.printError(`${of} ${ISSUE_TEXTS[kind]}.`);
    screen.print(isSound ? "The ledger is sound." : `The ledger is not sound: ${issues.length} faults. Post nothing by hand before somebody knows why.`);
    return isSound ? EXIT.ok : EXIT.found;
  });
}
