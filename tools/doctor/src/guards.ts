import ts from 'typescript';

import type { Application } from './application.js';
import type { Decorator } from './decorators.js';
import { type Handler, withBases } from './handlers.js';
import { type Names, nameText, within } from './names.js';

/** How a microservice is added to an application, and which of the application's guards reach it. */
export interface Connection {
  readonly call: ts.CallExpression;
  readonly inherits: boolean;
}

/** Names by which projects and libraries say that a handler is open on purpose. */
const OPEN_ON_PURPOSE =
  /^(is)?(public|unprotected|anonymous)|^(allow|skip|no|without)_?(anonymous|unauthorized|unauthenticated|auth)/i;
const ACCESS_RULES = ['Authenticated', 'Roles', 'RequirePermissions', 'RequireClearance', 'RequireRecentLogin'];
const CITADEL = /^@citadel\/auth$/;
const CORE = /^@nestjs\/core$/;

/** Which guards an application has, and whom they cover. */
export class Guards {
  readonly classes: readonly ts.ClassLikeDeclaration[];
  /** Where a guard for the whole application is set: `APP_GUARD` has no position, it is there from the start. */
  readonly global: readonly { readonly node: ts.Node; readonly isProvider: boolean }[];
  readonly connections: readonly Connection[];
  /** `@citadel/auth` guards every handler of every microservice by itself, and refuses to start without rules. */
  readonly hasCitadel: boolean;

  constructor(
    application: Application,
    private readonly names: Names,
  ) {
    this.classes = application.classes.filter((one) => canActivateOf(one) !== undefined);
    this.global = [...this.providers(application), ...this.globalCalls(application)];
    this.connections = application.calls
      .filter((call) => isMethod(call, 'connectMicroservice'))
      .map((call) => ({
        call,
        inherits: this.isTrue(names.property(call.arguments[1], 'inheritAppConfig')),
      }));
    this.hasCitadel = application.calls.some(
      ({ expression }) =>
        ts.isPropertyAccessExpression(expression) && names.is(expression.expression, CITADEL, 'AuthModule'),
    );
  }

  /** Whether the handler, its class or a class that one extends names a guard of its own. */
  coversAlone({ decorators }: Handler): boolean {
    return decorators.some(
      ({ name, parameters }) => name === 'UseGuards' && parameters.some((guard) => this.counts(guard)),
    );
  }

  isOpenOnPurpose({ decorators }: Handler): boolean {
    return decorators.some(({ name }) => OPEN_ON_PURPOSE.test(name));
  }

  hasAccessRule({ decorators }: Handler): boolean {
    return decorators.some(({ from, name }: Decorator) => ACCESS_RULES.includes(name) && (!from || CITADEL.test(from)));
  }

  /** A guard that counts requests, or lets all of them pass, keeps nobody out. */
  private counts(guard: ts.Expression): boolean {
    const named = ts.isNewExpression(guard) ? guard.expression : guard;
    if (this.names.exported(named)?.from === '@nestjs/throttler') return false;
    const declared = this.names.classOf(named);
    if (!declared) return true;
    const lineage = withBases(declared, this.names);
    const last = lineage.at(-1)?.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
    if (last && this.names.exported(last.expression)?.from === '@nestjs/throttler') return false;
    const body = lineage.map(canActivateOf).find((one) => one !== undefined);
    return !body || !alwaysTrue(body);
  }

  private providers({ parts }: Application): { node: ts.Node; isProvider: boolean }[] {
    return parts
      .flatMap((part) => within(part, ts.isObjectLiteralExpression))
      .filter((object) => {
        const token = this.names.property(object, 'provide');
        if (!token || !this.names.is(token, CORE, 'APP_GUARD')) return false;
        const guard = this.names.property(object, 'useClass') ?? this.names.property(object, 'useExisting');
        return !guard || this.counts(guard);
      })
      .map((node) => ({ node, isProvider: true }));
  }

  private globalCalls({ calls }: Application): { node: ts.Node; isProvider: boolean }[] {
    return calls
      .filter((call) => isMethod(call, 'useGlobalGuards') && call.arguments.some((guard) => this.counts(guard)))
      .map((node) => ({ node, isProvider: false }));
  }

  private isTrue(expression: ts.Expression | undefined): boolean {
    return expression !== undefined && this.names.value(expression).kind === ts.SyntaxKind.TrueKeyword;
  }
}

/** What a guard decides with. */
export function canActivateOf(one: ts.ClassLikeDeclaration): ts.Node | undefined {
  for (const member of one.members) {
    if (!member.name || nameText(member.name) !== 'canActivate') continue;
    if (ts.isMethodDeclaration(member)) return member.body;
    if (ts.isPropertyDeclaration(member) && member.initializer && ts.isArrowFunction(member.initializer)) {
      return member.initializer.body;
    }
  }
  return undefined;
}

export function isMethod(call: ts.CallExpression, ...names: string[]): boolean {
  return ts.isPropertyAccessExpression(call.expression) && names.includes(call.expression.name.text);
}

/** Returns of the function itself, not of those inside it. */
export function returnsOf(body: ts.Node): ts.Expression[] {
  if (!ts.isBlock(body)) return [body as ts.Expression];
  return within(body, ts.isReturnStatement)
    .filter(({ parent }) => ts.findAncestor(parent, ts.isFunctionLike) === body.parent)
    .flatMap(({ expression }) => expression ?? []);
}

export function isTrueLiteral(expression: ts.Expression): boolean {
  return expression.kind === ts.SyntaxKind.TrueKeyword;
}

/** What it calls may throw, and so refuse. */
function alwaysTrue(body: ts.Node): boolean {
  const returned = returnsOf(body);
  const mayRefuse = within(body, ts.isThrowStatement).length > 0 || within(body, ts.isCallExpression).length > 0;
  return !mayRefuse && returned.length > 0 && returned.every(isTrueLiteral);
}
