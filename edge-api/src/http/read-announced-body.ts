import type { IncomingMessage } from "node:http";

/** Reads the body of a request with a Content-Length; HTTP delivers no more than that. @throws Error when the connection breaks */
export function readAnnouncedBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
  });
}
