import { z } from "zod";
import { InstallationSchema } from "./installations.ts";
import { InstantSchema } from "./page.ts";

/** One line of an installation's export. Only an export that ends with `end` is whole. */
export const ExportLineSchema = z.discriminatedUnion("kind", [
  /** The first line: settings without what is only ever written, grants, the version that runs and the pinned one. */
  z.strictObject({ kind: z.literal("installation"), exportedAt: InstantSchema, installation: InstallationSchema }),
  z.strictObject({
    kind: z.literal("document"),
    collection: z.string(),
    id: z.string(),
    /** The visitor who owns it; `null` for the module's and the members' own. */
    visitor: z.string().nullable(),
    author: z.enum(["visitor", "member"]),
    version: z.number().int(),
    data: z.record(z.string(), z.unknown()),
    createdAt: InstantSchema,
    updatedAt: InstantSchema,
  }),
  z.strictObject({ kind: z.literal("end"), documents: z.number().int() }),
]);
