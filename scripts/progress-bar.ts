import type { LargeSeedProgress } from "@dramac/seeds/large";

const CELLS = 30;

/** Shows how far a seed is: one line that is drawn again and again on a terminal, a line for each step elsewhere. */
export function createProgressBar(out: Pick<NodeJS.WriteStream, "isTTY" | "write">): (progress: LargeSeedProgress) => void {
  let last = "";
  return function show({ step, done, total }) {
    const percent = Math.floor((done / total) * 100);
    if (out.isTTY) {
      const filled = Math.floor((done / total) * CELLS);
      out.write(`\r\x1b[2K${"█".repeat(filled)}${"░".repeat(CELLS - filled)} ${String(percent).padStart(3)} %  ${step}${done === total ? "\n" : ""}`);
    } else if (step !== last) {
      out.write(`${String(percent).padStart(3)} %  ${step}\n`);
    }
    last = step;
  };
}
