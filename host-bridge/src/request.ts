import type { ErrorCode, Permission, Problem } from "@dramac/contracts";

/** Why a call has no answer: a code to branch on, a sentence, and the permission that is missing when that is the reason. */
export type RequestError = Error & { readonly code: ErrorCode; readonly permission?: Permission | undefined };

const createRequestError = (code: ErrorCode, message: string, permission?: Permission): RequestError => Object.assign(new Error(message), { code, permission });

/** How a body of JSON is posted. */
export const post = (body: object) => ({ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** Fetches; whatever is no success is thrown as a {@link RequestError}, a network that fails as `unreachable`. */
export async function request(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch(({ message }: Error) => {
    throw createRequestError("unreachable", `The platform cannot be reached: ${message}`);
  });
  if (response.ok) return response;
  const {
    code = "unavailable",
    detail = `The platform answered ${response.status}.`,
    permission,
  } = (await response.json().catch(() => ({}))) as Partial<Problem> & { permission?: Permission };
  throw createRequestError(code, detail, permission);
}
