import { z } from "zod";
import { InstallationSchema } from "./installations.ts";
import { InstantSchema } from "./page.ts";

/** One line of an installation's export. An export is complete when its last line is `end`. */
export const ExportLineSchema = z.discriminatedUnion("kind", [
  /** The first line: settings without write-only ones, grants, the running version and the pinned one. */
  z.strictObject({ kind: z.literal("installation"), exportedAt: InstantSchema, installation: InstallationSchema }),
  z.strictObject({
    kind: z.literal("document"),
    collection: z.string(),
    id: z.string(),
    /** The visitor who owns it; `null` for documents of the module and of members. */
    visitor: z.string().nullable(),
    author: z.enum(["visitor", "member"]),
    version: z.number().int(),
    data: z.record(z.string(), z.unknown()),
    createdAt: InstantSchema,
    updatedAt: InstantSchema,
  }),
  z.strictObject({ kind: z.literal("end"), documents: z.number().int() }),
]);
