/** The version of the messages of both ports that this build speaks. */
export const PROTOCOL_VERSION = 1;

/** The lowest and the highest version that this build speaks, sent in MODULE_READY and SHELL_READY. */
export const PROTOCOL: readonly [lowest: number, highest: number] = [PROTOCOL_VERSION, PROTOCOL_VERSION];
