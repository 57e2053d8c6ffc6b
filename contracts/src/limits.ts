/** Default limits, sent to modules in INIT. Bytes, milliseconds, pixels, counts. */
export const LIMITS = {
  messageBytes: 65_536,
  uploadBytes: 10_485_760,
  downloadBytes: 10_485_760,
  burst: 50,
  sustainedPerSecond: 20,
  /** Messages over the limit, as a multiple of the burst, before the port is closed. */
  floodFactor: 10,
  inFlight: 16,
  resizesPerSecond: 5,
  maxHeightPx: 20_000,
  ignoredShrinkPx: 4,
  resizeLoopTurns: 8,
  heartbeatMs: 3_000,
  missedHeartbeats: 2,
  /** From the insertion of the module's frame to its READY. The start-up bundle is in the document, so no network is involved. */
  helloMs: 15_000,
  requestMs: 10_000,
  teardownMs: 500,
  strayMessagesPerSecond: 100,
  malformedMessages: 10,
} as const;

export type Limits = { readonly [Name in keyof typeof LIMITS]: number };

/** Sizes that bound what a package may hold. */
export const PACKAGE_LIMITS = {
  entryBytes: 524_288,
  fileBytes: 5_242_880,
  packageBytes: 26_214_400,
  files: 500,
} as const;

/** Module storage: bytes per visitor and per installation, and how many documents a page of a listing holds. */
export const STORAGE_LIMITS = {
  visitorBytes: 1_048_576,
  installationBytes: 52_428_800,
  documentBytes: 65_536,
  pageSize: 100,
} as const;

/** What bounds the declared fields of a collection, and the queries over them. */
export const DOCUMENT_INDEX_LIMITS = {
  /** Characters of a text in an indexed field. */
  textLength: 500,
  /** Values of an `in` filter. */
  listLength: 50,
} as const;

/** Limits of a collection's schema, which is untrusted, and of the work of checking a document. */
export const SCHEMA_LIMITS = {
  bytes: 16_384,
  depth: 24,
  /** Parts of the schema that constrain one value: `allOf`, `anyOf`, `oneOf`, `not`, `if`, `then`, `else`. */
  branches: 32,
  /** Bytes of the schema times values of the document. */
  work: 1_000_000,
  /** States of one pattern's program. */
  patternSize: 1_000,
  /** States times characters, over all texts of a document. */
  patternSteps: 3_000_000,
  /** Issues that an answer lists. */
  faults: 100,
} as const;

/** Limits of a usage event. Anyone can send one. */
export const USAGE_LIMITS = {
  /** Characters of an event's metadata as JSON. */
  metadataLength: 1_024,
} as const;

/** Calls of modules to other hosts. Bytes, milliseconds, counts. */
export const CONNECT_LIMITS = {
  requestBytes: 65_536,
  answerBytes: 1_048_576,
  timeoutMs: 10_000,
  redirects: 3,
  /** Concurrent calls on one node: an installation may use a quarter, an agency half. */
  inFlightOfInstallation: 16,
  inFlightOfNetwork: 24,
  inFlightOfAgency: 32,
  inFlight: 64,
  /** Calls started per minute on one node. */
  perMinuteOfNetwork: 600,
  perMinuteOfAgency: 6_000,
} as const;

/**
 * Files of modules, beside `LIMITS.uploadBytes` for one of them. They count as storage of the installation (`STORAGE_LIMITS.installationBytes`);
 * the database enforces the part that visitors may fill.
 */
export const MEDIA_LIMITS = {
  /** All files of one visitor in an installation. */
  visitorBytes: 10_485_760,
  /** Files of all its visitors together. */
  visitorsBytes: 26_214_400,
  /** Pixels of an uploaded image, checked before it is decoded. */
  pixels: 25_000_000,
  /** The longer edge of a stored image. */
  edge: 4_096,
  /** JSON files are parsed to validate them. */
  jsonBytes: 2_097_152,
} as const;
