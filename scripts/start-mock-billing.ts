import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LemonSqueezyMock, settingsFor, startLemonSqueezyMock } from "../lemon-squeezy-mock/src/index.ts";

/** Any of these variables means that the operator sells through a real store. */
const OWN = ["LEMONSQUEEZY_API_KEY", "LEMONSQUEEZY_API_URL", "LEMONSQUEEZY_WEBHOOK_SECRET"] as const;

export interface MockBilling {
  readonly mock: LemonSqueezyMock;
  /** What the platform is told of it. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Starts the Lemon Squeezy mock, which stores its state in the data folder.
 * @param platform where its deliveries go
 * @returns nothing when the environment names a store
 */
export async function startMockBilling(port: number, dataFolder: string, platform: string): Promise<MockBilling | undefined> {
  if (OWN.some((name) => process.env[name])) return undefined;
  const secret = readOrCreateSecret(join(dataFolder, "till-secret"));
  const mock = await startLemonSqueezyMock({ port, file: join(dataFolder, "till.json"), webhooks: [{ url: `${platform}/api/webhooks/lemonsqueezy`, secret }] });
  return { mock, environment: settingsFor(mock, secret) };
}

/** Made once: deliveries that were signed before a restart are still good after it. */
function readOrCreateSecret(file: string): string {
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  mkdirSync(join(file, ".."), { recursive: true });
  const secret = randomBytes(16).toString("hex");
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}
