import { z } from "zod";
import { ASSERTED_ROLES } from "../assertion.ts";
import { lineOfText } from "../text.ts";
import { InstantSchema } from "./page.ts";
import { clientOfRole, hasItsClient } from "./people.ts";

const NotPrivate = z.never("this is a private key: create a new pair, and send only its public key").optional();
const Coordinate = z.string().regex(/^[\w-]{43}$/, "32 bytes as base64url");

/** A public key as RFC 8037 and RFC 7518 write it: Ed25519, or P-256. */
const PublicJwkSchema = z.union([
  z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: Coordinate, d: NotPrivate }),
  z.object({
    kty: z.literal("EC"),
    crv: z.literal("P-256"),
    x: Coordinate,
    y: Coordinate,
    d: NotPrivate,
  }),
]);

/** A public key that verifies the assertions of a customer's backend about its members. */
export const AssertionKeySchema = z.strictObject({
  /** The `kid` in the header of assertions. */
  id: z.uuid(),
  agencyId: z.uuid(),
  clientId: z.uuid().nullable(),
  label: z.string(),
  algorithm: z.enum(["EdDSA", "ES256"]),
  publicKey: z.record(z.string(), z.unknown()),
  /** The highest role that its assertions can give; an assertion with a higher role gives this one. */
  role: z.enum(ASSERTED_ROLES),
  createdAt: InstantSchema,
  expiresAt: InstantSchema.nullable(),
  revokedAt: InstantSchema.nullable(),
  lastUsedAt: InstantSchema.nullable(),
});

export const AssertionKeyCreateSchema = z
  .strictObject({
    label: lineOfText(120),
    /** A JWK, or a PEM that begins with `-----BEGIN PUBLIC KEY-----`. */
    publicKey: z.union([PublicJwkSchema, z.string().min(80).max(1_000)]),
    role: z.enum(ASSERTED_ROLES),
    clientId: z.uuid().nullable().default(null),
    expiresAt: InstantSchema.nullable().default(null),
  })
  .refine(hasItsClient, clientOfRole);
