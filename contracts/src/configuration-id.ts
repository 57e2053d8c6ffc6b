/** Id of the element that holds the shell's configuration in a frame document. */
export const CONFIGURATION_ID = "dramac";
