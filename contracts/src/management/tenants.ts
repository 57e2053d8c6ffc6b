import { z } from "zod";
import { LocaleSchema, lineOfText, TimeZoneSchema } from "../text.ts";
import { InstantSchema } from "./page.ts";

const Id = z.uuid();
const Name = lineOfText(120);
const Currency = z.string().regex(/^[A-Z]{3}$/, "a currency, like EUR");
const Slug = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, "lower-case words joined by dashes");
const Domain = z
  .string()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "a host name in lower case, without a scheme or a path");

export const STATUSES = ["active", "suspended", "closed"] as const;
export const SITE_STATUSES = ["draft", ...STATUSES] as const;

/** A tenant, which resells modules to its clients. */
export const AgencySchema = z.strictObject({
  id: Id,
  name: z.string(),
  slug: z.string(),
  status: z.enum(STATUSES),
  locale: z.string(),
  currency: z.string(),
  createdAt: InstantSchema,
  updatedAt: InstantSchema,
});
export const AgencyCreateSchema = z.strictObject({ name: Name, slug: Slug, locale: LocaleSchema.default("en"), currency: Currency.default("USD") });
/** Changes that an agency can make to itself. */
export const AgencyChangeSchema = z.strictObject({ name: Name, locale: LocaleSchema }).partial();
/** Changes that the platform can make to an agency. */
export const AgencyStatusSchema = z.strictObject({ status: z.enum(STATUSES), reason: lineOfText(500).optional() });

export const ClientSchema = z.strictObject({
  id: Id,
  agencyId: Id,
  name: z.string(),
  email: z.string().nullable(),
  status: z.enum(STATUSES),
  locale: z.string(),
  createdAt: InstantSchema,
  updatedAt: InstantSchema,
});
export const ClientCreateSchema = z.strictObject({ name: Name, email: z.email().max(254).nullable().default(null), locale: LocaleSchema.default("en") });
export const ClientChangeSchema = z
  .strictObject({ name: Name, email: z.email().max(254).nullable(), locale: LocaleSchema, status: z.enum(STATUSES) })
  .partial();

export const SiteSchema = z.strictObject({
  id: Id,
  agencyId: Id,
  clientId: Id,
  name: z.string(),
  domain: z.string().nullable(),
  status: z.enum(SITE_STATUSES),
  locale: z.string(),
  timeZone: z.string(),
  createdAt: InstantSchema,
  updatedAt: InstantSchema,
});
export const SiteCreateSchema = z.strictObject({
  name: Name,
  domain: Domain.nullable().default(null),
  locale: LocaleSchema.default("en"),
  timeZone: TimeZoneSchema.default("UTC"),
});
export const SiteChangeSchema = z
  .strictObject({ name: Name, domain: Domain.nullable(), locale: LocaleSchema, timeZone: TimeZoneSchema, status: z.enum(SITE_STATUSES) })
  .partial();
