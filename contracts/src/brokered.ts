import { AgencyChangeSchema, ClientChangeSchema, SiteChangeSchema } from "./management/tenants.ts";

/** `data` of `PATCH /site`, `PATCH /client` and `PATCH /agency`: what a module may change in a member's name; never a status, a domain or an owner. */
export const BrokeredSiteChangeSchema = SiteChangeSchema.pick({ name: true, locale: true, timeZone: true });
export const BrokeredClientChangeSchema = ClientChangeSchema.pick({ name: true, email: true, locale: true });
export const BrokeredAgencyChangeSchema = AgencyChangeSchema;
