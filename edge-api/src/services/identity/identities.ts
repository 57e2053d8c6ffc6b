import type { SessionRequest } from "@dramac/contracts";
import { ApiError } from "../../http/api-error.ts";
import type { SurfaceFacts } from "../surface-facts.ts";
import type { Tokens } from "../tokens.ts";
import type { AssertionKeys } from "./assertion-keys.ts";
import type { Assertions } from "./assertions.ts";
import { isAtHome, isRecent, type Member } from "./member.ts";

/** Settles who is behind a page: somebody whom its backend vouches for, or a visitor. */
export function createIdentities({ keys, assertions, tokens }: { keys: AssertionKeys; assertions: Assertions; tokens: Tokens }) {
  /** Whether what was said of somebody still holds: the key is valid, and nobody has signed out. */
  const stands = async ({ keyId, jti }: Member): Promise<boolean> => (await keys.find(keyId)) !== undefined && !(await keys.isRevoked(keyId, jti));

  async function renew({ previous, installation, surface }: SessionRequest): Promise<Member | undefined> {
    const capability = previous === undefined ? undefined : await tokens.readPrevious(previous);
    const member = capability?.member;
    const isSame = capability?.installation === installation && capability.surface === surface;
    return member && isSame && isRecent(member) && (await stands(member)) ? member : undefined;
  }

  /** @throws ApiError `assertion_refused`, `surface_not_allowed` */
  async function admit(assertion: string, facts: SurfaceFacts): Promise<Member> {
    const member = await assertions.read(assertion);
    if (isAtHome(member, facts)) return member;
    throw new ApiError(
      "surface_not_allowed",
      `${member.role} ${member.subject} is not at home on this ${facts.kind}: it belongs to somebody else, or needs a higher role.`,
    );
  }

  return {
    admit,
    /**
     * Who opens a session: whoever held the one before, else whom the assertion names, which is used up here; nobody without either.
     * @throws ApiError `assertion_refused`, `assertion_used`, `surface_not_allowed`
     */
    async open(request: SessionRequest, facts: SurfaceFacts): Promise<Member | undefined> {
      const known = await renew(request);
      if (known || request.assertion === undefined) return known;
      const member = await admit(request.assertion, facts);
      await assertions.use(member, request.installation);
      return member;
    },
    /** @throws ApiError `token_expired` for somebody who has signed out, or whom nobody vouches for any more */
    async requireStanding(member: Member): Promise<void> {
      if (!(await stands(member))) throw new ApiError("token_expired", "Whoever opened this session has signed out. Open a new one.");
    },
  };
}

export type Identities = ReturnType<typeof createIdentities>;
