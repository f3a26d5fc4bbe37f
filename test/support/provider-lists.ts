import ts from 'typescript';

/** A literal that names several providers, such as an array, a table, a union type, or a text with commas. */
export interface ProviderList {
  line: number;
  names: readonly string[];
}

/** Finds the lists of providers in a source file. A function within a list is not a part of it. */
export function providerLists(path: string, source: string, names: readonly string[]): ProviderList[] {
  const isJson = path.endsWith('.json');
  const file = isJson
    ? ts.parseJsonText(path, source)
    : ts.createSourceFile(path, source, ts.ScriptTarget.Latest, false);
  const found: ProviderList[] = [];

  function visit(node: ts.Node): void {
    const named = isList(node) ? namesWithin(node) : new Set<string>();
    if (named.size < 2) return ts.forEachChild(node, visit);
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    found.push({ line: line + 1, names: [...named].sort() });
  }

  function namesWithin(node: ts.Node): Set<string> {
    const inside = new Set(namesIn(node));
    ts.forEachChild(node, (child) => {
      if (!ts.isFunctionLike(child)) for (const name of namesWithin(child)) inside.add(name);
    });
    return inside;
  }

  function namesIn(node: ts.Node): string[] {
    if (ts.isIdentifier(node)) return names.filter((name) => isIdentifierOf(name, node.text));
    if (ts.isStringLiteralLike(node) || ts.isRegularExpressionLiteral(node)) {
      return names.filter((name) => isWordOf(name, node.text));
    }
    return [];
  }

  visit(file);
  return found;
}

function isList(node: ts.Node): boolean {
  return (
    ts.isArrayLiteralExpression(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isUnionTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeLiteralNode(node) ||
    ts.isCaseBlock(node) ||
    ts.isConditionalExpression(node) ||
    ts.isStringLiteralLike(node) ||
    ts.isRegularExpressionLiteral(node)
  );
}

/** `acme`, `acmeHarness` and `newAcme` are identifiers of acme. */
function isIdentifierOf(name: string, identifier: string): boolean {
  const capitalized = name.charAt(0).toUpperCase() + name.slice(1);
  return new RegExp(`^${name}($|[A-Z_])|${capitalized}($|[A-Z])`).test(identifier);
}

/** Texts with `acme` or `ACME_API_URL`. The capitalized name is prose. */
function isWordOf(name: string, text: string): boolean {
  return new RegExp(`(^|[^\\w])${name}($|[^\\w])|(^|[^\\w])${name.toUpperCase()}_`).test(text);
}
