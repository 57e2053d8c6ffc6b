/** 128 random bits as text. `crypto.randomUUID` is missing wherever the page is plain HTTP; this is not. */
export const createId = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
