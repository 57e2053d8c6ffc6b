import { A4, type PdfPage, type Picture } from "./file.ts";
import { encode, widthOf, withPlainSpaces } from "./text.ts";

export type DrawPicture = (text: string, size: number, isBold: boolean) => Picture;

export interface TextOptions {
  readonly size?: number;
  readonly isBold?: boolean;
  /** `x` is the right end of the text. */
  readonly isRight?: boolean;
  /** 0 is black. */
  readonly grey?: number;
}

/** Pixels of a picture for each point on paper. */
export const PICTURE_SCALE = 3;

/** Creates pages to draw on, in points, with the origin at the top left. */
export function createCanvas(drawPicture: DrawPicture) {
  const pages: { lines: string[]; pictures: Picture[] }[] = [];
  const page = () => pages.at(-1) as (typeof pages)[number];
  const start = () => void pages.push({ lines: [], pictures: [] });
  start();

  function text(content: string, x: number, y: number, { size = 10, isBold = false, isRight = false, grey = 0 }: TextOptions = {}): void {
    const plain = withPlainSpaces(content);
    const codes = encode(plain);
    if (!codes) return drawAsPicture(plain, x, y, { size, isBold, isRight });
    const left = isRight ? x - widthOf(plain, size, isBold) : x;
    const escaped = codes
      .map((code) => (code === 0x28 || code === 0x29 || code === 0x5c ? `\\${String.fromCharCode(code)}` : String.fromCharCode(code)))
      .join("");
    page().lines.push(`BT ${grey} g /${isBold ? "F2" : "F1"} ${size} Tf ${left.toFixed(2)} ${(A4.height - y).toFixed(2)} Td (${escaped}) Tj ET`);
  }

  function drawAsPicture(content: string, x: number, y: number, { size, isBold, isRight }: { size: number; isBold: boolean; isRight: boolean }): void {
    const picture = drawPicture(content, size, isBold);
    const [width, height] = [picture.width / PICTURE_SCALE, picture.height / PICTURE_SCALE];
    const left = isRight ? x - width : x;
    const { lines, pictures } = page();
    lines.push(`q ${width.toFixed(2)} 0 0 ${height.toFixed(2)} ${left.toFixed(2)} ${(A4.height - y - height * 0.3).toFixed(2)} cm /P${pictures.length} Do Q`);
    pictures.push(picture);
  }

  return {
    start,
    text,
    /** Draws a thin horizontal line. */
    rule: (x: number, y: number, width: number) =>
      void page().lines.push(`0.75 G 0.5 w ${x} ${(A4.height - y).toFixed(2)} m ${x + width} ${(A4.height - y).toFixed(2)} l S`),
    pages: (): PdfPage[] => pages.map(({ lines, pictures }) => ({ content: lines.join("\n"), pictures })),
  };
}
