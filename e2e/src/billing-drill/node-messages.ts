/** What a node of the drill gets when it starts. */
export interface NodeSettings {
  readonly databaseUrl: string;
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly storeId: string;
  readonly secret: string;
  readonly callsPerMinute: number;
  /** The time of the provider, milliseconds since 1970. */
  readonly now: number;
}

export type ToNode =
  | { readonly now: number }
  /** Processes one group of deliveries that is due. `crashAt`: dies before that statement of its effect. */
  | { readonly work: { readonly crashAt: number | undefined } }
  | { readonly stop: true };

export type FromNode =
  | { readonly port: number }
  | { readonly alert: string }
  /** The node waits until the provider's clock has come to that moment. */
  | { readonly sleepUntil: number }
  /** The answer to `work`. `failed`: the deliveries could not be claimed, or not be put off. */
  | { readonly worked: "one" | "none" | "failed" };

/** The environment variable that holds the settings. */
export const NODE_SETTINGS = "DRILL_NODE";

/** The request header that carries the provider's clock to a node: a message could arrive after the request. */
export const TIME_HEADER = "x-drill-now";
