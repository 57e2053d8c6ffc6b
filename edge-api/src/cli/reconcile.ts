import { reconcile } from "../billing/reconcile.ts";
import { CommandError, EXIT } from "./command-error.ts";
import { type BillingCommand, openBilling } from "./open-billing.ts";

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `30m`, `2h`, `7d` before now, or a moment in ISO 8601. @throws CommandError */
function readSince(text: string, now: number): Date {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const moment = count ? now - Number(count) * UNITS[unit as keyof typeof UNITS] : /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment) || moment > now) throw new CommandError(`${text} is no time that has been: say 30m, 2h, 7d, or 2026-03-10T09:00:00Z.`);
  return new Date(moment);
}

/** `billing reconcile`: what servers do by themselves, now, and said. Drifts are said as they are logged. */
export async function reconcileNow(command: BillingCommand, { since }: { since?: string }): Promise<number> {
  const { screen, signal } = command;
  const from = since === undefined ? undefined : readSince(since, Date.now());
  return openBilling(command, "provider", async (services) => {
    const progress = screen.startProgress(from ? `Reconciling what came since ${from.toISOString()}` : "Reconciling everything");
    let said = 0;
    let looked = 0;
    try {
      const sums = await reconcile(services, {
        ...(from && { since: from }),
        shouldStop: () => signal.aborted,
        onProgress(so) {
          looked = so.checked;
          for (const error of so.errors.slice(said)) screen.printError(`fault: ${error}`);
          said = so.errors.length;
          progress.show(`${so.checked} looked at, ${so.drifts} drifts, ${so.errors.length} faults`);
        },
      });
      progress.end(signal.aborted ? "Stopped before the end." : "Reconciled.");
      screen.print(`${sums.checked} looked at, ${sums.drifts} drifts mended, ${sums.errors.length} faults.`);
      return sums.errors.length || signal.aborted ? EXIT.found : EXIT.ok;
    } catch (error) {
      progress.end(`Broken off after ${looked}: what was mended until then stays.`);
      throw error;
    }
  });
}
