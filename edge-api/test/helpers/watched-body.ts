/** A request body that records whether it was read; it sends one byte, and the rest when `finish` is called. */
export function createWatchedBody(first = "a") {
  let finish: () => void = () => undefined;
  const watched = { isRead: false, isCancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (watched.isRead) return;
        watched.isRead = true;
        controller.enqueue(Buffer.from(first));
        finish = () => {
          finish = () => undefined;
          controller.close();
        };
      },
      cancel: () => {
        watched.isCancelled = true;
      },
    },
    // Nothing is pulled until the server reads.
    { highWaterMark: 0 },
  );
  return { body, watched, finish: () => finish() };
}
