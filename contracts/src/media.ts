/** The accepted types and their file extensions. Images are encoded again; other files are served as downloads only. */
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

/** The answer to an upload. */
export interface StoredMedia {
  /** Address of the file, whose bytes never change. Anyone who knows the address can read it. */
  readonly url: string;
  /** SHA-256 of the stored bytes. */
  readonly hash: string;
  readonly type: MediaType;
  readonly size: number;
  /** Of images, in pixels. */
  readonly width?: number;
  readonly height?: number;
}
