/** The drill's clock as a process far from it knows it: it stands still until it is told how late it is. */
export function createNodeClock(start: number) {
  let time = start;
  let waiting: { readonly until: number; readonly wake: () => void }[] = [];
  const now = () => time;
  return {
    tell(later: number): void {
      time = Math.max(time, later);
      const due = waiting.filter(({ until }) => until <= time);
      waiting = waiting.filter(({ until }) => until > time);
      for (const { wake } of due) wake();
    },
    timing: {
      now,
      sleep: (ms: number) => new Promise<void>((wake) => waiting.push({ until: time + ms, wake })),
      random: Math.random,
    },
  };
}
