import { z } from "zod";

/** Query of a list, which is read page by page, newest first. */
export const PageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  /** `next` of the previous page. */
  cursor: z.string().max(200).optional(),
});
export type PageQuery = z.infer<typeof PageQuerySchema>;

/** One page of a list, and the cursor of the next page, if there is one. */
export const pageOf = <Item extends z.ZodType>(item: Item) => z.strictObject({ items: z.array(item), next: z.string().nullable() });

/** A time, ISO 8601 in UTC. */
export const InstantSchema = z.iso.datetime();
