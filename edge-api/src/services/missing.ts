import { ApiError } from "../http/api-error.ts";

/** The one answer for an id that does not exist and for an id of another tenant, so that callers cannot tell the two apart. */
export const missing = (): ApiError => new ApiError("not_found", "There is nothing with this id that you can reach. Check the id, and whose key you use.");
