import { ApiError } from "../api-error.ts";

/** One page of a list, newest first, in the format of JSON:API. @throws ApiError */
export function listPage<Row extends { readonly id: number }, Shown>(rows: readonly Row[], query: Readonly<Record<string, string>>, show: (row: Row) => Shown) {
  const size = Number(query["page[size]"] ?? 10);
  const number = Number(query["page[number]"] ?? 1);
  if (!Number.isInteger(size) || size < 1 || size > 100) throw new ApiError(400, "The page size must lie between 1 and 100.", "/page/size");
  if (!Number.isInteger(number) || number < 1) throw new ApiError(400, "The page number must be 1 or more.", "/page/number");
  const from = (number - 1) * size;
  const shown = [...rows].sort((one, other) => other.id - one.id).slice(from, from + size);
  const page = {
    currentPage: number,
    from: shown.length ? from + 1 : null,
    lastPage: Math.max(1, Math.ceil(rows.length / size)),
    perPage: size,
    to: shown.length ? from + shown.length : null,
    total: rows.length,
  };
  return { meta: { page }, jsonapi: { version: "1.0" }, links: {}, data: shown.map(show) };
}

/** Whether a row matches all `filter[…]` parameters. @throws ApiError for an unknown filter */
export function matches(query: Readonly<Record<string, string>>, fields: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(query).every(([name, wanted]) => {
    const field = /^filter\[(\w+)\]$/.exec(name)?.[1];
    if (field === undefined) return true;
    if (!(field in fields)) throw new ApiError(400, `There is no filter ${field}.`);
    return String(fields[field]) === wanted;
  });
}
