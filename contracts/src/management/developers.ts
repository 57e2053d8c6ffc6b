import { z } from "zod";
import { lineOfText } from "../text.ts";
import { InstantSchema } from "./page.ts";

/** Who made modules, and gets a share of what agencies pay for them. */
export const DeveloperSchema = z.strictObject({ id: z.uuid(), name: z.string(), modules: z.number().int(), createdAt: InstantSchema });
/** By name: one that nobody had so far is a new developer. */
export const ModuleDeveloperSchema = z.strictObject({ name: lineOfText(80) });
