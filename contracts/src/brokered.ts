import { z } from "zod";
import { AgencyChangeSchema, ClientChangeSchema, SiteChangeSchema } from "./management/tenants.ts";
import { UsageQuerySchema } from "./management/usage.ts";

/** `data` of `PATCH /site`, `PATCH /client` and `PATCH /agency`: the fields that a module may change for a member. Status, domain, owner and billing address are not among them. */
export const BrokeredSiteChangeSchema = SiteChangeSchema.pick({ name: true, locale: true, timeZone: true });
export const BrokeredClientChangeSchema = ClientChangeSchema.pick({ name: true, locale: true });
export const BrokeredAgencyChangeSchema = AgencyChangeSchema;

/** `data` of `GET /analytics`: usage of the calling module, or of all modules of its site, client or agency. */
export const BrokeredAnalyticsSchema = UsageQuerySchema.extend({ of: z.enum(["module", "place"]).default("module") });
