import { confirm, isCancel } from "@clack/prompts";

/** The output of a command: results on one stream, for programs to read, and everything else on another one. */
export interface Screen {
  /** Prints one line of the result. */
  print(line: string): void;
  /** Prints an error or a warning. */
  printError(line: string): void;
  /** Shows the progress of a long step: redrawn in place on a terminal, printed every five seconds elsewhere. */
  startProgress(title: string): Progress;
  /** Asks the person at the terminal. Without a terminal the answer is no. */
  confirm(question: string): Promise<boolean>;
  readonly isInteractive: boolean;
}
interface Progress {
  show(state: string): void;
  end(state: string): void;
}

type Out = Pick<NodeJS.WriteStream, "write" | "isTTY">;
/** How often progress is printed if the output is not a terminal. */
const PRINT_MS = 5_000;
const CLEAR = "\r\x1b[2K";

export function createScreen(out: Out, aside: Out, now: () => number = Date.now): Screen {
  const isInteractive = Boolean(out.isTTY && aside.isTTY);
  /** The progress line that is shown at present. */
  let drawn = "";

  function print(to: Out, line: string): void {
    if (drawn) aside.write(CLEAR);
    to.write(`${line}\n`);
    if (drawn) aside.write(drawn);
  }

  /** Not clack's spinner: it takes over the keyboard, and Ctrl-C would exit in the middle of a step. */
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
        if (now() - last < PRINT_MS) return;
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
