import { Command, CommanderError } from "commander";
import { check } from "./check.ts";
import { EXIT } from "./command-error.ts";
import { explain } from "./explain.ts";
import type { BillingCommand } from "./open-billing.ts";
import { reconcileNow } from "./reconcile.ts";
import { replay } from "./replay.ts";

const CODES = `
Exit codes: 0 all is well, 1 something was found that a person must look at, 2 wrong use, 3 the database or the provider
does not answer, 4 an error in this program. The configuration is the server's, from the same variables: DATABASE_URL or
DRAMAC_DATA, LEMONSQUEEZY_…. The commands are safe while a server runs.`;

/** The command line. `run` resolves to the exit code. */
export function createProgram(context: BillingCommand): { run(args: readonly string[]): Promise<number> } {
  let code: number = EXIT.ok;
  const setExitCode =
    <Args extends unknown[]>(work: (context: BillingCommand, ...args: Args) => Promise<number>) =>
    async (...args: Args) => {
      code = await work(context, ...args);
    };

  const program = new Command("dramac-edge")
    .description("Administers an edge API from the command line.")
    .exitOverride()
    .showHelpAfterError("(--help says more)");
  program.configureOutput({ writeOut: (text) => context.screen.print(text.trimEnd()), writeErr: (text) => context.screen.printError(text.trimEnd()) });
  const billing = program.command("billing").description("Checks, explains and repairs billing.").addHelpText("after", CODES);

  billing
    .command("replay")
    .description(
      "Processes deliveries of the billing provider again, from their first attempt, and waits for the results. Each replay is written into the audit log.",
    )
    .argument("[ids...]", "ids of deliveries: GET /api/admin/webhooks lists them")
    .option("--dead", "all deliveries that were given up")
    .option("--yes", "replay with --dead without asking for confirmation")
    .addHelpText(
      "after",
      "\nRepeating it is safe: a state that is known already changes nothing. A delivery that fails again is tried up to eight times, as on arrival.",
    )
    .action(setExitCode((context, ids: string[], options: { dead?: true; yes?: true }) => replay(context, ids, options)));
  billing
    .command("reconcile")
    .description(
      "Compares the stored state with the billing provider and takes over the provider's state. Servers do it themselves: the last hour every 15 minutes, everything every night.",
    )
    .option("--since <time>", "only resources created since then: 30m, 2h, 7d, or a moment like 2026-03-10T09:00:00Z (default: everything)")
    .addHelpText(
      "after",
      "\nPrints each drift and fault as it is found, and totals at the end. Exit code 1 if a resource could not be reconciled; drifts are corrected.",
    )
    .action(setExitCode((context, options: { since?: string }) => reconcileNow(context, options)));
  billing
    .command("explain")
    .description("Explains why something may run or not: the reason, the event that caused it, until when, and what would change it; then the history.")
    .argument("<id>", "id of an installation, of a subscription, or of the provider's subscription")
    .action(setExitCode((context, id: string) => explain(context, id)));
  billing
    .command("check")
    .description("Reads the whole ledger and lists every entry that does not balance, lacks lines, or was posted twice.")
    .action(setExitCode((context) => check(context)));

  return {
    async run(args) {
      try {
        await program.parseAsync(args, { from: "user" });
        return code;
      } catch (error) {
        if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.wrong;
        throw error;
      }
    },
  };
}
