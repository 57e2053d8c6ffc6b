import type { BlobMessage, ShellMessage } from "@dramac/contracts";
import { ApiFault, fetchJson, type Session } from "./session.ts";

/** Sends a module's file to the media route and answers its request. */
export async function upload(
  to: { platform: string; installation: string; session: Session; send(message: ShellMessage): void },
  message: Extract<BlobMessage, { type: "UPLOAD" }>,
): Promise<void> {
  const { requestId, collection, name, mime, blob } = message;
  try {
    const { token } = await to.session.get();
    const query = new URLSearchParams({ collection, name });
    const data = await fetchJson<unknown>(`${to.platform}/api/modules/${to.installation}/media?${query}`, {
      method: "PUT",
      headers: { "content-type": mime, authorization: `Bearer ${token}` },
      body: blob,
    });
    to.send({ type: "API_RESPONSE", requestId, status: 201, data });
  } catch (fault) {
    const { code, message: detail } = fault instanceof ApiFault ? fault : new ApiFault("internal", String(fault));
    to.send({ type: "API_DENIED", requestId, code, message: detail });
  }
}
