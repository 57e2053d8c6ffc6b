export { type Button, createButton } from "./button.ts";
export { createId } from "./create-id.ts";
export { element } from "./element.ts";
export { failureMessage } from "./failure-message.ts";
export { icon } from "./icon.ts";
export { loadAll } from "./load-all.ts";
