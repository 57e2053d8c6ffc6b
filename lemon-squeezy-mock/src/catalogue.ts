import type { Mode, Store, Variant } from "./types.ts";

export interface Catalogue {
  readonly stores: readonly Store[];
  readonly variants: readonly Variant[];
}

const MODES: readonly Mode[] = ["live", "test"];

/** Two stores, each with one product in four variants: monthly, yearly, monthly with a trial, and paid once. Test mode has the same under other ids. */
export const defaultCatalogue: Catalogue = {
  stores: [
    { id: 1, name: "DRAMAC", currency: "USD" },
    { id: 2, name: "DRAMAC Europe", currency: "EUR" },
  ],
  variants: [1, 2].flatMap((storeId) =>
    MODES.flatMap((mode): Variant[] => {
      const base = storeId * 100 + (mode === "test" ? 50 : 0);
      const common = { storeId, mode, productId: base, productName: "Module", trialDays: 0 };
      return [
        { ...common, id: base + 1, name: "Monthly", price: 1_000, interval: "month" },
        { ...common, id: base + 2, name: "Yearly", price: 10_000, interval: "year" },
        { ...common, id: base + 3, name: "Monthly with a trial", price: 1_000, interval: "month", trialDays: 14 },
        { ...common, id: base + 4, name: "Once", price: 5_000, interval: null },
      ];
    }),
  ),
};
