import { z } from "zod";
import { lineOfText } from "../text.ts";
import { InstantSchema } from "./page.ts";

/** A developer of modules, who gets a share of what agencies pay for them. */
export const DeveloperSchema = z.strictObject({ id: z.uuid(), name: z.string(), modules: z.number().int(), createdAt: InstantSchema });
/** The developer's name. An unknown name creates a new developer. */
export const ModuleDeveloperSchema = z.strictObject({ name: lineOfText(80) });
