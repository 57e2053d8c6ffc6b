import { createServer, request } from "node:http";

/** Passes requests on to another port of this machine, each answer delayed. */
export async function startDelayingProxy(port: number, targetPort: number, delayMs: number) {
  const server = createServer((incoming, outgoing) => {
    const call = request({ host: "127.0.0.1", port: targetPort, path: incoming.url, method: incoming.method, headers: { ...incoming.headers } }, (answer) => {
      setTimeout(() => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      }, delayMs);
    });
    call.on("error", () => outgoing.destroy());
    incoming.pipe(call);
  });
  await new Promise<void>((resolve) => server.listen(port, resolve));
  return {
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}
