import ts from "typescript";

const NAME = /^[A-Za-z_$][\w$]*$/;
const FLAGS = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias | ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType;

/**
 * Writes a type as TypeScript source without the names that it was inferred by, with the comments of its fields.
 * @param at where the type is written: names that can be seen from there are kept
 */
export function expandType(type: ts.Type, at: ts.Node, checker: ts.TypeChecker): string {
  const expand = (one: ts.Type) => expandType(one, at, checker);
  if (checker.isArrayType(type))
    return `(${checker
      .getTypeArguments(type as ts.TypeReference)
      .map(expand)
      .join()})[]`;
  if (type.isUnion() && type.types.some(isPlainObject)) return type.types.map(expand).join(" | ");
  if (!isPlainObject(type) || checker.isTupleType(type) || checker.getIndexInfosOfType(type).length) return checker.typeToString(type, at, FLAGS);
  const fields = checker.getPropertiesOfType(type).map((property) => {
    const comment = ts.displayPartsToString(property.getDocumentationComment(checker));
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    const name = NAME.test(property.name) ? property.name : JSON.stringify(property.name);
    return `${comment && `/** ${comment} */ `}${name}${isOptional ? "?" : ""}: ${expand(checker.getTypeOfSymbol(property))}`;
  });
  return `{ ${fields.join("; ")} }`;
}

/** An object with fields alone. A class or an interface has a name of its own, and functions cannot be written as fields. */
const isPlainObject = (type: ts.Type): boolean =>
  (type.flags & ts.TypeFlags.Object) !== 0 &&
  !type.isClassOrInterface() &&
  !type.getCallSignatures().length &&
  (type.symbol === undefined || (type.symbol.flags & (ts.SymbolFlags.TypeLiteral | ts.SymbolFlags.ObjectLiteral)) !== 0);
