/** Makes an id of 128 random bits, 32 hexadecimal digits. `crypto.randomUUID` does not exist on a page that is served by plain HTTP. */
export const createId = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
