/**
 * Pings every `everyMs`; `missed` unanswered pings in a row mean the other side is stuck.
 * Stands still while the page is hidden or frozen, when timers and answers are late for other reasons.
 */
export function createHeartbeat({
  everyMs,
  missed,
  ping,
  onDead,
  isHidden = () => document.visibilityState === "hidden",
}: {
  everyMs: number;
  missed: number;
  ping: () => void;
  onDead: () => void;
  isHidden?: () => boolean;
}) {
  let unanswered = 0;
  const timer = setInterval(() => {
    if (isHidden()) unanswered = 0;
    else if (unanswered >= missed) {
      clearInterval(timer);
      onDead();
    } else {
      unanswered++;
      ping();
    }
  }, everyMs);
  return {
    pong: () => {
      unanswered = 0;
    },
    destroy: () => clearInterval(timer),
  };
}
