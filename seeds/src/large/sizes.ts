/** The number of rows of each kind in a large seed. */
export interface Sizes {
  readonly agencies: number;
  readonly clients: number;
  readonly sites: number;
  readonly agencyInstallations: number;
  readonly clientInstallations: number;
  readonly siteInstallations: number;
  readonly documents: number;
  /** Rows of the daily rollup. */
  readonly usageDays: number;
}

/** The size that the platform is designed for: 300,000 installations in total. */
export const LARGE: Sizes = sizesFor(100_000);

/** The same proportions for another number of sites. @throws Error for fewer than 500, which are too few for the distribution */
export function sizesFor(sites: number): Sizes {
  if (!Number.isInteger(sites) || sites < 500) throw new Error(`A large seed has at least 500 sites, not ${sites}.`);
  const share = (ofSites: number) => Math.round(sites * ofSites);
  return {
    agencies: share(0.01),
    clients: share(0.2),
    sites,
    agencyInstallations: share(0.02),
    clientInstallations: share(0.18),
    siteInstallations: share(2.8),
    documents: share(0.6),
    usageDays: share(2),
  };
}
