import { z } from "zod";
import { SecretNameSchema } from "../connect.ts";
import { InstantSchema } from "./page.ts";

/** A secret that is sent with a module's calls, without its value. */
export const SecretSchema = z.strictObject({
  /** Id of the stored value; `null` while a declared secret has none. */
  id: z.uuid().nullable(),
  name: z.string(),
  host: z.string(),
  /** The author's description. */
  label: z.string(),
  /** Whether the running version declares it for this host; otherwise it is stored but not sent. */
  isDeclared: z.boolean(),
  updatedAt: InstantSchema.nullable(),
});
export const SecretListSchema = z.strictObject({ items: z.array(SecretSchema) });

export const SecretPutSchema = z.strictObject({
  name: SecretNameSchema,
  /** Printable, because it is sent in a header. At least eight characters, because shorter ones can be guessed. */
  value: z
    .string()
    .min(8)
    .max(4_096)
    .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, "printable characters, without white space around them"),
});
