import type { HostPage } from "@dramac/e2e";

/** What a contestant serves, by path. Its host page sets `readyAt` (milliseconds since navigation) when all that it mounts is ready. */
export type Pages = Readonly<Record<string, HostPage>>;

const CACHED = { "cache-control": "public, max-age=3600", "access-control-allow-origin": "*" };

/** The page that every contestant's lines stand in; it asks for nothing else. */
export const hostPage = (head: string, body: string): HostPage => ({
  body: `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">${head}<main><h1>Shop</h1></main>${body}</html>`,
});

export const framePage = (body: string): HostPage => ({ body: `<!doctype html><title>Frame</title><body>${body}</body>`, headers: CACHED });

export const scriptFile = (code: string): HostPage => ({ body: code, type: "text/javascript", headers: CACHED });

/** Script text in its own element, which it cannot end. */
export const inlined = (code: string): string => `<script>${code.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--")}</script>`;

/** JSON for a script element: nothing in it ends the element. */
export const inlineJson = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");
