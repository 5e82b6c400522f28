import ts from 'typescript';

import type { Application } from './application.js';
import { isMethod } from './guards.js';
import { type Names, within } from './names.js';

export const JSONWEBTOKEN = /^jsonwebtoken$/;
const NEST_JWT = /^@nestjs\/jwt$/;
const PASSPORT_JWT = /^passport-jwt$/;
const NEST_PASSPORT = /^@nestjs\/passport$/;

/** A place where tokens are signed or verified with a key. */
export interface TokenUse {
  readonly node: ts.Node;
  /** `undefined` where the options are not written out. */
  readonly options: ts.Expression | undefined;
  readonly hasUnreadableOptions: boolean;
  readonly key: ts.Expression | undefined;
  readonly what: 'jsonwebtoken' | 'JwtService' | 'JwtModule' | 'passport-jwt';
  readonly verifies: boolean;
}

/** All uses of `jsonwebtoken`, directly and through `@nestjs/jwt` and `passport-jwt`. */
export function tokenUses({ calls, classes }: Application, names: Names): TokenUse[] {
  return [
    ...calls.flatMap((call) => ofJsonwebtoken(call, names)),
    ...calls.flatMap((call) => ofJwtService(call, names)),
    ...calls.flatMap((call) => ofJwtModule(call, names)),
    ...classes.flatMap((one) => ofStrategy(one, names)),
  ];
}

function ofJsonwebtoken(call: ts.CallExpression, names: Names): TokenUse[] {
  const verifies = names.is(call.expression, JSONWEBTOKEN, 'verify');
  if (!verifies && !names.is(call.expression, JSONWEBTOKEN, 'sign')) return [];
  const [, key, options] = call.arguments;
  return [use(call, 'jsonwebtoken', { key, options, verifies }, names)];
}

function ofJwtService(call: ts.CallExpression, names: Names): TokenUse[] {
  if (!isMethod(call, 'verify', 'verifyAsync', 'sign', 'signAsync') || !isJwtService(call, names)) return [];
  const options = call.arguments[1];
  const key = names.property(options, 'secret');
  return [use(call, 'JwtService', { key, options, verifies: isMethod(call, 'verify', 'verifyAsync') }, names)];
}

/** Whether a method is called on something declared as `JwtService`. */
export function isJwtService({ expression }: ts.CallExpression, names: Names): boolean {
  if (!ts.isPropertyAccessExpression(expression)) return false;
  const receiver = expression.expression;
  const declaration = names.declaration(ts.isPropertyAccessExpression(receiver) ? receiver.name : receiver);
  if (!declaration || !(ts.isParameter(declaration) || ts.isPropertyDeclaration(declaration))) return false;
  const { type } = declaration;
  return (
    type !== undefined &&
    ts.isTypeReferenceNode(type) &&
    ts.isIdentifier(type.typeName) &&
    names.is(type.typeName, NEST_JWT, 'JwtService')
  );
}

function ofJwtModule(call: ts.CallExpression, names: Names): TokenUse[] {
  if (!isMethod(call, 'register', 'registerAsync') || !ts.isPropertyAccessExpression(call.expression)) return [];
  if (!names.is(call.expression.expression, NEST_JWT, 'JwtModule')) return [];
  // Its options are written out, or what a factory returns.
  return [...call.arguments]
    .flatMap((parameter) => within(names.value(parameter), ts.isObjectLiteralExpression))
    .flatMap((object) => {
      const key = names.property(object, 'secret');
      const options = names.property(object, 'verifyOptions');
      return key || options ? [use(call, 'JwtModule', { key, options, verifies: false }, names)] : [];
    });
}

function ofStrategy(one: ts.ClassLikeDeclaration, names: Names): TokenUse[] {
  const extended = one.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const base = extended?.expression;
  if (!base || !ts.isCallExpression(base) || !names.is(base.expression, NEST_PASSPORT, 'PassportStrategy')) return [];
  const [strategy] = base.arguments;
  if (!strategy || !names.is(strategy, PASSPORT_JWT, 'Strategy')) return [];
  return within(one, ts.isCallExpression)
    .filter(({ expression }) => expression.kind === ts.SyntaxKind.SuperKeyword)
    .map((call) => {
      const [options] = call.arguments;
      const key = names.property(options, 'secretOrKey');
      return use(call, 'passport-jwt', { key, options, verifies: true }, names);
    });
}

function use(
  node: ts.Node,
  what: TokenUse['what'],
  { key, options, verifies }: { key: ts.Expression | undefined; options: ts.Expression | undefined; verifies: boolean },
  names: Names,
): TokenUse {
  return { node, what, key, options, verifies, hasUnreadableOptions: !!options && !isReadable(options, names) };
}

/** A callback in the place of options is none. */
function isReadable(options: ts.Expression, names: Names): boolean {
  const value = names.value(options);
  if (!ts.isObjectLiteralExpression(value)) return ts.isFunctionLike(value);
  return value.properties.filter(ts.isSpreadAssignment).every(({ expression }) => isReadable(expression, names));
}
