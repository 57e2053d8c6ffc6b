import { z } from "zod";

/** The longest lifetime of an assertion, in seconds. It is short because the assertion passes through the host page. */
export const ASSERTION_SECONDS = 60;
/** How long sessions can be renewed after their assertion, in hours. */
export const MEMBER_SESSION_HOURS = 12;

/** The roles that an assertion may name. No customer can assert a super admin. */
export const ASSERTED_ROLES = ["client_member", "agency_member", "agency_admin", "agency_owner"] as const;

/** No control characters and no lone surrogates, which logs and databases cannot store. */
const PlainText = z
  .string()
  .min(1)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, "text without control characters");

/** Claims of a principal assertion beside `aud` (the platform) and `iss` (the id of the client or agency that the key is registered for). */
export const AssertionClaimsSchema = z.object({
  /** The person's id in the customer's own system. */
  sub: PlainText.max(200),
  role: z.enum(ASSERTED_ROLES),
  jti: PlainText.min(8).max(100),
  iat: z.number(),
  exp: z.number(),
  /** The client that a member belongs to, or whose page an agency's member looks at. */
  client: z.uuid().optional(),
  /** The one site that the page is about. */
  site: z.uuid().optional(),
});
export type AssertionClaims = z.infer<typeof AssertionClaimsSchema>;

/** Body of `POST /api/surfaces/:key/plan`, and of `…/sign-out`, which takes the last assertion that the page used. */
export const AssertionRequestSchema = z.strictObject({ assertion: z.string().max(4_000) });
