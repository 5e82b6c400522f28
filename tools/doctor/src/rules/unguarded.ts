import type { Examined, Finding } from '../finding.js';
import type { Handler } from '../handlers.js';
import type { Connection, Guards } from '../guards.js';

/** Handlers that answer whoever calls them, though nothing says that they should. */
export function unguarded(examined: Examined): Finding[] {
  return examined.guards.hasCitadel
    ? withoutRule(examined)
    : [...withoutGuard(examined), ...reachedByNoGuard(examined)];
}

function withoutRule({ handlers, guards }: Examined): Finding[] {
  return handlers
    .filter((handler) => !guards.hasAccessRule(handler) && !guards.isOpenOnPurpose(handler))
    .map(({ method, name, transport }) => ({
      rule: 'unguarded-handler',
      node: method.name,
      message: `The ${transport} ${name} has no access rule, so the application refuses to start.`,
      cure: 'Say who may call it: @Authenticated(), @Roles(), @RequirePermissions(), or @Public() for everyone.',
    }));
}

function withoutGuard({ handlers, guards }: Examined): Finding[] {
  return handlers
    .filter((handler) => isOpen(handler, guards) && !isLeftOutByConnections(handler, guards))
    .map(({ method, name, transport }) => ({
      rule: 'unguarded-handler',
      node: method.name,
      message: `The ${transport} ${name} has no guard: whoever reaches the process may call it.`,
      cure:
        'Guard all handlers at once with an APP_GUARD provider that refuses by default, and mark open ones, as with ' +
        '@Public(); or put @UseGuards() on this one.',
    }));
}

/** A hybrid application's guards do not reach its microservices of themselves. */
function reachedByNoGuard({ handlers, guards }: Examined): Finding[] {
  const left = handlers.filter((handler) => isOpen(handler, guards) && isLeftOutByConnections(handler, guards));
  if (left.length === 0) return [];
  const names = left.map(({ name }) => name).join(', ');
  return guards.connections
    .filter((connection) => !reaches(guards, connection))
    .map((connection) => ({
      rule: 'unguarded-hybrid',
      node: connection.call,
      message: connection.inherits
        ? `This microservice is built before useGlobalGuards() is called, so it has none of these guards: ${names}.`
        : `The application's global guards do not reach this microservice: ${names}.`,
      cure: connection.inherits
        ? 'Provide the guard as APP_GUARD, or call useGlobalGuards() before connectMicroservice().'
        : 'Pass { inheritAppConfig: true } as the second parameter of connectMicroservice().',
    }));
}

function isOpen(handler: Handler, guards: Guards): boolean {
  return !guards.coversAlone(handler) && !guards.isOpenOnPurpose(handler) && !isCoveredGlobally(handler, guards);
}

function isCoveredGlobally({ transport }: Handler, guards: Guards): boolean {
  if (guards.global.length === 0) return false;
  // Each microservice of an application serves all of its messages.
  return !isMessage(transport) || guards.connections.every((connection) => reaches(guards, connection));
}

function isLeftOutByConnections({ transport }: Handler, guards: Guards): boolean {
  return isMessage(transport) && guards.global.length > 0;
}

function isMessage(transport: Handler['transport']): boolean {
  return transport === 'message' || transport === 'event';
}

/** `connectMicroservice()` reads the guards while it is called. */
function reaches({ global }: Guards, { call, inherits }: Connection): boolean {
  const isEarlier = (node: { readonly pos: number; getSourceFile(): unknown }) =>
    node.getSourceFile() !== call.getSourceFile() || node.pos < call.pos;
  return inherits && global.some(({ node, isProvider }) => isProvider || isEarlier(node));
}
