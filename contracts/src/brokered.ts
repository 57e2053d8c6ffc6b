import { z } from "zod";
import { AgencyChangeSchema, ClientChangeSchema, SiteChangeSchema } from "./management/tenants.ts";
import { UsageQuerySchema } from "./management/usage.ts";

/** `data` of `PATCH /site`, `PATCH /client` and `PATCH /agency`: what a module may change in a member's name; never a status, a domain, an owner, or where bills are sent. */
export const BrokeredSiteChangeSchema = SiteChangeSchema.pick({ name: true, locale: true, timeZone: true });
export const BrokeredClientChangeSchema = ClientChangeSchema.pick({ name: true, locale: true });
export const BrokeredAgencyChangeSchema = AgencyChangeSchema;

/** `data` of `GET /analytics`: usage of the module that asks, or of all modules of the site, client or agency where it stands. */
export const BrokeredAnalyticsSchema = UsageQuerySchema.extend({ of: z.enum(["module", "place"]).default("module") });
