import { z } from "zod";

/** Control characters and characters that change the text direction. They can disguise a name. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;

/** One line of text for people: trimmed, 1 to `max` characters, without invisible and direction characters. */
export const lineOfText = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !UNPRINTABLE.test(text), "one line of plain text, without control or direction characters");

/** Text for people of several lines: trimmed, 1 to `max` characters, without invisible and direction characters. */
export const paragraphs = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !UNPRINTABLE.test(text.replace(/[\n\t]/g, "")), "plain text, without control or direction characters");

/** A BCP 47 language tag, like `de` or `pt-BR`. */
export const LocaleSchema = z
  .string()
  .max(35)
  .regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, "a language tag, like de or pt-BR");

/** A time zone of the IANA database. */
export const TimeZoneSchema = z.string().max(60).refine(isTimeZone, "a time zone, like Europe/Berlin");

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
