import type { Fallback, Presentation } from "@dramac/contracts";

/** About how many letters fit into one line of text, in each width class. */
const LETTERS = { narrow: 42, medium: 80, wide: 130 } as const;
const LINE_PX = 26;
/** The margins above and below a paragraph together. */
const MARGINS_PX = 32;

/** The estimated heights in px of the text that is shown in place of a module, until a page has measured it. */
export function fallbackHeights({ kind, text = "" }: Fallback): Presentation["heights"] {
  const heightAt = (letters: number) => (kind === "placeholder" ? Math.max(1, Math.ceil(text.length / letters)) * LINE_PX + MARGINS_PX : 0);
  return { narrow: heightAt(LETTERS.narrow), medium: heightAt(LETTERS.medium), wide: heightAt(LETTERS.wide) };
}
