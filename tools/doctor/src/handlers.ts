import ts from 'typescript';

import type { Application } from './application.js';
import { type Decorator, decoratorsOf } from './decorators.js';
import { type Names, nameText } from './names.js';

type Transport = 'HTTP route' | 'message' | 'event' | 'socket message' | 'GraphQL operation';

/** A method that Nest calls for whoever sends the right bytes. */
export interface Handler {
  readonly transport: Transport;
  /** `OrdersController.place` */
  readonly name: string;
  /** What it is called by, where that can be read: `GET /orders/:id`, a message pattern. */
  readonly pattern: string | undefined;
  readonly method: ts.MethodDeclaration;
  /** The method's decorators, then those of its class and of the classes that one extends. */
  readonly decorators: readonly Decorator[];
}

const ROUTES = ['Get', 'Post', 'Put', 'Patch', 'Delete', 'Head', 'Options', 'All', 'Sse', 'Search'];
const COMMON = /^@nestjs\/common$/;
const MICROSERVICES = /^@nestjs\/microservices$/;
const SOCKETS = /^@nestjs\/websockets$/;
const GRAPHQL = /^@nestjs\/graphql$/;

export function handlersOf(application: Application, names: Names): Handler[] {
  return application.classes.flatMap((handlerClass) => {
    const lineage = withBases(handlerClass, names);
    const ofClass = lineage.flatMap((one) => decoratorsOf(one, names));
    if (!ofClass.some(isHandlerClass)) return [];
    return methodsOf(lineage).flatMap((method) => {
      const own = decoratorsOf(method, names);
      const name = `${handlerClass.name?.text ?? 'a class'}.${nameText(method.name) ?? ''}`;
      return own.flatMap((decorator) => {
        const decorators = [...own, ...ofClass];
        const called = transportOf(decorator, decorators, names);
        return called ? [{ ...called, name, method, decorators }] : [];
      });
    });
  });
}

/** A class and those it extends, as far as they are the project's. */
export function withBases(one: ts.ClassLikeDeclaration, names: Names): ts.ClassLikeDeclaration[] {
  const lineage = [one];
  // An application in which a class extends itself does not compile; the doctor ends nevertheless.
  for (const child of lineage) {
    const extended = child.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
    const base = extended && names.classOf(extended.expression);
    if (base && !lineage.includes(base)) lineage.push(base);
  }
  return lineage;
}

/** Nest finds inherited methods too, unless the class overrides them. */
function methodsOf(lineage: readonly ts.ClassLikeDeclaration[]): ts.MethodDeclaration[] {
  const methods = new Map<string, ts.MethodDeclaration>();
  for (const method of lineage.flatMap(({ members }) => [...members]).filter(ts.isMethodDeclaration)) {
    const name = nameText(method.name);
    if (name !== undefined && method.body && !methods.has(name)) methods.set(name, method);
  }
  return [...methods.values()];
}

function isHandlerClass({ from, name }: Decorator): boolean {
  const within = (packages: RegExp) => !from || packages.test(from);
  return (
    (name === 'Controller' && within(COMMON)) ||
    (name === 'GrpcService' && within(MICROSERVICES)) ||
    (name === 'WebSocketGateway' && within(SOCKETS)) ||
    (name === 'Resolver' && within(GRAPHQL))
  );
}

function transportOf(
  { from, name, parameters }: Decorator,
  decorators: readonly Decorator[],
  names: Names,
): Pick<Handler, 'transport' | 'pattern'> | undefined {
  const is = (packages: RegExp, ...some: string[]) => some.includes(name) && (!from || packages.test(from));
  if (is(COMMON, ...ROUTES)) {
    return { transport: 'HTTP route', pattern: routeOf(name, parameters[0], decorators, names) };
  }
  if (is(MICROSERVICES, 'MessagePattern')) return { transport: 'message', pattern: patternOf(parameters[0], names) };
  if (is(MICROSERVICES, 'EventPattern')) return { transport: 'event', pattern: patternOf(parameters[0], names) };
  if (is(MICROSERVICES, 'GrpcMethod', 'GrpcStreamMethod', 'GrpcStreamCall')) {
    return { transport: 'message', pattern: undefined };
  }
  if (is(SOCKETS, 'SubscribeMessage')) return { transport: 'socket message', pattern: undefined };
  if (is(GRAPHQL, 'Query', 'Mutation', 'Subscription')) return { transport: 'GraphQL operation', pattern: undefined };
  return undefined;
}

/** `undefined` if a part of the path is not written out, or versions and hosts may tell routes apart. */
function routeOf(
  verb: string,
  path: ts.Expression | undefined,
  decorators: readonly Decorator[],
  names: Names,
): string | undefined {
  const controller = decorators.find(({ name }) => name === 'Controller')?.parameters[0];
  const prefix = controller === undefined ? '' : names.text(controller);
  const suffix = path === undefined ? '' : names.text(path);
  if (prefix === undefined || suffix === undefined || decorators.some(({ name }) => name === 'Version'))
    return undefined;
  const segments = [prefix, suffix].flatMap((part) => part.split('/')).filter((segment) => segment !== '');
  return `${verb === 'Sse' ? 'GET' : verb.toUpperCase()} /${segments.join('/')}`;
}

/** A pattern's text; of an object its members, in an order that does not matter to Nest either. */
function patternOf(expression: ts.Expression | undefined, names: Names): string | undefined {
  const text = names.text(expression);
  if (text !== undefined || !expression) return text;
  const value = names.value(expression);
  if (!ts.isObjectLiteralExpression(value)) return undefined;
  const members = value.properties.map((property) => {
    const name = property.name && nameText(property.name);
    const member = name === undefined ? undefined : names.text(names.property(value, name));
    return member === undefined ? undefined : `${String(name)}: ${member}`;
  });
  return members.includes(undefined) ? undefined : `{ ${members.toSorted().join(', ')} }`;
}
