/** How a cost grows with the work: one line of measured points. Files are named after it. */
export interface Curve {
  readonly name: string;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

export interface Axis {
  /** With its unit. */
  readonly label: string;
  readonly scale: "linear" | "logarithmic";
}

interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}
