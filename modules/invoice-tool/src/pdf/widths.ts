// The widths of Helvetica's characters from space to tilde, in thousandths of the size; then those of Helvetica Bold.
const REGULAR =
  "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584";
const BOLD =
  "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584";
const TABLES = { regular: REGULAR.split(" ").map(Number), bold: BOLD.split(" ").map(Number) } as const;

/** Characters that are no accented letters and far from the usual width. The values are close enough for both weights. */
const OTHERS = new Map<string, number>(
  Object.entries({
    1000: "…—‰ÆŒ™",
    889: "æ",
    944: "œ",
    834: "¼½¾",
    737: "©®",
    611: "ßøŁ",
    584: "×÷±¬",
    400: "°",
    350: "•",
    333: "“”„‹›¨¯´¸¹²³ªº",
    278: "·ı\u00a0\u00ad",
    222: "‘’‚",
  }).flatMap(([width, all]) => [...all].map((character): [string, number] => [character, Number(width)])),
);
const USUAL = 556;

/** The width of a character in thousandths of the size. An accented letter is as wide as the letter. */
export function widthOfCharacter(character: string, isBold: boolean): number {
  const [letter = " "] = character.normalize("NFD");
  return OTHERS.get(character) ?? TABLES[isBold ? "bold" : "regular"][(letter.codePointAt(0) as number) - 0x20] ?? USUAL;
}
