import { randomUUID } from "node:crypto";
import { importJWK, type JWK, SignJWT } from "jose";

/** The customer's own key pair, whose public half is registered with the platform. */
export interface BackendKey {
  /** What registering the public key answered with. */
  readonly kid: string;
  /** The agency or client that the key is registered for. */
  readonly issuer: string;
  readonly privateKey: JWK;
}

/** Somebody who can sign in on a demo host. */
export interface Person {
  readonly id: string;
  readonly name: string;
  /** Who that is, for whoever chooses. */
  readonly about: string;
  readonly role: string;
  /** Whose backend knows this person. */
  readonly key: BackendKey;
  /** What the page is about, where it is about one client or site. */
  readonly client?: string;
  readonly site?: string;
}

const LIFE_SECONDS = 60;

/** What a customer's backend says of somebody who has signed in: for a minute, and once for each module. */
export async function signAssertion({ id, role, key, client, site }: Person, platform: string): Promise<string> {
  return new SignJWT({ role, ...(client && { client }), ...(site && { site }) })
    .setProtectedHeader({ alg: "EdDSA", kid: key.kid })
    .setIssuer(key.issuer)
    .setAudience(platform)
    .setSubject(id)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${LIFE_SECONDS}s`)
    .sign(await importJWK(key.privateKey, "EdDSA"));
}
