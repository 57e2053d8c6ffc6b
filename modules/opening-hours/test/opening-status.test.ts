import assert from "node:assert/strict";
import { test } from "node:test";
import { openingStatusAt } from "../src/opening-status.ts";
import { localTimeOf, type Week } from "../src/week.ts";
import { sentenceOf, spansIn } from "../src/labels.ts";

const WEEK: Week = {
  mon: [
    ["07:00", "12:00"],
    ["13:00", "16:00"],
  ],
  tue: [["07:00", "16:00"]],
  fri: [["20:00", "24:00"]],
};
const at = (date: string, time: string, zone = "UTC") => localTimeOf(new Date(`${date}T${time}:00Z`), zone);

// 2026-11-23 is a Monday.
for (const [date, time, sentence] of [
  ["2026-11-23", "06:59", "Closed now, opens today at 07:00"],
  ["2026-11-23", "07:00", "Open now, until 12:00"],
  ["2026-11-23", "12:00", "Closed now, opens today at 13:00"],
  ["2026-11-23", "16:00", "Closed now, opens tomorrow at 07:00"],
  ["2026-11-24", "18:00", "Closed now, opens on Friday at 20:00"],
  ["2026-11-27", "23:59", "Open now, until midnight"],
  ["2026-11-28", "00:00", "Closed now, opens on Monday at 07:00"],
] as const)
  test(`${date} ${time}: ${sentence}`, () => assert.equal(sentenceOf(openingStatusAt(WEEK, [], at(date, time)), "en-GB"), sentence));

test("closed days are skipped, also a whole week of them", () => {
  assert.equal(sentenceOf(openingStatusAt(WEEK, ["2026-11-23"], at("2026-11-23", "08:00")), "en-GB"), "Closed now, opens tomorrow at 07:00");
  const closed = ["2026-11-23", "2026-11-24", "2026-11-27"];
  assert.equal(sentenceOf(openingStatusAt(WEEK, closed, at("2026-11-23", "08:00")), "en-GB"), "Closed now, opens on Monday next week at 07:00");
});

test("without hours it is closed, and no opening is promised", () =>
  assert.equal(sentenceOf(openingStatusAt({}, [], at("2026-11-23", "08:00")), "en"), "Closed at the moment"));

test("spans that touch are one opening; spans that end before they begin are ignored", () => {
  const week: Week = {
    mon: [
      ["12:00", "16:00"],
      ["07:00", "12:00"],
      ["20:00", "18:00"],
    ],
  };
  assert.deepEqual(openingStatusAt(week, [], at("2026-11-23", "08:00")), { isOpen: true, until: "16:00" });
});

test("times are local to the time zone, over midnight and in summer; an unknown zone is UTC", () => {
  assert.deepEqual(at("2026-11-23", "23:30", "Europe/Zurich"), { day: "tue", date: "2026-11-24", time: "00:30" });
  assert.equal(at("2026-07-06", "05:00", "Europe/Zurich").time, "07:00");
  assert.equal(at("2026-11-23", "08:00", "Nowhere/Land").time, "08:00");
});

test("hours are formatted for the page's language", () => {
  assert.equal(spansIn(WEEK.mon ?? [], "de"), "07:00 – 12:00, 13:00 – 16:00");
  assert.match(spansIn(WEEK.tue ?? [], "en-US"), /7:00\sAM – 4:00\sPM/);
  assert.equal(spansIn([], "en"), "Closed");
});
