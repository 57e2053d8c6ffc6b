import { type AddressInfo, createServer, type Socket } from "node:net";

/** A mail as it was received. */
export interface ReceivedMail {
  readonly from: string;
  /** The recipients of the envelope. */
  readonly to: readonly string[];
  /** Headers and body, not decoded. */
  readonly raw: string;
}

/** A mail server for tests. It accepts every mail, except for recipients that `refuses` names. */
export async function startMockSmtpServer(refuses: (recipient: string) => boolean = () => false) {
  const mails: ReceivedMail[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    let rest = "";
    let mail = { from: "", to: [] as string[], isData: false };
    const say = (line: string) => socket.write(`${line}\r\n`);
    say("220 stand ESMTP");
    socket.setEncoding("utf8").on("data", (part: string) => {
      rest += part;
      for (let isDone = false; !isDone; ) {
        if (mail.isData) isDone = !takeData();
        else isDone = !takeCommand();
      }
    });

    function takeData(): boolean {
      const end = rest.indexOf("\r\n.\r\n");
      if (end < 0) return false;
      mails.push({ from: mail.from, to: mail.to, raw: rest.slice(0, end) });
      rest = rest.slice(end + 5);
      mail = { from: "", to: [], isData: false };
      say("250 taken");
      return true;
    }

    function takeCommand(): boolean {
      const end = rest.indexOf("\r\n");
      if (end < 0) return false;
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      commands.push(line);
      const address = /<([^>]*)>/.exec(line)?.[1] ?? "";
      if (/^MAIL/i.test(line)) mail = { from: address, to: [], isData: false };
      if (/^RCPT/i.test(line)) {
        if (refuses(address)) {
          say(`550 5.1.1 <${address}>: unknown`);
          return true;
        }
        mail.to.push(address);
      }
      if (/^DATA/i.test(line)) {
        mail.isData = true;
        say("354 go on");
      } else if (/^QUIT/i.test(line)) socket.end("221 bye\r\n");
      else if (/^EHLO/i.test(line)) say("250-stand\r\n250 AUTH PLAIN");
      else if (/^AUTH/i.test(line)) say("235 known");
      else say("250 fine");
      return true;
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    /** Every command line of the clients. */
    commands,
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

export type MockSmtpServer = Awaited<ReturnType<typeof startMockSmtpServer>>;
