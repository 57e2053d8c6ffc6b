import { createServer, connect, type Server, type Socket } from "node:net";

/** A TCP proxy in front of a port, which a test can close and open again. */
export async function openTcpProxy(targetPort: number) {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;

  async function restore(): Promise<void> {
    if (server?.listening) return;
    const made = createServer((near) => {
      const far = connect(targetPort, "127.0.0.1");
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
      }
      near.pipe(far).pipe(near);
      near.on("close", () => far.destroy());
      far.on("close", () => near.destroy());
    });
    await new Promise<void>((resolve) => made.listen(port, "127.0.0.1", resolve));
    const address = made.address();
    port = typeof address === "object" && address ? address.port : 0;
    server = made;
  }
  await restore();
  return {
    get port() {
      return port;
    },
    restore,
    cut: () =>
      new Promise<void>((resolve) => {
        server?.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
