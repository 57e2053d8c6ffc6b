/** Reports the document's height (CSS pixels, rounded up) now and whenever it changes. */
export function observeHeight(page: Document, report: (height: number) => void): () => void {
  const measure = () => report(measureHeight(page));
  const observer = new ResizeObserver(measure);
  observer.observe(page.documentElement);
  return () => observer.disconnect();
}

/** The root's own box follows its content both ways; `scrollHeight` never shrinks below the frame. */
export const measureHeight = (page: Document): number => Math.ceil(page.documentElement.getBoundingClientRect().height);
