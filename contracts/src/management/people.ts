import { z } from "zod";
import { ROLES } from "../roles.ts";
import { lineOfText } from "../text.ts";
import { InstantSchema } from "./page.ts";

const Id = z.uuid();
/** Every role that an agency can give: all but the platform's own. */
const AgencyRole = z.enum(ROLES).exclude(["super_admin"]);
/** The issue of a role that does not fit its `clientId`. */
export const clientOfRole = { message: "a client_member needs a clientId, and other roles must not have one", path: ["clientId"] };
export const hasItsClient = ({ role, clientId }: { role: string; clientId: string | null }) => (role === "client_member") === (clientId !== null);

/** A user of an agency or a client. */
export const ProfileSchema = z.strictObject({
  id: Id,
  agencyId: Id,
  clientId: Id.nullable(),
  role: AgencyRole,
  email: z.string(),
  name: z.string(),
  status: z.enum(["invited", "active", "disabled"]),
  createdAt: InstantSchema,
  updatedAt: InstantSchema,
});
export const ProfileCreateSchema = z
  .strictObject({ email: z.email().max(254), name: lineOfText(120), role: AgencyRole, clientId: Id.nullable().default(null) })
  .refine(hasItsClient, clientOfRole);
export const ProfileChangeSchema = z.strictObject({ name: lineOfText(120), status: z.enum(["active", "disabled"]) }).partial();

/** An API key, without its secret. */
export const ApiKeySchema = z.strictObject({
  id: Id,
  agencyId: Id,
  clientId: Id.nullable(),
  role: AgencyRole,
  label: z.string(),
  /** The first characters of the key, which tell keys apart. */
  prefix: z.string(),
  createdAt: InstantSchema,
  expiresAt: InstantSchema.nullable(),
  lastUsedAt: InstantSchema.nullable(),
  revokedAt: InstantSchema.nullable(),
});
export const ApiKeyCreateSchema = z
  .strictObject({
    label: lineOfText(80),
    role: AgencyRole,
    clientId: Id.nullable().default(null),
    mode: z.enum(["live", "test"]).default("live"),
    expiresAt: InstantSchema.nullable().default(null),
  })
  .refine(hasItsClient, clientOfRole);
/** The only response that contains the key itself. */
export const ApiKeyCreatedSchema = ApiKeySchema.extend({ key: z.string() });

/** A super admin's key. */
export const PlatformKeySchema = ApiKeySchema.omit({ agencyId: true, clientId: true, role: true });
export const PlatformKeyCreateSchema = z.strictObject({
  label: lineOfText(80),
  mode: z.enum(["live", "test"]).default("live"),
  expiresAt: InstantSchema.nullable().default(null),
});
export const PlatformKeyCreatedSchema = PlatformKeySchema.extend({ key: z.string() });

/** The role and the tenant of a key. */
export const WhoamiSchema = z.strictObject({ keyId: Id, role: z.enum(ROLES), agencyId: Id.nullable(), clientId: Id.nullable() });

/** Creates the platform's first super admin, with the token that the first start printed. */
export const SetupSchema = z.strictObject({ token: z.string().min(1).max(200), email: z.email().max(254), name: lineOfText(120) });
export const SetupAnswerSchema = z.strictObject({ profileId: Id, key: z.string() });

/** One entry of the audit log: who changed what, and from where. */
export const AuditEntrySchema = z.strictObject({
  id: Id,
  actorKind: z.enum(["profile", "api_key", "member", "system"]),
  /** The profile, the API key, or the public key that verified a member. */
  actorId: Id.nullable(),
  /** A member's id in the customer's own system. */
  actorSubject: z.string().nullable(),
  actorRole: z.string().nullable(),
  action: z.string(),
  subjectKind: z.string(),
  subjectId: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
  reason: z.string().nullable(),
  network: z.string().nullable(),
  requestId: z.string().nullable(),
  createdAt: InstantSchema,
});
