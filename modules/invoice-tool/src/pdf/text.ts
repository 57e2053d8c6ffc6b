import { widthOfCharacter } from "./widths.ts";

/** The 27 characters of Windows-1252 that Latin-1 does not have, with their codes. */
const SPECIAL = new Map(
  [..."€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"].map((character, index) => [
    character,
    [
      0x80, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8e, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c,
      0x9e, 0x9f,
    ][index] as number,
  ]),
);

/** Replaces narrow and other special spaces, which some languages put between digits, and removes direction marks. */
export const withPlainSpaces = (text: string): string => text.replace(/[\u2000-\u200a\u202f\u205f\u3000\t]/g, " ").replace(/[\u200e\u200f\u061c]/g, "");

/** Encodes text for the fonts of PDF readers. @returns `undefined` when they lack one of its characters */
export function encode(text: string): number[] | undefined {
  const codes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) as number;
    const code = (point >= 0x20 && point < 0x7f) || (point >= 0xa0 && point <= 0xff) ? point : SPECIAL.get(character);
    if (code === undefined) return undefined;
    codes.push(code);
  }
  return codes;
}

/** The widths of all codes from the space on. A reader with another font then sets the text equally wide. */
export function widthsOfCodes(isBold: boolean): number[] {
  const characters = new Map([...SPECIAL].map(([character, code]) => [code, character]));
  return Array.from({ length: 0x100 - 0x20 }, (_, index) => widthOfCharacter(characters.get(index + 0x20) ?? String.fromCharCode(index + 0x20), isBold));
}

/** Width of a text in points. */
export const widthOf = (text: string, size: number, isBold = false): number =>
  ([...text].reduce((sum, character) => sum + widthOfCharacter(character, isBold), 0) * size) / 1_000;

/** Breaks text at its line ends and before the given width. Words that are too long are cut. */
export function wrap(text: string, size: number, width: number): string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines = [""];
    for (const word of paragraph.split(" ").flatMap((whole) => cut(whole, size, width))) {
      const last = lines.at(-1) as string;
      const longer = last ? `${last} ${word}` : word;
      if (widthOf(longer, size) <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  });
}

function cut(word: string, size: number, width: number): string[] {
  const parts = [""];
  for (const character of word) {
    const last = parts.at(-1) as string;
    if (widthOf(last + character, size) <= width) parts[parts.length - 1] = last + character;
    else parts.push(character);
  }
  return parts;
}
