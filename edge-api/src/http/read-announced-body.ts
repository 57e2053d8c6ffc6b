import type { IncomingMessage } from "node:http";

/** The body of a request that announced its length: HTTP lets no more come. @throws Error when it broke off */
export function readAnnouncedBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
  });
}
