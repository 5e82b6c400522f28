import ts from 'typescript';

import type { Examined, Finding } from '../finding.js';
import { canActivateOf, isTrueLiteral, returnsOf } from '../guards.js';
import { unwrapped, within } from '../names.js';

/** Guards that let a handler pass because it declares nothing: forgetting a decorator opens a door. */
export function permissiveRoles({ guards, names }: Examined): Finding[] {
  return guards.classes.flatMap((guard) => {
    const body = canActivateOf(guard);
    if (!body) return [];
    const metadata = within(body, ts.isVariableDeclaration).filter(
      ({ initializer }) => initializer && readsMetadata(unwrapped(initializer)),
    );
    const isUndeclared = (condition: ts.Expression): boolean =>
      metadata.some((variable) => saysNothing(condition, (name) => names.declaration(name) === variable));
    const passing = [
      ...within(body, ts.isIfStatement).filter(
        ({ expression, thenStatement }) => isUndeclared(expression) && returnsTrue(thenStatement),
      ),
      ...returnsOf(body).filter((returned) => isShortcut(returned, isUndeclared)),
    ];
    return passing.map((node) => ({
      rule: 'permissive-roles-guard',
      node,
      message: `${guard.name?.text ?? 'This guard'} lets every handler pass that declares nothing: a decorator that is forgotten opens it.`,
      cure: 'Refuse here (return false), and let open handlers say so with a decorator of their own, such as @Public().',
    }));
  });
}

/** `reflector.get(...)`, `reflector.getAllAndOverride(...)`, `Reflect.getMetadata(...)`, and any of them with `?? []` */
function readsMetadata(expression: ts.Expression): boolean {
  if (ts.isBinaryExpression(expression)) return readsMetadata(unwrapped(expression.left));
  if (!ts.isCallExpression(expression) || !ts.isPropertyAccessExpression(expression.expression)) return false;
  const { expression: receiver, name } = expression.expression;
  return /^get/.test(name.text) && /reflect(or)?$/i.test(receiver.getText());
}

/** `!roles`, `!roles?.length`, `roles === undefined`, `roles.length === 0`, `isEmpty(roles)`, and any of them with `||` */
function saysNothing(condition: ts.Expression, isMetadata: (name: ts.Identifier) => boolean): boolean {
  const bare = unwrapped(condition);
  const mentions = (node: ts.Node) => within(node, ts.isIdentifier).some(isMetadata);
  if (ts.isPrefixUnaryExpression(bare)) return bare.operator === ts.SyntaxKind.ExclamationToken && mentions(bare);
  if (ts.isCallExpression(bare)) return /^is(Empty|Nil|Undefined|Null)/.test(lastName(bare)) && mentions(bare);
  if (!ts.isBinaryExpression(bare)) return false;
  const { operatorToken, left, right } = bare;
  if (operatorToken.kind === ts.SyntaxKind.BarBarToken) {
    return saysNothing(left, isMetadata) || saysNothing(right, isMetadata);
  }
  const isEquality =
    operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    operatorToken.kind === ts.SyntaxKind.EqualsEqualsToken;
  return isEquality && mentions(left) && /^(undefined|null|0)$/.test(right.getText());
}

function returnsTrue(statement: ts.Statement): boolean {
  const only = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return only !== undefined && ts.isReturnStatement(only) && !!only.expression && isTrueLiteral(only.expression);
}

/** `return !roles || ...` and `return !roles ? true : ...` */
function isShortcut(returned: ts.Expression, isUndeclared: (condition: ts.Expression) => boolean): boolean {
  const bare = unwrapped(returned);
  if (ts.isConditionalExpression(bare)) return isUndeclared(bare.condition) && isTrueLiteral(bare.whenTrue);
  return (
    ts.isBinaryExpression(bare) && bare.operatorToken.kind === ts.SyntaxKind.BarBarToken && isUndeclared(bare.left)
  );
}

function lastName({ expression }: ts.CallExpression): string {
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
}
