import ts from "typescript";

/** One change of one file that its tests should notice. */
export interface Mutant {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly description: string;
}

const COMPARISONS: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.LessThanToken]: "<=",
  [ts.SyntaxKind.LessThanEqualsToken]: "<",
  [ts.SyntaxKind.GreaterThanToken]: ">=",
  [ts.SyntaxKind.GreaterThanEqualsToken]: ">",
};

const ARITHMETIC: Partial<Record<ts.SyntaxKind, string>> = { [ts.SyntaxKind.PlusToken]: "-", [ts.SyntaxKind.MinusToken]: "+" };

/** Templates that hold SQL. */
const SQL_TAGS = new Set(["tx", "sql"]);

/**
 * Every mutant of a source file, in the order of its text: guards that never or always hold, operands left out of `&&`, `||` and `??`,
 * shifted comparisons and sums, the other branch of a choice, calls left out, and conditions and locks left out of SQL.
 */
export function generateMutants(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const replace = (start: number, end: number, replacement: string, what: string) =>
    mutants.push({
      start,
      end,
      text: replacement,
      line: source.getLineAndCharacterOfPosition(start).line + 1,
      description: `${what}: ${text.slice(start, end).replace(/\s+/g, " ").slice(0, 90)}${replacement ? ` → ${replacement.replace(/\s+/g, " ").slice(0, 60)}` : ""}`,
    });
  const replaceNode = (node: ts.Node, replacement: string, what: string) => replace(node.getStart(source), node.end, replacement, what);

  const visit = (node: ts.Node): void => {
    if (ts.isIfStatement(node)) {
      replaceNode(node.expression, "false", "a guard never holds");
      replaceNode(node.expression, "true", "a guard always holds");
    }
    if (ts.isConditionalExpression(node)) {
      replaceNode(node.condition, "true", "the first branch always");
      replaceNode(node.condition, "false", "the second branch always");
    }
    if (ts.isBinaryExpression(node)) visitBinary(node);
    if (ts.isExpressionStatement(node) && isCall(node.expression)) replaceNode(node, ";", "a call is left out");
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) visitMethod(node, node.expression);
    if (ts.isTaggedTemplateExpression(node) && ts.isIdentifier(node.tag) && SQL_TAGS.has(node.tag.text)) visitSql(node.template);
    ts.forEachChild(node, visit);
  };

  function visitBinary({ left, right, operatorToken }: ts.BinaryExpression): void {
    const operator = operatorToken.kind;
    if ([ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken].includes(operator)) {
      replace(left.end, right.end, "", "an operand is left out");
      const isFirst = !(ts.isBinaryExpression(left) && left.operatorToken.kind === operator);
      if (isFirst && operator !== ts.SyntaxKind.QuestionQuestionToken) replace(left.getStart(source), right.getStart(source), "", "an operand is left out");
    }
    const other = COMPARISONS[operator] ?? ARITHMETIC[operator];
    const isText = [left, right].some((side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side));
    if (other && !(isText && ARITHMETIC[operator])) replaceNode(operatorToken, other, `${text.slice(left.getStart(source), right.end).slice(0, 60)}`);
  }

  function visitMethod(call: ts.CallExpression, { expression, name }: ts.PropertyAccessExpression): void {
    if (name.text === "some") replaceNode(name, "every", "any becomes all");
    if (name.text === "every") replaceNode(name, "some", "all becomes any");
    if (name.text === "filter" && call.arguments.length === 1) replace(expression.end, call.end, "", "a filter is left out");
  }

  /** Conditions of `where` and `on` at the depth of the template's own text, and row locks. */
  function visitSql(template: ts.TemplateLiteral): void {
    const start = template.getStart(source) + 1;
    const sql = text.slice(start, template.end - 1);
    const masked = maskSubstitutions(sql);
    for (const { 0: lock, index } of masked.matchAll(/\bfor (?:no key )?update(?: of \w+)?(?: skip locked)?\b/g)) {
      replace(start + index, start + index + lock.length, "", "a lock is left out");
    }
    for (const { 0: and, index } of masked.matchAll(/\s+and\s+/g)) {
      if (/\bbetween\b(?:(?!\band\b)[\s\S])*$/.test(masked.slice(0, index))) continue;
      const end = endOfCondition(masked, index + and.length);
      replace(start + index, start + end, "", "a condition is left out");
    }
    for (const { 0: where, index } of masked.matchAll(/\bwhere\s+/g)) {
      const from = index + where.length;
      const end = endOfCondition(masked, from);
      if (end > from) replace(start + from, start + end, "true", "a condition is left out");
    }
  }

  visit(source);
  return mutants.sort((one, other) => one.start - other.start);
}

const isCall = (expression: ts.Expression): boolean =>
  ts.isAwaitExpression(expression) ? isCall(expression.expression) : ts.isCallExpression(expression) || ts.isTaggedTemplateExpression(expression);

/** The text with every `${…}` replaced by as many `?`, so that positions stay. */
function maskSubstitutions(sql: string): string {
  let masked = "";
  for (let at = 0; at < sql.length; at++) {
    if (!sql.startsWith("${", at)) {
      masked += sql[at];
      continue;
    }
    let depth = 0;
    const from = at;
    for (; at < sql.length; at++) {
      if (sql[at] === "{") depth++;
      if (sql[at] === "}" && --depth === 0) break;
    }
    masked += "?".repeat(at - from + 1);
  }
  return masked;
}

const AFTER_CONDITION =
  /^\s+(?:and|or|order by|group by|limit|for (?:no key )?update|for share|returning|on conflict|union|set|where|having|left join|join|then)\b/;

function endOfCondition(sql: string, from: number): number {
  let depth = 0;
  let isBetween = false;
  for (let at = from; at < sql.length; at++) {
    if (sql[at] === "(") depth++;
    if (sql[at] === ")" && depth-- === 0) return at;
    if (depth > 0) continue;
    if (/^\s+between\b/.test(sql.slice(at, at + 9))) isBetween = true;
    const follows = AFTER_CONDITION.exec(sql.slice(at, at + 20));
    if (follows && isBetween && /and/.test(follows[0])) isBetween = false;
    else if (follows) return at;
  }
  return sql.trimEnd().length;
}
