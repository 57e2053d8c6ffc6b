import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, test } from "node:test";
import { LIMITS } from "@dramac/contracts";

const markdownIn = (folder: string): string[] => readdirSync(folder).flatMap((name) => (name.endsWith(".md") ? [`${folder}/${name}`] : []));
const PAGES = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "edge-api/README.md", ...markdownIn("docs"), ...markdownIn("docs/decisions")];
const read = (file: string): string => readFileSync(file, "utf8");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** The name that a heading has in an address, as Markdown viewers make it. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");

const anchorsIn = (page: string): string[] => [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));

function isBrokenLink(page: string, target: string): boolean {
  if (/^https?:/.test(target)) return false;
  const [file = "", anchor] = target.split("#");
  const path = file ? normalize(join(dirname(page), file)) : page;
  return !existsSync(path) || (anchor !== undefined && !anchorsIn(path).includes(anchor));
}

/** Whether a text in backticks is a path of this repository that does not exist. Examples and patterns are not paths. */
function isMissingPath(page: string, path: string): boolean {
  if (/NNNN|^modules\/hello\//.test(path)) return false;
  const [first = ""] = path.split("/");
  const isPath = existsSync(first) || ["src", "test", "sql"].includes(first);
  return isPath && !existsSync(path) && !existsSync(join(dirname(page), path));
}

describe("the documentation", () => {
  for (const page of PAGES) {
    test(`${page} names only links, paths and commands that exist`, () => {
      const text = read(page);
      const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target).filter((target) => isBrokenLink(page, target));
      const paths = [...text.matchAll(/`([\w.@-]+(?:\/[\w.@-]+)+\/?)`/g)].map(([, path = ""]) => path).filter((path) => isMissingPath(page, path));
      const commands = [...text.matchAll(/npm run ([a-z]+)/g)].map(([, name = ""]) => name).filter((name) => !Object.hasOwn(scripts, name));
      const programs = [...text.matchAll(/node --import tsx ([\w./-]+\.ts)/g)].map(([, path = ""]) => path).filter((path) => !existsSync(path));
      assert.deepEqual({ links, paths, commands, programs }, { links: [], paths: [], commands: [], programs: [] });
    });
  }

  test("docs/protocol.md has every message", () => {
    const protocol = read("docs/protocol.md");
    const sources = read("contracts/src/module-messages.ts") + read("contracts/src/page-messages.ts");
    const types = new Set([...sources.matchAll(/type: (?:z\.literal\()?"([A-Z_]+)"/g)].map(([, type = ""]) => type));
    assert.ok(types.size > 20);
    assert.deepEqual(
      [...types].filter((type) => !protocol.includes(type)),
      [],
    );
  });

  test("docs/protocol.md has the limits of the code", () => {
    const rows = read("docs/protocol.md").split("\n");
    const wrong = Object.entries(LIMITS).filter(([name, value]) => {
      const row = rows.find((line) => line.includes(`(\`${name}\`)`));
      return row !== undefined && !row.includes(value.toLocaleString("en-US"));
    });
    assert.deepEqual(wrong, []);
  });

  test("docs/operators.md has every environment variable of the server", () => {
    const operators = read("docs/operators.md");
    const names = [...read("edge-api/src/config.ts").matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name = ""]) => name);
    assert.ok(names.length > 10);
    assert.deepEqual(
      names.filter((name) => !operators.includes(`\`${name}\``)),
      [],
    );
  });

  test("the index of the decisions has every decision, numbered once", () => {
    const files = markdownIn("docs/decisions")
      .filter((file) => !file.endsWith("README.md"))
      .sort();
    const index = read("docs/decisions/README.md");
    for (const [at, file] of files.entries()) {
      const number = at + 1;
      assert.equal(file.slice("docs/decisions/".length, "docs/decisions/".length + 4), String(number).padStart(4, "0"));
      const [, title = ""] = new RegExp(`^# ${number}\\. (.+)$`, "m").exec(read(file)) ?? [];
      assert.ok(index.includes(`| ${number} | [${title}](${file.slice("docs/decisions/".length)}) |`), `${file} is missing in the index`);
    }
  });
});
