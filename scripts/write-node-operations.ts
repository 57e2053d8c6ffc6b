import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { hashSources } from "./sources.ts";
import { typeOfSchema } from "./type-of-schema.ts";

const FILE = "sdk/src/node/generated/operations.ts";
const SOURCES = ["contracts/src", "edge-api/src", "scripts/type-of-schema.ts", "scripts/write-node-operations.ts"];

/**
 * Writes what the client for Node knows of the management API: a row for each operation, and its types.
 * Made from the table that serves and tests the operations, so it can be neither behind nor ahead of it.
 */
export async function writeNodeOperations(): Promise<void> {
  const stamp = `// Made by scripts/write-node-operations.ts of ${hashSources(SOURCES)}`;
  if (existsSync(FILE) && readFileSync(FILE, "utf8").startsWith(stamp)) return;
  const { rows, types } = await describe();
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(
    FILE,
    `${stamp}
/** Method, path, and whether a body is sent, of every operation. */
export const OPERATIONS = {
${rows.join("\n")}
} as const;

/** What goes into every operation, and what comes out. */
export interface Operations {
${types.join("\n")}
}
`,
  );
}

async function describe(): Promise<{ rows: string[]; types: string[] }> {
  const [{ managementOperations }, { schemaOf }] = await Promise.all([
    import("../edge-api/src/management/operations.ts"),
    import("../edge-api/src/description/openapi.ts"),
  ]);
  const typeOf = (...schema: Parameters<typeof schemaOf>) => typeOfSchema(schemaOf(...schema));
  // Addresses are for answering; nothing is answered here.
  const operations = managementOperations({} as never, {} as never, { provider: {}, settings: {} } as never);
  return {
    rows: operations.map(
      ({ id, method, path, body }) => `  ${JSON.stringify(id)}: [${JSON.stringify(method)}, ${JSON.stringify(path)}, ${body !== undefined}],`,
    ),
    types: operations.map(({ id, path, summary, query, body, answer }) => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => `readonly ${name}: string`);
      const parts = [
        names.length && `readonly path: { ${names.join("; ")} }`,
        query && `readonly query: ${typeOf(query, "input")}`,
        body && `readonly body: ${typeOf(body, "input")}`,
        `readonly answer: ${typeOf(answer, "output")}`,
      ];
      return `  /** ${summary} */\n  readonly ${JSON.stringify(id)}: { ${parts.filter(Boolean).join("; ")} };`;
    }),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await writeNodeOperations();
