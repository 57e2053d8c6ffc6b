/** The types that are kept, and how their addresses end. Images are drawn anew; the others are served to be saved, never shown. */
export const MEDIA_TYPES = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "application/pdf": "pdf",
  "application/json": "json",
  "text/csv": "csv",
  "text/plain": "txt",
} as const;
export type MediaType = keyof typeof MEDIA_TYPES;

/** What an upload is answered with. */
export interface StoredMedia {
  /** Where it is served, for ever the same bytes. Whoever knows the address can read it. */
  readonly url: string;
  /** SHA-256 of the bytes that are kept. */
  readonly hash: string;
  readonly type: MediaType;
  readonly size: number;
  /** Of images, in pixels. */
  readonly width?: number;
  readonly height?: number;
}
