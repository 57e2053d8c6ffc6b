/** Files whose faults would hurt most, and the test files that must notice them. */
export interface Target {
  readonly group: "authorisation" | "money" | "page";
  readonly file: string;
  readonly tests: readonly string[];
}

const target = (group: Target["group"], tests: readonly string[], ...files: string[]): Target[] => files.map((file) => ({ group, file, tests }));

/** A file of the services, and its test file of the same name. */
const authorisation = (path: string, ...more: string[]): Target[] => {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return target("authorisation", [`edge-api/test/authorisation/${name}.test.ts`, ...more], `edge-api/src/${path}.ts`);
};

export const TARGETS: readonly Target[] = [
  ...authorisation("services/caller"),
  ...authorisation("services/sessions"),
  ...authorisation("services/collection-rules"),
  ...authorisation("services/documents"),
  ...authorisation("services/tokens"),
  ...authorisation("services/visitors"),
  ...target("authorisation", ["edge-api/test/authorisation/caller.test.ts"], "edge-api/src/services/api-keys.ts"),
  ...authorisation("services/identity/assertions"),
  ...authorisation("services/identity/assertion-keys"),
  ...authorisation("services/identity/identities"),
  ...authorisation("services/identity/member"),
  ...authorisation("management/scope"),
  ...authorisation("services/list-documents", "edge-api/test/document-indexes.test.ts"),
  ...target(
    "authorisation",
    ["edge-api/test/authorisation/list-documents.test.ts", "edge-api/test/document-indexes.test.ts"],
    "edge-api/src/services/document-indexes.ts",
  ),
  ...target(
    "money",
    ["edge-api/test/billing/effects.test.ts"],
    ...["apply-order", "apply-subscription", "apply-invoice", "apply-snapshot", "checkout-intents", "update-revocation", "record-entitlement"].map(
      (name) => `edge-api/src/billing/effects/${name}.ts`,
    ),
  ),
  ...target(
    "money",
    ["edge-api/test/billing/inbox.test.ts", "edge-api/test/billing/effects.test.ts"],
    ...["worker", "claim-deliveries", "schedule-retry"].map((name) => `edge-api/src/billing/inbox/${name}.ts`),
    "edge-api/src/billing/provider-mirror.ts",
  ),
  ...target("money", ["edge-api/test/billing/reconcile.test.ts"], "edge-api/src/billing/reconcile.ts", "edge-api/src/billing/pending-actions.ts"),
  ...target(
    "money",
    ["edge-api/test/billing/payment-balances.test.ts", "edge-api/test/billing/ledger.test.ts"],
    ...["payment-balances", "post-payment", "posted-payment", "post-dispute", "write-entry", "proportional-share"].map(
      (name) => `edge-api/src/billing/ledger/${name}.ts`,
    ),
  ),
  ...target("money", ["edge-api/test/billing/request-pacer.test.ts"], "edge-api/src/billing/lemonsqueezy/request-pacer.ts"),
  ...target("money", ["edge-api/test/limits.test.ts"], "edge-api/src/services/limits.ts"),
  ...target("money", ["edge-api/test/mailer.test.ts"], "edge-api/src/services/mailer.ts"),
];
