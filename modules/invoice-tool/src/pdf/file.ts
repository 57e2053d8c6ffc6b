import { widthsOfCodes } from "./text.ts";

/** A picture of text that the fonts of PDF readers cannot show. */
export interface Picture {
  readonly jpeg: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

export interface PdfPage {
  /** Drawing operators, in Latin-1. */
  readonly content: string;
  /** Named `/P0`, `/P1` … in the content. */
  readonly pictures: readonly Picture[];
}

export const A4 = { width: 595, height: 842 } as const;

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Writes pages as a PDF 1.4, uncompressed, with the two Helvetica fonts that every reader has. */
export function buildPdf(pages: readonly PdfPage[], title: string): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [latin1("%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n")];
  const offsets: number[] = [];
  let length = (parts[0] as Uint8Array).length;
  const write = (bytes: Uint8Array) => {
    parts.push(bytes);
    length += bytes.length;
  };
  function put(head: string, stream?: Uint8Array): void {
    offsets.push(length);
    write(latin1(`${offsets.length} 0 obj\n`));
    if (!stream) write(latin1(`<< ${head} >>\nendobj\n`));
    else {
      write(latin1(`<< ${head} /Length ${stream.length} >>\nstream\n`));
      write(stream);
      write(latin1("\nendstream\nendobj\n"));
    }
  }

  // Objects 1 to 5 are fixed; each page is followed by its content and its pictures.
  const pageObjects: number[] = [];
  let next = 6;
  for (const { pictures } of pages) {
    pageObjects.push(next);
    next += 2 + pictures.length;
  }
  put("/Type /Catalog /Pages 2 0 R");
  put(`/Type /Pages /Count ${pages.length} /Kids [${pageObjects.map((pageObject) => `${pageObject} 0 R`).join(" ")}]`);
  for (const isBold of [false, true]) {
    const widths = widthsOfCodes(isBold).join(" ");
    put(`/Type /Font /Subtype /Type1 /BaseFont /Helvetica${isBold ? "-Bold" : ""} /Encoding /WinAnsiEncoding /FirstChar 32 /LastChar 255 /Widths [${widths}]`);
  }
  put(
    `/Title <feff${[...title].flatMap((character) => Array.from({ length: character.length }, (_, at) => character.charCodeAt(at).toString(16).padStart(4, "0"))).join("")}>`,
  );
  for (const [index, { content, pictures }] of pages.entries()) {
    const pageObject = pageObjects[index] as number;
    const named = pictures.map((_, at) => `/P${at} ${pageObject + 2 + at} 0 R`).join(" ");
    put(
      `/Type /Page /Parent 2 0 R /MediaBox [0 0 ${A4.width} ${A4.height}] /Contents ${pageObject + 1} 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >> /XObject << ${named} >> >>`,
    );
    put("", latin1(content));
    for (const { jpeg, width, height } of pictures)
      put(`/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode`, jpeg);
  }
  const table = length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  write(
    latin1(
      `xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${offsets.length + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${table}\n%%EOF\n`,
    ),
  );
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
