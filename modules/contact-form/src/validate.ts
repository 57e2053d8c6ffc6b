export interface Message {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly message: string;
}

export type Issues = { -readonly [Field in keyof Message]?: string };

const MAX_LENGTHS: Readonly<Record<keyof Message, number>> = { name: 100, email: 254, phone: 40, message: 4_000 };

/** Finds the issue of each field, as a sentence for the visitor. */
export function validate(message: Message): Issues {
  const issues: Issues = {};
  if (!message.name) issues.name = "Please tell us your name.";
  if (!message.email) issues.email = "Please give an e-mail address, so that we can answer.";
  else if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(message.email)) issues.email = "This does not look like an e-mail address. Check it, please.";
  if (!message.message) issues.message = "Please write a message.";
  for (const field of Object.keys(MAX_LENGTHS) as (keyof Message)[]) {
    if (message[field].length > MAX_LENGTHS[field]) issues[field] = `Please use at most ${MAX_LENGTHS[field]} characters.`;
  }
  return issues;
}

const HUMAN_MS = 2_000;

/** People take some seconds and leave the hidden field empty. Programs often do neither. */
export const isLikelyBot = (trap: string, spentMs: number): boolean => trap !== "" || spentMs < HUMAN_MS;
