import { getLogger } from "@logtape/logtape";
import { DatabaseUnavailable } from "../db/errors.ts";
import { ApiError, problemResponse } from "./api-error.ts";
import { requestIdOf } from "./request-id.ts";

const logger = getLogger(["dramac", "http"]);

/** Answers any error as problem+json. Unexpected errors are logged, and the caller learns only the request id. */
export function errorResponse(request: Request, error: unknown): Response {
  const requestId = requestIdOf(request);
  return problemResponse(toApiError(error, requestId), requestId);
}

function toApiError(error: unknown, requestId: string): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof DatabaseUnavailable) return new ApiError("unavailable", "The database does not answer at the moment. Nothing was written; try again.");
  logger.error("request {requestId} failed: {error}", { requestId, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  return new ApiError("internal", "Something went wrong on our side. Try again; if it happens again, tell us the request id.");
}
