export interface Message {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly message: string;
}

export type Faults = { -readonly [Field in keyof Message]?: string };

const MOST: Readonly<Record<keyof Message, number>> = { name: 100, email: 254, phone: 40, message: 4_000 };

/** What is wrong with each field, in words for the visitor; empty when all is well. */
export function validate(message: Message): Faults {
  const faults: Faults = {};
  if (!message.name) faults.name = "Please tell us your name.";
  if (!message.email) faults.email = "Please give an e-mail address, so that we can answer.";
  else if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(message.email)) faults.email = "This does not look like an e-mail address. Check it, please.";
  if (!message.message) faults.message = "Please write a message.";
  for (const field of Object.keys(MOST) as (keyof Message)[]) {
    if (message[field].length > MOST[field]) faults[field] = `Please use at most ${MOST[field]} characters.`;
  }
  return faults;
}

const HUMAN_MS = 2_000;

/** People take a moment and leave the hidden field alone; programs often do neither. */
export const isLikelyBot = (trap: string, spentMs: number): boolean => trap !== "" || spentMs < HUMAN_MS;
