import { formatDay } from "../day.ts";
import type { Invoice } from "../invoice.ts";
import { formatMoney, shortAmount } from "../money.ts";
import { lineCents, totalsOf } from "../totals.ts";
import { createCanvas, type DrawPicture } from "./canvas.ts";
import { buildPdf } from "./file.ts";
import { wrap } from "./text.ts";

const LEFT = 56;
const RIGHT = 539;
const BOTTOM = 770;
const COLUMNS = { quantity: 370, unit: 455, total: RIGHT } as const;
const TEXT_WIDTH = 255;

export interface PdfOptions {
  /** Who sends it. */
  readonly sender: string;
  readonly paymentText: string;
  readonly locale: string | undefined;
  readonly drawPicture: DrawPicture;
}

/** Writes an invoice as a PDF. */
export function invoicePdf(invoice: Invoice, { sender, paymentText, locale, drawPicture }: PdfOptions): Uint8Array<ArrayBuffer> {
  const { text, rule, start, pages } = createCanvas(drawPicture);
  const money = (cents: number) => formatMoney(cents, invoice.currency, locale);
  let y = 72;
  const down = (by: number): void => {
    y += by;
    if (y <= BOTTOM) return;
    start();
    y = 72;
  };
  const paragraph = (content: string, width: number, size = 10) => {
    for (const line of wrap(content, size, width)) {
      text(line, LEFT, y, { size });
      down(size * 1.4);
    }
  };

  text(sender, LEFT, y, { size: 12, isBold: true });
  text("Invoice", RIGHT, y, { size: 22, isBold: true, isRight: true });
  down(20);
  text(invoice.label, RIGHT, y, { size: 12, isRight: true });
  if (invoice.status === "draft" || invoice.status === "cancelled") text(invoice.status.toUpperCase(), LEFT, y, { isBold: true, grey: 0.45 });
  down(36);
  const facts = [`Issued ${formatDay(invoice.issuedOn, locale)}`, `Due ${formatDay(invoice.dueOn, locale)}`];
  for (const [at, fact] of facts.entries()) text(fact, RIGHT, y + at * 14, { isRight: true });
  text("For", LEFT, y, { size: 9, grey: 0.4 });
  down(14);
  paragraph([invoice.customer, invoice.address, invoice.email].filter(Boolean).join("\n"), TEXT_WIDTH, 11);
  down(28);

  const head = { size: 9, grey: 0.4 };
  text("Description", LEFT, y, head);
  for (const [name, right] of [
    ["Quantity", COLUMNS.quantity],
    ["Price", COLUMNS.unit],
    ["Amount", COLUMNS.total],
  ] as const)
    text(name, right, y, { ...head, isRight: true });
  down(8);
  rule(LEFT, y, RIGHT - LEFT);
  down(16);
  for (const line of invoice.lines) {
    text(shortAmount(line.quantityMilli, 3), COLUMNS.quantity, y, { isRight: true });
    text(money(line.unitCents), COLUMNS.unit, y, { isRight: true });
    text(money(lineCents(line)), COLUMNS.total, y, { isRight: true });
    paragraph(line.text, TEXT_WIDTH);
    down(6);
  }
  rule(LEFT, y - 4, RIGHT - LEFT);
  down(14);
  const { netCents, taxCents, totalCents } = totalsOf(invoice);
  for (const [name, cents, isBold] of [
    ["Net", netCents, false],
    [`Tax ${shortAmount(invoice.taxBasisPoints, 2)} %`, taxCents, false],
    ["Total", totalCents, true],
  ] as const) {
    text(name, COLUMNS.unit, y, { isRight: true, isBold });
    text(money(cents), COLUMNS.total, y, { isRight: true, isBold });
    down(18);
  }
  down(18);
  for (const content of [invoice.note, paymentText]) {
    if (!content) continue;
    paragraph(content, RIGHT - LEFT);
    down(10);
  }
  return buildPdf(pages(), `${invoice.label} ${sender}`);
}
