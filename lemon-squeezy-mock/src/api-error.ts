/** What the API answers instead of a resource, in JSON:API's shape. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 422 | 429,
    detail: string,
    /** Which part of the request is at fault. */
    readonly pointer?: string,
  ) {
    super(detail);
  }
}
