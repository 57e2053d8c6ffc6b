import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import ts from "typescript";

interface Words {
  readonly identifiers: Readonly<Record<string, string>>;
  readonly prose: Readonly<Record<string, string>>;
  readonly allowed: readonly { readonly file: string; readonly words: readonly string[]; readonly why: string }[];
}

const WORDS = JSON.parse(readFileSync(new URL("forbidden-words.json", import.meta.url), "utf8")) as Words;
const READ = /\.(?:ts|tsx|mts|mjs|md|html|css|sql)$/;
/** Released migrations must never change. The other files are written by tools, from names that are checked where they come from. */
const SKIPPED = [
  /^docs\/security\.md$/,
  /^edge-api\/sql\/00(?:0\d|1\d|2[0-5])-/,
  /\/generated\//,
  /\/releases\//,
  /^benchmarks\/results\//,
  /^scripts\/words\//,
  /^scripts\/test\/check-words\.test\.ts$/,
];

export interface WordUse {
  readonly file: string;
  readonly line: number;
  readonly word: string;
  readonly instead: string;
}

const wordsOf = (name: string): string[] => name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g)?.map((word) => word.toLowerCase()) ?? [];

const proseWords = new RegExp(`\\b(?:${Object.keys(WORDS.prose).join("|")})\\b`, "gi");

/** Every use of a forbidden word in one file: in its name, its identifiers, and its comments, texts or sentences. */
export function findWordUses(file: string, text: string): WordUse[] {
  const uses: WordUse[] = [];
  const allowed = new Set(WORDS.allowed.filter((entry) => entry.file === file).flatMap(({ words }) => words));
  const lineAt = (position: number) => text.slice(0, position).split("\n").length;
  const add = (word: string, instead: string | undefined, line: number) => {
    if (instead !== undefined && !allowed.has(word)) uses.push({ file, line, word, instead });
  };
  const addNames = (name: string, line: number) => {
    if (name === "allSettled") return;
    for (const word of wordsOf(name)) if (Object.hasOwn(WORDS.identifiers, word)) add(word, WORDS.identifiers[word], line);
  };
  const addProse = (prose: string, start: number) => {
    for (const { 0: word, index } of prose.matchAll(proseWords)) add(word.toLowerCase(), WORDS.prose[word.toLowerCase()], lineAt(start + index));
  };
  addNames(file, 0);
  if (!/\.(?:ts|tsx|mts|mjs)$/.test(file)) {
    addProse(text, 0);
    return uses;
  }
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  const seen = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) addNames(node.text, lineAt(node.getStart(source)));
    if (
      ts.isStringLiteralLike(node) ||
      node.kind === ts.SyntaxKind.TemplateHead ||
      node.kind === ts.SyntaxKind.TemplateMiddle ||
      node.kind === ts.SyntaxKind.TemplateTail ||
      ts.isJsxText(node)
    ) {
      addProse(node.getText(source), node.getStart(source));
    }
    for (const range of [...(ts.getLeadingCommentRanges(text, node.pos) ?? []), ...(ts.getTrailingCommentRanges(text, node.end) ?? [])]) {
      if (seen.has(range.pos)) continue;
      seen.add(range.pos);
      addProse(text.slice(range.pos, range.end), range.pos);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return uses;
}

/** Looks through every tracked and new file below these paths. */
export function checkWords(paths: readonly string[] = []): WordUse[] {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", ...paths], { encoding: "utf8", maxBuffer: 1 << 26 });
  const files = [...new Set(listed.split("\n"))].filter((file) => READ.test(file) && existsSync(file) && !SKIPPED.some((skipped) => skipped.test(file)));
  return files.flatMap((file) => findWordUses(file, readFileSync(file, "utf8")));
}
