export { EmbeddedPostgresError, type EmbeddedPostgresErrorCode } from "./errors.ts";
export { runningEmbeddedUrl } from "./running-embedded-url.ts";
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from "./start-embedded-postgres.ts";
