import { Command, CommanderError } from "commander";
import { check } from "./check.ts";
import { EXIT } from "./command-error.ts";
import { explain } from "./explain.ts";
import type { BillingCommand } from "./open-billing.ts";
import { reconcileNow } from "./reconcile.ts";
import { replay } from "./replay.ts";

const CODES = `
Exit codes: 0 all is well, 1 something was found that needs somebody, 2 asked for wrongly, 3 the database or the
provider does not answer, 4 a fault of ours. The configuration is the server's own, from the same variables: DATABASE_URL or
DRAMAC_DATA, LEMONSQUEEZY_…. Beside a running server nothing is disturbed.`;

/** The command line. `run` resolves to what the shell is told. */
export function createProgram(context: BillingCommand): { run(words: readonly string[]): Promise<number> } {
  let code: number = EXIT.ok;
  const setExitCode =
    <Words extends unknown[]>(work: (context: BillingCommand, ...words: Words) => Promise<number>) =>
    async (...words: Words) => {
      code = await work(context, ...words);
    };

  const program = new Command("dramac-edge")
    .description("Looks after an edge API from the command line.")
    .exitOverride()
    .showHelpAfterError("(--help says more)");
  program.configureOutput({ writeOut: (text) => context.screen.print(text.trimEnd()), writeErr: (text) => context.screen.printError(text.trimEnd()) });
  const billing = program.command("billing").description("What is paid for: looks, explains and mends.").addHelpText("after", CODES);

  billing
    .command("replay")
    .description(
      "Has deliveries of the billing provider worked on again, from their first attempt, and waits for what comes of them. Each is written into the audit log.",
    )
    .argument("[ids...]", "deliveries, by id: GET /api/admin/webhooks lists them")
    .option("--dead", "all that were given up")
    .option("--yes", "asks nobody before it replays what was given up")
    .addHelpText(
      "after",
      "\nDoing it twice does no harm: what is known already changes nothing. What fails again is tried again later, eight times, as on arrival.",
    )
    .action(setExitCode((context, ids: string[], options: { dead?: true; yes?: true }) => replay(context, ids, options)));
  billing
    .command("reconcile")
    .description(
      "Holds what is believed here against what the billing provider says, and believes the provider. Servers do it by themselves: the last hour each 15 minutes, everything each night.",
    )
    .option("--since <time>", "only what was created since: 30m, 2h, 7d, or a moment like 2026-03-10T09:00:00Z; everything unless given")
    .addHelpText(
      "after",
      "\nSays each drift and fault as it is found, and the sums at the end. Exit code 1 when something could not be settled; drifts alone are mended, and well.",
    )
    .action(setExitCode((context, options: { since?: string }) => reconcileNow(context, options)));
  billing
    .command("explain")
    .description("Why something runs, or does not: may it, why, which event brought it, until when, what would change it; then the history.")
    .argument("<id>", "an installation, a subscription, or a subscription of the provider's")
    .action(setExitCode((context, id: string) => explain(context, id)));
  billing
    .command("check")
    .description("Reads the whole ledger and names every entry that does not balance, is not whole, or whose money came in twice.")
    .action(setExitCode((context) => check(context)));

  return {
    async run(words) {
      try {
        await program.parseAsync(words, { from: "user" });
        return code;
      } catch (error) {
        if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.wrong;
        throw error;
      }
    },
  };
}
