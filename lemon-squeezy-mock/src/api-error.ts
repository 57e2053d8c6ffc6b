/** An error that the API answers with, in the format of JSON:API. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 422 | 429,
    detail: string,
    /** JSON pointer to the wrong part of the request. */
    readonly pointer?: string,
  ) {
    super(detail);
  }
}
