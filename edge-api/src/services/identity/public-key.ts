import { createPublicKey, type JsonWebKey } from "node:crypto";
import { ApiError } from "../../http/api-error.ts";

const PRIVATE = "PRIVATE KEY";
const ALGORITHMS: Readonly<Record<string, "EdDSA" | "ES256">> = { Ed25519: "EdDSA", "P-256": "ES256" };

/** A public key as JWK, from JWK or PEM. @throws ApiError `validation_failed` for other input and for a private key */
export function readPublicKey(given: string | JsonWebKey): { algorithm: "EdDSA" | "ES256"; publicKey: Record<string, unknown> } {
  const refuse = (message: string) => new ApiError("validation_failed", `publicKey: ${message}`, { faults: [{ path: "/publicKey", message }] });
  if (typeof given === "string" && given.includes(PRIVATE)) throw refuse("this is a private key: make a new key pair, and send only its public key.");
  let jwk: Record<string, unknown>;
  try {
    const key = createPublicKey(typeof given === "string" ? given : { key: given, format: "jwk" });
    jwk = key.export({ format: "jwk" }) as Record<string, unknown>;
  } catch {
    throw refuse("this is not a public key. Send an Ed25519 or P-256 key as JWK or PEM.");
  }
  const algorithm = ALGORITHMS[String(jwk.crv)];
  if (!algorithm) throw refuse(`keys of ${String(jwk.crv ?? jwk.kty)} are not supported: make an Ed25519 or P-256 pair.`);
  return { algorithm, publicKey: jwk };
}
