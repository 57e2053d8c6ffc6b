import { reconcile } from "../billing/reconcile.ts";
import { CommandError, EXIT } from "./command-error.ts";
import { type BillingCommand, openBilling } from "./open-billing.ts";

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads `30m`, `2h`, `7d` (before now) or a moment in ISO 8601. @throws CommandError */
function readSince(text: string, now: number): Date {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const moment = count ? now - Number(count) * UNITS[unit as keyof typeof UNITS] : /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment) || moment > now) throw new CommandError(`${text} is not a time in the past: give 30m, 2h, 7d, or 2026-03-10T09:00:00Z.`);
  return new Date(moment);
}

/** `billing reconcile`: runs the reconciliation of the servers now, and prints its progress. Drifts are printed by the log. */
export async function reconcileNow(command: BillingCommand, { since }: { since?: string }): Promise<number> {
  const { screen, signal } = command;
  const from = since === undefined ? undefined : readSince(since, Date.now());
  return openBilling(command, "provider", async (services) => {
    const progress = screen.startProgress(from ? `Reconciling what came since ${from.toISOString()}` : "Reconciling everything");
    let printedErrors = 0;
    let checked = 0;
    try {
      const result = await reconcile(services, {
        ...(from && { since: from }),
        shouldStop: () => signal.aborted,
        onProgress({ checked: count, drifts, errors }) {
          checked = count;
          for (const error of errors.slice(printedErrors)) screen.printError(`fault: ${error}`);
          printedErrors = errors.length;
          progress.show(`${count} checked, ${drifts} drifts, ${errors.length} faults`);
        },
      });
      progress.end(signal.aborted ? "Stopped before the end." : "Reconciled.");
      screen.print(`${result.checked} checked, ${result.drifts} drifts mended, ${result.errors.length} faults.`);
      return result.errors.length || signal.aborted ? EXIT.found : EXIT.ok;
    } catch (error) {
      progress.end(`Stopped after ${checked}. Corrections until then remain.`);
      throw error;
    }
  });
}
