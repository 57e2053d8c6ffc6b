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

/** A person who can sign in on a demo website. */
export interface Person {
  readonly id: string;
  readonly name: string;
  /** A description for the list of people. */
  readonly about: string;
  readonly role: string;
  /** Whose backend knows this person. */
  readonly key: BackendKey;
  /** What the page is about, where it is about one client or site. */
  readonly client?: string;
  readonly site?: string;
}

const LIFE_SECONDS = 60;

/** The assertion that a customer's backend signs for a signed-in person. It is valid for one minute, and once for each module. */
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
