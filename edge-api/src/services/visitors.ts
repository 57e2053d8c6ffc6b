import { createHmac, randomUUID } from "node:crypto";
import type { InstallationId } from "@dramac/contracts";
import type { Tokens } from "./tokens.ts";

const AUDIENCE = "dramac:visitor";
const LIFETIME_SECONDS = 180 * 86_400;
const ROTATE_AFTER_SECONDS = 86_400;

/**
 * Recognises returning visitors by a signed credential that is bound to one surface and rotated daily.
 * A module sees an HMAC of the visitor's id and its own installation, so two modules cannot compare their visitors.
 */
export function createVisitors(tokens: Tokens, secret: Buffer) {
  const subject = (id: string, installation: InstallationId): string =>
    createHmac("sha256", secret).update(`${id}/${installation}`).digest("base64url").slice(0, 24);

  return {
    subject,
    /** @returns the visitor's id for the installation, and a credential to store when it is new or was rotated */
    async identify(surface: string, credential: string | null, installation: InstallationId): Promise<{ sub: string; credential?: string }> {
      const known = credential === null ? undefined : await tokens.verify(credential, AUDIENCE).catch(() => undefined);
      const valid = known?.surface === surface && typeof known.sub === "string" ? known : undefined;
      const id = (valid?.sub as string | undefined) ?? randomUUID();
      const isFresh = valid && Date.now() / 1_000 - Number(valid.iat) < ROTATE_AFTER_SECONDS;
      const sub = subject(id, installation);
      return isFresh ? { sub } : { sub, credential: await tokens.sign({ surface }, AUDIENCE, LIFETIME_SECONDS, id) };
    },
  };
}

export type Visitors = ReturnType<typeof createVisitors>;
