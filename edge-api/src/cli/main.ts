import { BillingRefused, BillingUnavailable } from "../billing/provider.ts";
import { EmbeddedPostgresError } from "@dramac/embedded-postgres";
import { DatabaseError, DatabaseUnavailable } from "../db/errors.ts";
import { CommandError, EXIT } from "./command-error.ts";
import { createProgram } from "./program.ts";
import { createScreen } from "./screen.ts";

/** The first Ctrl-C lets the current step finish; the second one exits at once. */
const stopping = new AbortController();
process.once("SIGINT", () => {
  stopping.abort();
  process.once("SIGINT", () => process.exit(130));
});
process.once("SIGTERM", () => stopping.abort());

/** The exit code for an error. */
function codeOf(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof DatabaseUnavailable || error instanceof BillingUnavailable) return EXIT.unavailable;
  if (error instanceof DatabaseError || error instanceof EmbeddedPostgresError || error instanceof BillingRefused) return EXIT.wrong;
  return EXIT.failed;
}

const screen = createScreen(process.stdout, process.stderr);
try {
  process.exitCode = await createProgram({ screen, environment: process.env, signal: stopping.signal }).run(process.argv.slice(2));
} catch (error) {
  screen.printError(error instanceof Error ? error.message : String(error));
  process.exitCode = codeOf(error);
}
