import { z } from "zod";
import { LIMITS } from "./limits.ts";

const Pixels = z.number().int().min(0).max(LIMITS.maxHeightPx);

/** Final heights per width class of the element, in CSS pixels. They reserve space before the module loads. */
export const HeightsSchema = z.strictObject({ narrow: Pixels, medium: Pixels, wide: Pixels });

/** How a module is shown on the page. */
export const PresentationSchema = z.strictObject({
  kind: z.enum(["inline", "floating", "modal", "hidden"]),
  side: z.enum(["left", "right"]).default("right"),
  /** Width of an open floating module, CSS pixels. */
  width: z.number().int().min(200).max(1200).default(380),
  maxHeight: Pixels.default(LIMITS.maxHeightPx),
  heights: HeightsSchema.default({ narrow: 0, medium: 0, wide: 0 }),
});
export type Presentation = z.infer<typeof PresentationSchema>;

/** What is shown in place of a module that does not run. Never HTML in the host page. */
export const FallbackSchema = z.strictObject({
  kind: z.enum(["hide", "placeholder", "static"]),
  text: z.string().max(500).optional(),
});
export type Fallback = z.infer<typeof FallbackSchema>;
