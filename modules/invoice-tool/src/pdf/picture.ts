import { PICTURE_SCALE } from "./canvas.ts";
import type { Picture } from "./file.ts";

/** Draws text of any script with the browser's fonts, as a JPEG on white. */
export function drawPicture(text: string, size: number, isBold: boolean): Picture {
  const canvas = document.createElement("canvas");
  const font = `${isBold ? "bold " : ""}${size * PICTURE_SCALE}px system-ui, sans-serif`;
  const brush = canvas.getContext("2d") as CanvasRenderingContext2D;
  brush.font = font;
  canvas.width = Math.max(1, Math.ceil(brush.measureText(text).width));
  canvas.height = Math.ceil(size * PICTURE_SCALE * 1.4);
  // A canvas forgets its font when it is resized.
  brush.font = font;
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.fillStyle = "#000";
  brush.textBaseline = "alphabetic";
  brush.fillText(text, 0, canvas.height * 0.7);
  const data = atob(canvas.toDataURL("image/jpeg", 0.95).split(",")[1] ?? "");
  return { jpeg: Uint8Array.from(data, (character) => character.charCodeAt(0)), width: canvas.width, height: canvas.height };
}
