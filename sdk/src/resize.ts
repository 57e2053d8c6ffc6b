/** What a document needs, and for which width of its window; CSS pixels. */
export interface MeasuredSize {
  readonly height: number;
  readonly innerWidth: number;
}

/** Reports the document's size whenever it is another one than the last. */
export function observeSize(page: Document, last: MeasuredSize, report: (size: MeasuredSize) => void): () => void {
  const observer = new ResizeObserver(() => {
    const now = measure(page);
    if (now.height !== last.height || now.innerWidth !== last.innerWidth) report((last = now));
  });
  observer.observe(page.documentElement);
  return () => observer.disconnect();
}

/** The root's own box, rounded up, follows its content both ways; `scrollHeight` never shrinks below the frame. */
export const measure = (page: Document): MeasuredSize => ({
  height: Math.ceil(page.documentElement.getBoundingClientRect().height),
  innerWidth,
});
