import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { hashSources } from "./sources.ts";
import { typeOfSchema } from "./type-of-schema.ts";

const FILE = "sdk/src/node/generated/operations.ts";
const SOURCES = ["contracts/src", "edge-api/src", "scripts/type-of-schema.ts", "scripts/write-node-operations.ts"];

/**
 * Writes the operations of the management API for the Node client: a row for each operation, and its types.
 * They come from the table from which the platform serves them, so both always agree.
 * Does nothing when the file was written from the same sources.
 */
export async function writeNodeOperations(): Promise<void> {
  const stamp = `// Made by scripts/write-node-operations.ts of ${hashSources(SOURCES)}`;
  if (existsSync(FILE) && readFileSync(FILE, "utf8").startsWith(stamp)) return;
  const { rows, types } = await describe();
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(
    FILE,
    `${stamp}
/** Method, path and whether a body is sent, for every operation. */
export const OPERATIONS = {
${rows.join("\n")}
} as const;

/** What every operation takes, and what it answers with. */
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
  // Operations are only listed here and never called, so they get no services.
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
