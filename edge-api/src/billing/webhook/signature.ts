import { createHmac, timingSafeEqual } from "node:crypto";

const HEX_SHA256 = /^[0-9a-f]{64}$/;

/**
 * Whether one of the secrets signed these very bytes: hex HMAC-SHA256, lower case. What is missing, cut short or of odd length is
 * no signature; comparing takes as long whatever differs.
 * @param secrets current and previous, so that one can follow the other
 */
export function isSigned(raw: Uint8Array, signature: string | undefined, secrets: readonly string[]): boolean {
  if (signature === undefined || !HEX_SHA256.test(signature)) return false;
  const given = Buffer.from(signature, "hex");
  let isOne = false;
  for (const secret of secrets) isOne = timingSafeEqual(given, createHmac("sha256", secret).update(raw).digest()) || isOne;
  return isOne;
}
