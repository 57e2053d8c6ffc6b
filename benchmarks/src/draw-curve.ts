import type { Curve } from "./curve.ts";
import { createScale } from "./axis-scale.ts";

const WIDTH = 640;
const HEIGHT = 360;
const LEFT = 76;
const RIGHT = 40;
const TOP = 64;
const BOTTOM = 60;

/** Colours that keep 4.5:1 to white and to a dark page; the second line is dashed too, so that colour is never alone. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #333 } .title { font-size: 16px; font-weight: 600 }
  .grid { stroke: #ddd } .axis { stroke: #777 } .line { fill: none; stroke-width: 2.5 } .l0 { stroke: #0b57b0 } .l1 { stroke: #8a4b00; stroke-dasharray: 7 4 }
  .d0 { fill: #0b57b0 } .d1 { fill: #8a4b00 } .paper { fill: #fff }
  @media (prefers-color-scheme: dark) {
    text { fill: #ddd } .grid { stroke: #3a3a3a } .axis { stroke: #999 } .l0 { stroke: #7db8ff } .l1 { stroke: #ffb860 } .d0 { fill: #7db8ff } .d1 { fill: #ffb860 } .paper { fill: #161616 }
  }`;

/** An SVG of a curve: axes with units, the measured points with their values, readable on light and dark pages. */
export function drawCurve({ title, x, y, lines }: Curve): string {
  const points = lines.flatMap((line) => line.points);
  const across = createScale(
    x.scale,
    points.map(([value]) => value),
    LEFT,
    WIDTH - RIGHT,
  );
  const up = createScale(
    y.scale,
    points.map(([, value]) => value),
    HEIGHT - BOTTOM,
    TOP,
  );
  const measured = [...new Set(points.map(([value]) => value))];
  const parts = [
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}" rx="8"/>`,
    text(LEFT, 26, title, { anchor: "start", className: "title" }),
    ...up.ticks.map((value) => {
      const at = round(up.toPixel(value));
      return `<path class="grid" d="M${LEFT} ${at}H${WIDTH - RIGHT}"/>${text(LEFT - 8, at + 4, format(value), { anchor: "end" })}`;
    }),
    `<path class="axis" d="M${LEFT} ${HEIGHT - BOTTOM}H${WIDTH - RIGHT}"/>`,
    ...measured.map((value) => text(round(across.toPixel(value)), HEIGHT - BOTTOM + 20, format(value), { anchor: "middle" })),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, x.label, { anchor: "middle" }),
    `<text transform="translate(18 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escapeXml(y.label)}</text>`,
    ...lines.flatMap((line, index) => {
      const spots = line.points.map(([a, b]) => [round(across.toPixel(a)), round(up.toPixel(b)), b] as const);
      return [
        `<path class="line l${index}" d="M${spots.map(([a, b]) => `${a} ${b}`).join("L")}"/>`,
        ...spots.map(([a, b, value]) => `<circle class="d${index}" cx="${a}" cy="${b}" r="4"><title>${format(value)}</title></circle>`),
        `<path class="line l${index}" d="M${LEFT + index * 190} 44h28"/>${text(LEFT + index * 190 + 36, 48, line.name, { anchor: "start" })}`,
      ];
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeXml(`${title}: ${y.label} over ${x.label}`)}"><style>${STYLE}\n</style>\n${parts.join("\n")}\n</svg>\n`;
}

const text = (x: number, y: number, content: string, { anchor, className = "" }: { anchor: "start" | "middle" | "end"; className?: string }): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}"${className && ` class="${className}"`}>${escapeXml(content)}</text>`;

const round = (value: number): number => Math.round(value * 10) / 10;

const format = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 1 : 0 });

const escapeXml = (content: string): string => content.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
