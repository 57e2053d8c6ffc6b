import { confirm, isCancel } from "@clack/prompts";

/** What a command shows: results on one stream, for programs to read, and everything else on the other. */
export interface Screen {
  /** A line of the result. */
  print(line: string): void;
  /** What went wrong, or deserves a look. */
  printError(line: string): void;
  /** Something long begins; its state is drawn over and over on a terminal, and elsewhere said now and then. */
  startProgress(title: string): Progress;
  /** Asks whoever sits there; where nobody does, the answer is no. */
  confirm(question: string): Promise<boolean>;
  readonly isInteractive: boolean;
}
interface Progress {
  show(state: string): void;
  end(state: string): void;
}

type Out = Pick<NodeJS.WriteStream, "write" | "isTTY">;
/** How often something that goes on is mentioned where nothing can be drawn over. */
const MENTION_MS = 5_000;
const CLEAR = "\r\x1b[2K";

export function createScreen(out: Out, aside: Out, now: () => number = Date.now): Screen {
  const isInteractive = Boolean(out.isTTY && aside.isTTY);
  /** The line that is drawn over. */
  let drawn = "";

  function print(to: Out, line: string): void {
    if (drawn) aside.write(CLEAR);
    to.write(`${line}\n`);
    if (drawn) aside.write(drawn);
  }

  /** Not clack's own spinner: it takes the keyboard, and Ctrl-C would end the process in the middle of something. */
  function animated(title: string): Progress {
    drawn = `${title} …`;
    aside.write(drawn);
    return {
      show(state) {
        drawn = `${title}: ${state}`;
        aside.write(CLEAR + drawn);
      },
      end(state) {
        drawn = "";
        aside.write(`${CLEAR}${state}\n`);
      },
    };
  }

  function plain(title: string): Progress {
    let last = now();
    aside.write(`${title} …\n`);
    return {
      show(state) {
        if (now() - last < MENTION_MS) return;
        last = now();
        aside.write(`${title}: ${state}\n`);
      },
      end: (state) => void aside.write(`${state}\n`),
    };
  }

  return {
    isInteractive,
    print: (line) => print(out, line),
    printError: (line) => print(aside, line),
    startProgress: (title) => (isInteractive ? animated(title) : plain(title)),
    async confirm(question) {
      if (!isInteractive) return false;
      const answer = await confirm({ message: question, initialValue: false });
      return !isCancel(answer) && answer;
    },
  };
}
