/** One value, or one for each value of a label. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly kind: "gauge" | "counter";
  readonly value: number | { readonly label: string; readonly values: Readonly<Record<string, number>> };
}
