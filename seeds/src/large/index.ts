export { findWrongCounts } from "./check-counts.ts";
export { type LargeSeedProgress, makeLargeOwnerKey, seedLarge } from "./seed-large.ts";
export { LARGE, sizesFor } from "./sizes.ts";
export { largeId, largeSiteKey, largeSurfaceKey } from "./spread.ts";
