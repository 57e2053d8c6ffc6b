export interface View {
  readonly path: string;
  readonly title: string;
  readonly referrer: string;
}

const MAX_LENGTH = 500;

/** Reports a page view whenever the path changes. Other changes of the context, like the theme, are no page views. */
export function createPageViews(report: (view: View) => void) {
  let last: string | undefined;
  return function see({ path, title = "", referrer = "" }: { path?: string; title?: string; referrer?: string }): void {
    if (path === undefined || path === last) return;
    const from = last === undefined ? referrer : last;
    last = path;
    report({ path: path.slice(0, MAX_LENGTH), title: title.slice(0, MAX_LENGTH), referrer: from.slice(0, MAX_LENGTH) });
  };
}
