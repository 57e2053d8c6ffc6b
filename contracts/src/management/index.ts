export * from "./catalogue.ts";
export * from "./installations.ts";
export * from "./page.ts";
export * from "./people.ts";
export * from "./subscriptions.ts";
export * from "./surfaces.ts";
export * from "./tenants.ts";
export * from "./usage.ts";
