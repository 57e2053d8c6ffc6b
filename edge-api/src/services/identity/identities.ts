import type { SessionRequest } from "@dramac/contracts";
import { ApiError } from "../../http/api-error.ts";
import type { ClientInfo } from "../audit.ts";
import type { SurfaceFacts } from "../surface-facts.ts";
import type { Tokens } from "../tokens.ts";
import type { AssertionKeys } from "./assertion-keys.ts";
import { type Assertions, keyIdIn } from "./assertions.ts";
import { mayUseSurface, isRecent, type Member } from "./member.ts";
import { AssertionRefusal, type RefusalLog } from "./refusal-log.ts";

/** Determines who uses a page: a member whom the page's backend vouches for, or a visitor. */
export function createIdentities(services: { keys: AssertionKeys; assertions: Assertions; tokens: Tokens; noteRefusal: RefusalLog }) {
  const { keys, assertions, tokens, noteRefusal } = services;

  /** Whether a member's identity still holds: the key is valid, and the member has not signed out. */
  const isStillValid = async ({ keyId, subject, since }: Member): Promise<boolean> =>
    (await keys.find(keyId)) !== undefined && !(await keys.hasSignedOut(keyId, subject, since));

  async function renew({ previous, installation, surface }: SessionRequest): Promise<Member | undefined> {
    const capability = previous === undefined ? undefined : await tokens.readPrevious(previous);
    const member = capability?.member;
    const isSame = capability?.installation === installation && capability.surface === surface;
    return member && isSame && isRecent(member) && (await isStillValid(member)) ? member : undefined;
  }

  async function read(assertion: string, facts: SurfaceFacts): Promise<Member> {
    const member = await assertions.read(assertion);
    if (mayUseSurface(member, facts)) return member;
    throw new AssertionRefusal(
      "surface",
      `${member.role} ${member.subject} may not use this ${facts.kind}: it belongs to another client or agency, or needs a higher role.`,
      "surface_not_allowed",
    );
  }

  /** @throws ApiError `assertion_refused`, `surface_not_allowed`; both are written to the audit log of the key's agency */
  const admit = (assertion: string, facts: SurfaceFacts, client: ClientInfo): Promise<Member> =>
    read(assertion, facts).catch((error: unknown) => {
      noteRefusal(keyIdIn(assertion), error, client);
      throw error;
    });

  return {
    admit,
    /**
     * Who opens a session: the member of the previous session, or else the member that the assertion names.
     * @returns `undefined` for a visitor
     * @throws ApiError `assertion_refused`, `surface_not_allowed`
     */
    async identify(request: SessionRequest, facts: SurfaceFacts, client: ClientInfo): Promise<{ member: Member; isNew: boolean } | undefined> {
      const known = await renew(request);
      if (request.assertion === undefined) return known && { member: known, isNew: false };
      if (!known) return { member: await admit(request.assertion, facts, client), isNew: true };
      // Another person may use the page now while the shell still has the previous member's token. A page that has only its first, long
      // expired assertion left keeps its member.
      const named = await read(request.assertion, facts).catch(() => undefined);
      const isSame = !named || (named.keyId === known.keyId && named.subject === known.subject);
      return isSame ? { member: known, isNew: false } : { member: named, isNew: true };
    },
    /** Records the use of an assertion. @throws ApiError `assertion_used`, which is written to the audit log of the key's agency */
    use: (member: Member, { installation, surface }: SessionRequest, client: ClientInfo): Promise<void> =>
      assertions.use(member, installation, surface).catch((error: unknown) => {
        noteRefusal(member.keyId, error, client);
        throw error;
      }),
    /** @throws ApiError `token_expired` for a member who has signed out, or whose key is no longer valid */
    async requireValid(member: Member): Promise<void> {
      if (!(await isStillValid(member))) throw new ApiError("token_expired", "The member of this session has signed out. Open a new session.");
    },
  };
}

export type Identities = ReturnType<typeof createIdentities>;
