import { checkWords } from "./check-words.ts";

/** Prints each use of a forbidden word below the given paths, and what to write instead. */
const uses = checkWords(process.argv.slice(2));
for (const { file, line, word, instead } of uses) console.log(`${file}:${line}  ${word}  → ${instead}`);
console.log(uses.length ? `\n${uses.length} uses of forbidden words.` : "No forbidden word is used.");
process.exitCode = uses.length ? 1 : 0;
