import { z } from "zod";
import { lineOfText, LocaleSchema } from "./text.ts";

/** How long a page can be opened after it was created, and how many pages of an installation can wait at once. */
export const PRINT_LIMITS = { minutes: 10, waiting: 200, htmlLength: 60_000 } as const;

/** `data` of `POST /prints`. */
export const PrintPageSchema = z.strictObject({
  /** The page's title, and the name that a browser offers when it is saved as a PDF. */
  title: lineOfText(120),
  /** The language of the text; English unless given. */
  locale: LocaleSchema.optional(),
  /** HTML with its own styles. Scripts, forms, frames and all resources except the module's media are removed. */
  html: z.string().min(1).max(PRINT_LIMITS.htmlLength),
});
export type PrintPage = z.infer<typeof PrintPageSchema>;

/** The answer to `POST /prints`. */
export interface PreparedPrint {
  /** Anyone who knows the address can read the page until `expiresAt`. */
  readonly url: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}
