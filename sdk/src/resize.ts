/** The height of a document, and the window's width at the measurement. CSS pixels. */
export interface MeasuredSize {
  readonly height: number;
  readonly innerWidth: number;
}

/** Reports the document's size whenever it has changed since the last report. */
export function observeSize(page: Document, last: MeasuredSize, report: (size: MeasuredSize) => void): () => void {
  const observer = new ResizeObserver(() => {
    const now = measure(page);
    if (now.height !== last.height || now.innerWidth !== last.innerWidth) report((last = now));
  });
  observer.observe(page.documentElement);
  return () => observer.disconnect();
}

/** Measures the root's box, rounded up. It grows and shrinks with the content, while `scrollHeight` never shrinks below the frame. */
export const measure = (page: Document): MeasuredSize => ({
  height: Math.ceil(page.documentElement.getBoundingClientRect().height),
  innerWidth,
});
