/** `amount × part / whole`, half up; zero of nothing. None of them is negative. */
export const proportionalShare = (amount: bigint, part: bigint, whole: bigint): bigint => (whole === 0n ? 0n : (2n * amount * part + whole) / (2n * whole));
