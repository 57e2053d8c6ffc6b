import type { Fallback, Presentation } from "@dramac/contracts";

/** How many letters a line of a page's own text holds, about, in each class of widths. */
const LETTERS = { narrow: 42, medium: 80, wide: 130 } as const;
const LINE_PX = 26;
/** Above and below a paragraph. */
const MARGINS_PX = 32;

/** How much space the words in a module's place take, about, until a page has measured them itself. */
export function fallbackHeights({ kind, text = "" }: Fallback): Presentation["heights"] {
  const heightAt = (letters: number) => (kind === "placeholder" ? Math.max(1, Math.ceil(text.length / letters)) * LINE_PX + MARGINS_PX : 0);
  return { narrow: heightAt(LETTERS.narrow), medium: heightAt(LETTERS.medium), wide: heightAt(LETTERS.wide) };
}
