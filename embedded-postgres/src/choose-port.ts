import { createServer } from "node:net";
import { EmbeddedPostgresError } from "./errors.ts";

/**
 * Chooses a loopback port: the wanted one (an error when it is taken), or else the remembered one when it is free, or else any free port.
 * @throws EmbeddedPostgresError `embedded_port_taken`
 */
export async function choosePort(wanted: number | undefined, remembered: number | undefined): Promise<number> {
  if (wanted !== undefined) {
    const port = await tryPort(wanted);
    if (port !== undefined) return port;
    throw new EmbeddedPostgresError("embedded_port_taken", `Port ${wanted} is taken: stop the program that uses it, or do not set a port.`);
  }
  const port = (remembered === undefined ? undefined : await tryPort(remembered)) ?? (await tryPort(0));
  if (port === undefined) throw new EmbeddedPostgresError("embedded_port_taken", "No free port on 127.0.0.1 for the embedded PostgreSQL: close some programs.");
  return port;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1" }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : undefined));
    });
  });
}
