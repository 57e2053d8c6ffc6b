export const STAGES = ["new", "contacted", "proposal", "won", "lost"] as const;
export type Stage = (typeof STAGES)[number];

export const STAGE_NAMES: { readonly [Name in Stage]: string } = { new: "New", contacted: "Contacted", proposal: "Proposal", won: "Won", lost: "Lost" };

export interface Lead {
  readonly name: string;
  readonly email: string;
  readonly company: string;
  /** Minor units of the agency's currency. */
  readonly valueCents: number;
  readonly stage: Stage;
  readonly notes: string;
}

/** The stage that is so many steps further, at most the first or the last one. */
export const stageBeside = (stage: Stage, steps: number): Stage => STAGES[Math.min(Math.max(0, STAGES.indexOf(stage) + steps), STAGES.length - 1)] as Stage;

/** Whether a lead contains every word of a search. */
export function isMatch({ name, email, company, notes }: Lead, search: string): boolean {
  const whole = [name, email, company, notes].join("\n").toLocaleLowerCase();
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => whole.includes(word));
}

export interface StageSum {
  readonly stage: Stage;
  readonly count: number;
  readonly valueCents: number;
}

export const sumByStage = (leads: readonly Lead[]): StageSum[] =>
  STAGES.map((stage) => {
    const here = leads.filter((lead) => lead.stage === stage);
    return { stage, count: here.length, valueCents: here.reduce((sum, { valueCents }) => sum + valueCents, 0) };
  });
