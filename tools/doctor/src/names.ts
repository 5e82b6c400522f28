import ts from 'typescript';

/** What an expression names: an export of a package, which need not be installed. */
export interface PackageExport {
  /** `undefined` if a file of the project passes it on from a package that is not installed. */
  readonly from: string | undefined;
  readonly name: string;
}

/** Finds what names stand for, through imports, re-exports and variables. */
export class Names {
  constructor(private readonly checker: ts.TypeChecker) {}

  /** Whether it is one of these exports of one of these packages. */
  is(expression: ts.Expression, packages: RegExp, ...names: string[]): boolean {
    const found = this.exported(expression);
    return found !== undefined && names.includes(found.name) && (!found.from || packages.test(found.from));
  }

  /** The package's export that it names, if it does not name something of the project. */
  exported(expression: ts.Expression): PackageExport | undefined {
    if (ts.isPropertyAccessExpression(expression)) {
      const base = this.exported(expression.expression);
      return base && ['*', 'default'].includes(base.name) ? { ...base, name: expression.name.text } : undefined;
    }
    if (!ts.isIdentifier(expression)) return undefined;
    let symbol = this.checker.getSymbolAtLocation(expression);
    let name = expression.text;
    while (symbol && symbol.flags & ts.SymbolFlags.Alias) {
      const declaration: ts.Declaration | undefined = symbol.declarations?.[0];
      if (!declaration) return undefined;
      name = importedName(declaration) ?? name;
      const from = specifierOf(declaration);
      const next: ts.Symbol | undefined = this.checker.getImmediateAliasedSymbol(symbol);
      if (from !== undefined && !isOfTheProject(next)) return { from: from.startsWith('.') ? undefined : from, name };
      symbol = next;
    }
    const required = symbol?.valueDeclaration && requiredPackage(symbol.valueDeclaration);
    if (!symbol?.valueDeclaration || required === undefined || required.startsWith('.')) return undefined;
    return { from: required, name: importedName(symbol.valueDeclaration) ?? name };
  }

  /** Where the project itself declares what is named. */
  declaration(name: ts.Node): ts.Declaration | undefined {
    let symbol = this.checker.getSymbolAtLocation(name);
    // `{ guard }` is a property and what it holds in one.
    if (ts.isShorthandPropertyAssignment(name.parent)) {
      symbol = this.checker.getShorthandAssignmentValueSymbol(name.parent);
    }
    if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = this.checker.getAliasedSymbol(symbol);
    return isOfTheProject(symbol) ? symbol?.declarations?.[0] : undefined;
  }

  /** The class that an expression names. */
  classOf(expression: ts.Expression): ts.ClassLikeDeclaration | undefined {
    const declaration = this.declaration(expression);
    return declaration && ts.isClassLike(declaration) ? declaration : undefined;
  }

  /** What is behind a constant: its initialiser, and that one's if it is a constant too. */
  value(expression: ts.Expression, depth = 5): ts.Expression {
    const bare = unwrapped(expression);
    if (depth === 0 || !(ts.isIdentifier(bare) || ts.isPropertyAccessExpression(bare))) return bare;
    const declaration = this.declaration(ts.isIdentifier(bare) ? bare : bare.name);
    if (!declaration || !hasInitialiser(declaration) || !declaration.initializer) return bare;
    if (ts.isVariableDeclaration(declaration) && !ts.isIdentifier(declaration.name)) return bare;
    return this.value(declaration.initializer, depth - 1);
  }

  /** The text of a string, be it written here or in a constant or enum. */
  text(expression: ts.Expression | undefined): string | undefined {
    if (!expression) return undefined;
    const value = this.value(expression);
    return ts.isStringLiteralLike(value) ? value.text : undefined;
  }

  /** A property of an object written out, here or in a constant. */
  property(expression: ts.Expression | undefined, name: string, depth = 5): ts.Expression | undefined {
    if (!expression || depth === 0) return undefined;
    const value = this.value(expression);
    if (!ts.isObjectLiteralExpression(value)) return undefined;
    // What comes later wins.
    for (const property of value.properties.toReversed()) {
      if (ts.isSpreadAssignment(property)) {
        const spread = this.property(property.expression, name, depth - 1);
        if (spread) return spread;
      }
      if (!property.name || nameText(property.name) !== name) continue;
      if (ts.isPropertyAssignment(property)) return property.initializer;
      if (ts.isShorthandPropertyAssignment(property)) return property.name;
    }
    return undefined;
  }

  /** The project's files that an import or a re-export names. */
  moduleSymbol(specifier: ts.Expression): ts.Symbol | undefined {
    const symbol = this.checker.getSymbolAtLocation(specifier);
    return isOfTheProject(symbol) ? symbol : undefined;
  }

  exportsOf(module: ts.Symbol): readonly ts.Declaration[] {
    return this.checker.getExportsOfModule(module).flatMap((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
      return isOfTheProject(target) ? (target.declarations ?? []) : [];
    });
  }
}

export function nameText(name: ts.PropertyName | ts.BindingName): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : undefined;
}

export function unwrapped(expression: ts.Expression): ts.Expression {
  let bare = expression;
  while (
    ts.isParenthesizedExpression(bare) ||
    ts.isAsExpression(bare) ||
    ts.isSatisfiesExpression(bare) ||
    ts.isNonNullExpression(bare) ||
    ts.isAwaitExpression(bare)
  ) {
    bare = bare.expression;
  }
  return bare;
}

/** All nodes of a kind within a node, itself included. */
export function within<Node extends ts.Node>(root: ts.Node, isOne: (node: ts.Node) => node is Node): Node[] {
  const found: Node[] = [];
  const visit = (node: ts.Node): void => {
    if (isOne(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

function isOfTheProject(symbol: ts.Symbol | undefined): boolean {
  const file = symbol?.declarations?.[0]?.getSourceFile();
  return file !== undefined && !file.isDeclarationFile && !file.fileName.includes('/node_modules/');
}

function importedName(declaration: ts.Declaration): string | undefined {
  if (ts.isImportSpecifier(declaration) || ts.isExportSpecifier(declaration)) {
    return (declaration.propertyName ?? declaration.name).text;
  }
  if (ts.isBindingElement(declaration)) return nameText(declaration.propertyName ?? declaration.name);
  if (ts.isNamespaceImport(declaration) || ts.isNamespaceExport(declaration)) return '*';
  return 'default';
}

function specifierOf(declaration: ts.Declaration): string | undefined {
  if (ts.isImportEqualsDeclaration(declaration)) {
    const reference = declaration.moduleReference;
    return ts.isExternalModuleReference(reference) ? literalText(reference.expression) : undefined;
  }
  const statement = ts.findAncestor(
    declaration,
    (node): node is ts.ImportDeclaration | ts.ExportDeclaration =>
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node),
  );
  return statement ? literalText(statement.moduleSpecifier) : requiredPackage(declaration);
}

/** `const jwt = require('jsonwebtoken')`, `const { verify } = require('jsonwebtoken')` */
function requiredPackage(declaration: ts.Declaration): string | undefined {
  const variable = ts.isBindingElement(declaration) ? declaration.parent.parent : declaration;
  if (!ts.isVariableDeclaration(variable) || !variable.initializer) return undefined;
  const call = variable.initializer;
  if (!ts.isCallExpression(call) || call.expression.getText() !== 'require') return undefined;
  return literalText(call.arguments[0]);
}

function literalText(expression: ts.Expression | undefined): string | undefined {
  return expression && ts.isStringLiteral(expression) ? expression.text : undefined;
}

function hasInitialiser(
  declaration: ts.Declaration,
): declaration is ts.VariableDeclaration | ts.PropertyDeclaration | ts.PropertyAssignment | ts.EnumMember {
  return (
    ts.isVariableDeclaration(declaration) ||
    ts.isPropertyDeclaration(declaration) ||
    ts.isPropertyAssignment(declaration) ||
    ts.isEnumMember(declaration)
  );
}
