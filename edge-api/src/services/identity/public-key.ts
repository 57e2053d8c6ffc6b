import { createPublicKey, type JsonWebKey } from "node:crypto";
import { ApiError } from "../../http/api-error.ts";

const PRIVATE = "PRIVATE KEY";
const ALGORITHMS: Readonly<Record<string, "EdDSA" | "ES256">> = { Ed25519: "EdDSA", "P-256": "ES256" };

/** The public key in its one form. @throws ApiError `validation_failed` for what is none, or is a private one */
export function readPublicKey(given: string | JsonWebKey): { algorithm: "EdDSA" | "ES256"; publicKey: Record<string, unknown> } {
  const refuse = (message: string) => new ApiError("validation_failed", `publicKey: ${message}`, { faults: [{ path: "/publicKey", message }] });
  if (typeof given === "string" && given.includes(PRIVATE)) throw refuse("this is a private key: make a new pair, and send its public half alone.");
  let jwk: Record<string, unknown>;
  try {
    const key = createPublicKey(typeof given === "string" ? given : { key: given, format: "jwk" });
    jwk = key.export({ format: "jwk" }) as Record<string, unknown>;
  } catch {
    throw refuse("this is no public key. Send an Ed25519 or P-256 key as JWK or PEM.");
  }
  const algorithm = ALGORITHMS[String(jwk.crv)];
  if (!algorithm) throw refuse(`keys of ${String(jwk.crv ?? jwk.kty)} are not taken: make an Ed25519 or P-256 pair.`);
  return { algorithm, publicKey: jwk };
}
