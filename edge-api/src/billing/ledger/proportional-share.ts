/** `amount × part / whole`, rounded half up; 0 if `whole` is 0. The arguments are not negative. */
export const proportionalShare = (amount: bigint, part: bigint, whole: bigint): bigint => (whole === 0n ? 0n : (2n * amount * part + whole) / (2n * whole));
