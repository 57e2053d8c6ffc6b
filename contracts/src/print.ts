import { z } from "zod";
import { lineOfText, LocaleSchema } from "./text.ts";

/** How long a page can be opened after it was made, and how many of an installation's wait at once. */
export const PRINT_LIMITS = { minutes: 10, waiting: 200, htmlLength: 60_000 } as const;

/** `data` of `POST /prints`. */
export const PrintPageSchema = z.strictObject({
  /** The page's title, and the name that a browser offers when it is kept as a PDF. */
  title: lineOfText(120),
  /** The language of the text; English unless given. */
  locale: LocaleSchema.optional(),
  /** HTML with its own styles. Scripts, forms, frames and whatever comes from elsewhere but the module's media are left out. */
  html: z.string().min(1).max(PRINT_LIMITS.htmlLength),
});
export type PrintPage = z.infer<typeof PrintPageSchema>;

/** What it is answered with. */
export interface PreparedPrint {
  /** Whoever knows it can read the page until then. */
  readonly url: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}
