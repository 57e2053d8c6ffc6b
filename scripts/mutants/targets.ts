/** Files whose faults would hurt most, and the test files that must notice them. */
export interface Target {
  readonly group: "authorisation" | "money" | "page";
  readonly file: string;
  readonly tests: readonly string[];
}

const target = (group: Target["group"], tests: readonly string[], ...files: string[]): Target[] => files.map((file) => ({ group, file, tests }));

export const TARGETS: readonly Target[] = [
  ...target("authorisation", ["edge-api/test/authorisation/caller.test.ts"], "edge-api/src/services/caller.ts"),
  ...target("authorisation", ["edge-api/test/authorisation/sessions.test.ts"], "edge-api/src/services/sessions.ts"),
  ...target("authorisation", ["edge-api/test/authorisation/collection-rules.test.ts"], "edge-api/src/services/collection-rules.ts"),
  ...target("authorisation", ["edge-api/test/authorisation/documents.test.ts"], "edge-api/src/services/documents.ts"),
  ...target(
    "authorisation",
    ["edge-api/test/document-indexes.test.ts"],
    "edge-api/src/services/document-indexes.ts",
    "edge-api/src/services/list-documents.ts",
  ),
  ...target("authorisation", ["edge-api/test/authorisation/tokens.test.ts"], "edge-api/src/services/tokens.ts"),
  ...target("authorisation", ["edge-api/test/authorisation/scope.test.ts"], "edge-api/src/management/scope.ts"),
];
