import { z } from "zod";
import { SecretNameSchema } from "../connect.ts";
import { InstantSchema } from "./page.ts";

/** A secret that an installation's module is sent along with: that there is one, and never what it is. */
export const SecretSchema = z.strictObject({
  /** Of what was put in; `null` while a declared secret waits for its value. */
  id: z.uuid().nullable(),
  name: z.string(),
  host: z.string(),
  /** What the author says it is. */
  label: z.string(),
  /** Whether the version that runs declares it for this host; else it is kept, and sent nowhere. */
  isDeclared: z.boolean(),
  updatedAt: InstantSchema.nullable(),
});
export const SecretListSchema = z.strictObject({ items: z.array(SecretSchema) });

export const SecretPutSchema = z.strictObject({
  name: SecretNameSchema,
  /** Printable, for it travels in a header. At least eight characters: what is shorter is guessed. */
  value: z
    .string()
    .min(8)
    .max(4_096)
    .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, "printable characters, without white space around them"),
});
