import type { ErrorCode, Permission, Problem } from "@dramac/contracts";

/** A failed call: a stable code, a message, and the missing permission if that was the reason. */
export type RequestError = Error & { readonly code: ErrorCode; readonly permission?: Permission | undefined };

const createRequestError = (code: ErrorCode, message: string, permission?: Permission): RequestError => Object.assign(new Error(message), { code, permission });

/** Options for `fetch` that post a body as JSON. */
export const post = (body: object) => ({ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** @throws RequestError with the API's code when the status is no success; with `unreachable` when the network fails */
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
