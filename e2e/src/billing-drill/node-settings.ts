/** What a node of the drill is told when it begins. */
export interface NodeSettings {
  readonly databaseUrl: string;
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly storeId: string;
  readonly secret: string;
  readonly callsAMinute: number;
  readonly now: number;
  /** Statements of effects after which it dies of SIGKILL. Without, it lives on. */
  readonly dieAfter: number | undefined;
}

export type ToNode = { readonly now: number } | { readonly stop: true };
export type FromNode = { readonly port: number } | { readonly alert: string };

/** The environment variable that holds the settings. */
export const NODE_SETTINGS = "DRILL_NODE";
