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
];
