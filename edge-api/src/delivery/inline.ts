/** JSON for a script element: without `<`, and without line separators that end a statement. */
export const inlineJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");

/** Script text that cannot end its own element. */
export const inlineScript = (script: string): string => script.replace(/<\/(?=script)/gi, "<\\/").replaceAll("<!--", "<\\!--");

/** Style text that cannot end its own element. */
export const inlineStyle = (style: string): string => style.replace(/<\/(?=style)/gi, "<\\/");

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
