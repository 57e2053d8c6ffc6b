import { startLemonSqueezyMock } from "./index.ts";

/** Runs the mock alone. The environment sets port, state file, and the receiver of deliveries. */
const {
  LEMON_SQUEEZY_MOCK_PORT: port = "8790",
  LEMON_SQUEEZY_MOCK_FILE: file,
  LEMONSQUEEZY_WEBHOOK_URL: url,
  LEMONSQUEEZY_WEBHOOK_SECRET: secret,
} = process.env;
const mock = await startLemonSqueezyMock({
  port: Number(port),
  ...(file && { file }),
  webhooks: url && secret ? [{ url, secret }] : [],
});
console.log(`Lemon Squeezy mock: ${mock.url}/\nKeys: live ${mock.apiKeys.live}, test ${mock.apiKeys.test}${url ? `\nDeliveries go to ${url}` : ""}`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void mock.close().then(() => process.exit(0)));
