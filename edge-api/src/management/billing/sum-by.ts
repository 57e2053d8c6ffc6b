/** Groups rows by the result of `commonOf`, in order of first appearance, and sums the named amounts of each group. */
export function sumBy<Row, Common extends object, Name extends string>(
  rows: readonly Row[],
  commonOf: (row: Row) => Common,
  names: readonly Name[],
  amountOf: (row: Row, name: Name) => bigint,
): (Common & Record<Name, bigint>)[] {
  const sums = new Map<string, Common & Record<Name, bigint>>();
  for (const row of rows) {
    const common = commonOf(row);
    const key = JSON.stringify(common);
    const sum = sums.get(key) ?? ({ ...common, ...Object.fromEntries(names.map((name) => [name, 0n])) } as Common & Record<Name, bigint>);
    for (const name of names) sum[name] = (sum[name] + amountOf(row, name)) as (typeof sum)[Name];
    sums.set(key, sum);
  }
  return [...sums.values()];
}
