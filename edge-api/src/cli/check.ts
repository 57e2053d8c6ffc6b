import { checkLedger } from "../billing/ledger/index.ts";
import { EXIT } from "./command-error.ts";
import { type BillingCommand, openBilling } from "./open-billing.ts";

const ISSUE_TEXTS = {
  unbalanced: "does not balance",
  not_whole: "lacks lines",
  gap: "has a gap in what it posted",
  two_owners: "was posted under two sources",
} as const;

/** `billing check`: checks the ledger, and prints its accounts in minor units. */
export function check(command: BillingCommand): Promise<number> {
  const { screen } = command;
  return openBilling(command, "database", async ({ database }) => {
    const progress = screen.startProgress("Reading the ledger");
    const { isSound, currencies, issues } = await database.withPlatform("ledger check", checkLedger).finally(() => progress.end("Read."));
    for (const { mode, currency, entries, total, accounts } of currencies) {
      screen.print(`${mode} ${currency}: ${entries} entries, in all ${total}`);
      for (const [account, amount] of Object.entries(accounts)) screen.print(`  ${account.padEnd(24)}${String(amount).padStart(16)}`);
    }
    for (const { kind, of } of issues) screen.printError(`${of} ${ISSUE_TEXTS[kind]}.`);
    screen.print(
      isSound ? "The ledger is sound." : `The ledger is not sound: ${issues.length} problems. Do not post anything by hand before the cause is known.`,
    );
    return isSound ? EXIT.ok : EXIT.found;
  });
}
