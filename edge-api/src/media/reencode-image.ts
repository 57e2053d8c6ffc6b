import { LIMITS, MEDIA_LIMITS, type MediaType } from "@dramac/contracts";
import { ApiError } from "../http/api-error.ts";
import { createWorkQueue } from "./work-queue.ts";

export interface ReencodedImage {
  readonly type: MediaType;
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
}

const SECONDS = 10;
const QUALITY = 85;
/** Decoders of the four formats; all other decoders of the library are blocked. */
const READERS = ["Jpeg", "Png", "Webp", "Nsgif"].map((name) => `VipsForeignLoad${name}Buffer`);
/** The output format of each input format. Of a GIF, the first frame becomes a PNG. */
const OUTPUT_FORMATS: Readonly<Record<string, "jpeg" | "png" | "webp">> = { jpeg: "jpeg", png: "png", gif: "png", webp: "webp" };

type Sharp = typeof import("sharp").default;
let loaded: Promise<Sharp> | undefined;
/** One at a time: decoding a large image takes a hundred megabytes. */
const queueReencoding = createWorkQueue({ maxRunning: 1, maxRunningPerKey: 1, maxWaiting: 100 });

/** Loaded with the first image, because it takes a fifth of a node's memory and most nodes never need it. */
function load(): Promise<Sharp> {
  return (loaded ??= import("sharp").then(({ default: sharp }) => {
    sharp.cache(false);
    sharp.concurrency(1);
    sharp.block({ operation: ["VipsForeignLoad"] });
    sharp.unblock({ operation: READERS });
    return sharp;
  }));
}

/**
 * Re-encodes an image from its pixels: one frame, upright, without metadata or any other content of the file.
 * @throws ApiError `unsupported_media_type` for what cannot be read, `payload_too_large` for too many pixels
 */
export async function reencodeImage(bytes: Buffer): Promise<ReencodedImage> {
  const sharp = await load();
  const options = { limitInputPixels: MEDIA_LIMITS.pixels, failOn: "error", sequentialRead: true } as const;
  const unreadable = () => new ApiError("unsupported_media_type", "This image cannot be read. Save it again as JPEG, PNG or WebP.");
  // The header contains the size: a decompression bomb is refused before any pixel is decoded.
  const head = await sharp(bytes, { ...options, limitInputPixels: false })
    .metadata()
    .catch(() => {
      throw unreadable();
    });
  const format = OUTPUT_FORMATS[head.format];
  if (!format) throw unreadable();
  if (head.width * (head.pageHeight ?? head.height) > MEDIA_LIMITS.pixels) {
    throw new ApiError("payload_too_large", `An image of ${head.width} × ${head.height} is too large: at most ${MEDIA_LIMITS.pixels / 1e6} million pixels.`);
  }
  const pipeline = sharp(bytes, options)
    .autoOrient()
    .resize({ width: MEDIA_LIMITS.edge, height: MEDIA_LIMITS.edge, fit: "inside", withoutEnlargement: true })
    .toFormat(format, format === "png" ? {} : { quality: QUALITY })
    .timeout({ seconds: SECONDS });
  const encoded = await queueReencoding("", () =>
    pipeline.toBuffer({ resolveWithObject: true }).catch(() => {
      throw unreadable();
    }),
  );
  if (encoded.data.length > LIMITS.uploadBytes) throw new ApiError("payload_too_large", "Re-encoded, this image is larger than 10 MiB. Make it smaller.");
  return { type: `image/${format}`, bytes: encoded.data, width: encoded.info.width, height: encoded.info.height };
}
