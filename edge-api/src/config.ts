import { z } from "zod";
import type { BillingSettings } from "./billing/billing-settings.ts";

const Origin = z.url({ protocol: /^https?$/ }).transform((text) => new URL(text).origin);
const FramesAddress = z
  .string()
  .regex(
    /^https?:\/\/\{installation\}\.[a-z0-9.-]+(?::\d+)?$/,
    "an origin with {installation} as the first label of its host, for example https://{installation}.frames.example",
  );
const Key = z.looseObject({ kid: z.string(), kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string(), d: z.string() });
const KeyList = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: "custom", message: "a JSON list of private Ed25519 keys as JWK" });
    return z.NEVER;
  }
});

const EnvironmentSchema = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("development"),
  PORT: z.coerce.number().int().min(1).max(65_533).default(8787),
  PLATFORM_URL: Origin.optional(),
  FRAMES_URL: FramesAddress.optional(),
  MEDIA_URL: Origin.optional(),
  DATABASE_URL: z.string().optional(),
  DATABASE_DIRECT_URL: z.string().optional(),
  DRAMAC_DATA: z.string().default(".dramac"),
  DRAMAC_SIGNING_KEYS: KeyList.pipe(z.array(Key).min(1)).optional(),
  DRAMAC_MASTER_KEY: z.base64().optional(),
  SMTP_URL: z.string().optional(),
  MAIL_FROM: z.string().default("DRAMAC Connect <no-reply@dramac.app>"),
  LEMONSQUEEZY_API_KEY: z.string().optional(),
  // Every call carries the key: unencrypted, it may only be sent to a mock server on this machine.
  LEMONSQUEEZY_API_URL: z
    .url({ protocol: /^https?$/ })
    .refine((url) => /^https:|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/.test(url), "https, or a loopback address")
    .optional(),
  LEMONSQUEEZY_STORE_ID: z.string().default(""),
  LEMONSQUEEZY_CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/, "three letters, like USD")
    .default("USD"),
  LEMONSQUEEZY_MODE: z.enum(["live", "test"]).optional(),
  /** The current secret and, after a comma, the previous one. */
  LEMONSQUEEZY_WEBHOOK_SECRET: z
    .string()
    .default("")
    .transform((list) => list.split(",").filter(Boolean)),
  LEMONSQUEEZY_VARIANT_MONTHLY: z.string().default(""),
  LEMONSQUEEZY_VARIANT_YEARLY: z.string().default(""),
  LEMONSQUEEZY_VARIANT_ONE_TIME: z.string().default(""),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).default(0),
});

export interface Configuration {
  readonly isProduction: boolean;
  readonly port: number;
  readonly platform: string;
  readonly frames: string;
  readonly media: string;
  readonly databaseUrl: string | undefined;
  readonly databaseDirectUrl: string | undefined;
  readonly dataFolder: string;
  readonly signingKeys: readonly z.output<typeof Key>[] | undefined;
  readonly masterKey: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly billing: BillingSettings;
  readonly lemonSqueezy: { readonly apiKey: string | undefined; readonly apiUrl: string | undefined };
  /** How many proxies in front of this node are trusted to name the client's address. */
  readonly trustedProxies: number;
}

/** Parses the environment. @throws Error that lists every issue */
export function readConfiguration(environment: NodeJS.ProcessEnv = process.env): Configuration {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const result = EnvironmentSchema.safeParse(given);
  if (!result.success) {
    const issues = result.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
    throw new Error(`The configuration has ${issues.length} issue(s):\n${issues.join("\n")}`);
  }
  const values = result.data;
  const isProduction = values.NODE_ENV === "production";
  const missing = isProduction
    ? (["PLATFORM_URL", "FRAMES_URL", "MEDIA_URL", "DATABASE_URL", "DRAMAC_SIGNING_KEYS", "DRAMAC_MASTER_KEY", "SMTP_URL"] as const).filter(
        (name) => values[name] === undefined,
      )
    : [];
  if (missing.length) throw new Error(`In production set ${missing.join(", ")}.`);
  return {
    isProduction,
    port: values.PORT,
    platform: values.PLATFORM_URL ?? `http://localhost:${values.PORT}`,
    frames: values.FRAMES_URL ?? `http://{installation}.frames.localhost:${values.PORT}`,
    media: values.MEDIA_URL ?? `http://media.localhost:${values.PORT}`,
    databaseUrl: values.DATABASE_URL,
    databaseDirectUrl: values.DATABASE_DIRECT_URL,
    dataFolder: values.DRAMAC_DATA,
    signingKeys: values.DRAMAC_SIGNING_KEYS,
    masterKey: values.DRAMAC_MASTER_KEY,
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM,
    billing: {
      storeId: values.LEMONSQUEEZY_STORE_ID,
      currency: values.LEMONSQUEEZY_CURRENCY,
      mode: values.LEMONSQUEEZY_MODE ?? (isProduction ? "live" : "test"),
      webhookSecrets: values.LEMONSQUEEZY_WEBHOOK_SECRET,
      variants: { monthly: values.LEMONSQUEEZY_VARIANT_MONTHLY, yearly: values.LEMONSQUEEZY_VARIANT_YEARLY, one_time: values.LEMONSQUEEZY_VARIANT_ONE_TIME },
    },
    lemonSqueezy: { apiKey: values.LEMONSQUEEZY_API_KEY, apiUrl: values.LEMONSQUEEZY_API_URL },
    trustedProxies: values.TRUSTED_PROXIES,
  };
}
