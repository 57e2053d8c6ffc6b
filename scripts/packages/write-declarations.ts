import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";
import { expandType } from "./expand-type.ts";

const ROOT = resolve(".");

/**
 * Writes the declarations of these TypeScript files, and of everything that they import from this repository, below a folder.
 *
 * Types that are inferred from a zod schema are written out, because a package is installed without zod.
 * It reports no type errors; `npm run check` compiles every workspace.
 */
export function writeDeclarations(entries: readonly string[], folder: string): void {
  const { config } = ts.readConfigFile("tsconfig.base.json", (path) => readFileSync(path, "utf8"));
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const program = ts.createProgram([...entries], {
    ...options,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    declaration: true,
    emitDeclarationOnly: true,
    noEmit: false,
    noEmitOnError: false,
    rootDir: ROOT,
    outDir: folder,
    // Without this, contracts is an installed package to the compiler, which then writes no declarations for it.
    paths: { "@dramac/contracts": [join(ROOT, "contracts/src/index.ts")], "@dramac/contracts/*": [join(ROOT, "contracts/src/*.ts")] },
  });
  const checker = program.getTypeChecker();
  for (const source of program.getSourceFiles()) {
    if (source.isDeclarationFile || source.fileName.includes("/node_modules/")) continue;
    program.emit(
      source,
      (path, text) => {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, relative(ROOT, source.fileName).startsWith("contracts/") ? replaceInferredTypes(text, source, checker) : text);
      },
      undefined,
      true,
    );
  }
}

/** The file of a declaration that {@link writeDeclarations} wrote, by a specifier in another one; `undefined` for a specifier of an installed package. */
export function resolveDeclaration(specifier: string, importer: string | undefined, folder: string): string | undefined {
  const toDeclaration = (path: string) => path.replace(/\.ts$/, ".d.ts");
  if (specifier.startsWith(".") && importer) return toDeclaration(join(dirname(importer), specifier));
  const [, entry] = /^@dramac\/contracts(?:\/(.+))?$/.exec(specifier) ?? [undefined, undefined];
  return specifier.startsWith("@dramac/contracts") ? join(resolve(folder), `contracts/src/${entry ?? "index"}.d.ts`) : undefined;
}

/** Replaces every `type X = z.infer<…>` of a declaration file by the type itself. */
function replaceInferredTypes(text: string, source: ts.SourceFile, checker: ts.TypeChecker): string {
  const inferred = new Map<string, string>();
  for (const statement of source.statements) {
    if (!ts.isTypeAliasDeclaration(statement) || !/\bz\.(?:infer|input|output)\b/.test(statement.type.getText(source))) continue;
    inferred.set(statement.name.text, expandType(checker.getTypeAtLocation(statement.name), statement, checker));
  }
  if (!inferred.size) return text;
  const declarations = ts.createSourceFile("declarations.d.ts", text, ts.ScriptTarget.Latest, true);
  let result = text;
  for (const statement of [...declarations.statements].reverse()) {
    const expanded = ts.isTypeAliasDeclaration(statement) ? inferred.get(statement.name.text) : undefined;
    if (expanded === undefined || !ts.isTypeAliasDeclaration(statement)) continue;
    result = result.slice(0, statement.type.getStart(declarations)) + expanded + result.slice(statement.type.end);
  }
  return result;
}
