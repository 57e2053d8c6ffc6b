import { createServer } from "node:net";
import { EmbeddedPostgresError } from "./errors.ts";

/**
 * A loopback port: the wanted one (refused when taken), else the remembered one when it is free, else any.
 * @throws EmbeddedPostgresError `embedded_port_taken`
 */
export async function choosePort(wanted: number | undefined, remembered: number | undefined): Promise<number> {
  if (wanted !== undefined) {
    const port = await tryPort(wanted);
    if (port !== undefined) return port;
    throw new EmbeddedPostgresError("embedded_port_taken", `Port ${wanted} is taken: stop what listens there, or leave the choice of a port to us.`);
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
