import { startLemonStand } from "./index.ts";

/** The stand-in alone: `LEMON_STAND_PORT`, `LEMON_STAND_FILE`, and where deliveries go with which secret. */
const { LEMON_STAND_PORT: port = "8790", LEMON_STAND_FILE: file, LEMONSQUEEZY_WEBHOOK_URL: url, LEMONSQUEEZY_WEBHOOK_SECRET: secret } = process.env;
const stand = await startLemonStand({
  port: Number(port),
  ...(file && { file }),
  webhooks: url && secret ? [{ url, secret }] : [],
});
console.log(`Stand-in for Lemon Squeezy: ${stand.url}/\nKeys: live ${stand.apiKeys.live}, test ${stand.apiKeys.test}${url ? `\nDeliveries go to ${url}` : ""}`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stand.close().then(() => process.exit(0)));
