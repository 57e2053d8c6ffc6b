import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const FOLDERS = [
  "scripts/test",
  "contracts/test",
  "host-bridge/test",
  "sdk/test",
  "elements/test",
  "react/test",
  "loader/test",
  "module-kit/test",
  "embedded-postgres/test",
  "edge-api/test",
  "lemon-squeezy-mock/test",
  "e2e/test",
  ...readdirSync("modules").map((name) => `modules/${name}/test`),
];

/** Every test file there is, from the root. */
export function listTests(): string[] {
  return FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => join(folder, name))
      .sort(),
  );
}
