const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an icon of 24 × 24 CSS pixels, drawn with lines in the colour of the text and hidden from screen readers.
 * @param path the `d` attribute of its only path
 */
export function icon(path: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const outline = document.createElementNS(SVG, "path");
  const attributes = {
    viewBox: "0 0 24 24",
    width: "24",
    height: "24",
    fill: "none",
    stroke: "currentColor",
    "stroke-width": "2",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    "aria-hidden": "true",
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  outline.setAttribute("d", path);
  svg.append(outline);
  return svg;
}
