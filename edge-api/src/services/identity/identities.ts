import type { SessionRequest } from "@dramac/contracts";
import { ApiError } from "../../http/api-error.ts";
import type { ClientInfo } from "../audit.ts";
import type { SurfaceFacts } from "../surface-facts.ts";
import type { Tokens } from "../tokens.ts";
import type { AssertionKeys } from "./assertion-keys.ts";
import { type Assertions, keyIdIn } from "./assertions.ts";
import { mayUseSurface, isRecent, type Member } from "./member.ts";
import { AssertionRefusal, type RefusalLog } from "./refusal-log.ts";

/** Settles who is behind a page: somebody whom its backend vouches for, or a visitor. */
export function createIdentities(services: { keys: AssertionKeys; assertions: Assertions; tokens: Tokens; noteRefusal: RefusalLog }) {
  const { keys, assertions, tokens, noteRefusal } = services;

  /** Whether what was said of somebody still holds: the key is valid, and nobody has signed out. */
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
      `${member.role} ${member.subject} is not at home on this ${facts.kind}: it belongs to somebody else, or needs a higher role.`,
      "surface_not_allowed",
    );
  }

  /** @throws ApiError `assertion_refused`, `surface_not_allowed`, which the key's agency finds in its audit log */
  const admit = (assertion: string, facts: SurfaceFacts, client: ClientInfo): Promise<Member> =>
    read(assertion, facts).catch((error: unknown) => {
      noteRefusal(keyIdIn(assertion), error, client);
      throw error;
    });

  return {
    admit,
    /**
     * Who opens a session: whoever held the one before, else whom the assertion names; nobody without either.
     * @throws ApiError `assertion_refused`, `surface_not_allowed`
     */
    async identify(request: SessionRequest, facts: SurfaceFacts, client: ClientInfo): Promise<{ member: Member; isNew: boolean } | undefined> {
      const known = await renew(request);
      if (request.assertion === undefined) return known && { member: known, isNew: false };
      if (!known) return { member: await admit(request.assertion, facts, client), isNew: true };
      // A page may have changed hands while a shell still held the token of whoever was there before; one that has only its first,
      // long expired assertion left is refused nothing.
      const named = await read(request.assertion, facts).catch(() => undefined);
      const isSame = !named || (named.keyId === known.keyId && named.subject === known.subject);
      return isSame ? { member: known, isNew: false } : { member: named, isNew: true };
    },
    /** Uses an assertion up. @throws ApiError `assertion_used`, which the key's agency finds in its audit log */
    use: (member: Member, { installation, surface }: SessionRequest, client: ClientInfo): Promise<void> =>
      assertions.use(member, installation, surface).catch((error: unknown) => {
        noteRefusal(member.keyId, error, client);
        throw error;
      }),
    /** @throws ApiError `token_expired` for somebody who has signed out, or whom nobody vouches for any more */
    async requireValid(member: Member): Promise<void> {
      if (!(await isStillValid(member))) throw new ApiError("token_expired", "Whoever opened this session has signed out. Open a new one.");
    },
  };
}

export type Identities = ReturnType<typeof createIdentities>;
