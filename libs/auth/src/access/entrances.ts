import { RequestMethod } from '@nestjs/common';

/** Metadata keys of Nest, which does not export all of them. */
const PATTERN = 'microservices:pattern';
const PATH = 'path';
const METHOD = 'method';
const HOST = 'host';
const VERSION = '__version__';
const SOCKET_MESSAGE = 'message';
const IS_SOCKET_MESSAGE = 'websockets:message_mapping';
const IS_SOCKET_GATEWAY = 'websockets:is_gateway';
const SOCKET_OPTIONS = 'websockets:gateway_options';
const SOCKET_PORT = 'port';

export const isSocketGateway = (provider: object): boolean => Reflect.hasMetadata(IS_SOCKET_GATEWAY, provider);

/** Every way in which something outside can reach a handler. Two handlers must not share one. */
export function entrancesOf(handler: object, controller: object): string[] {
  return [...subjectsOf(handler), ...routesOf(handler, controller), ...socketsOf(handler, controller)];
}

/** Messages and events share one name space: `emit()` to a message's subject runs its handler, and the other way round. */
function subjectsOf(handler: object): string[] {
  const patterns = metadata<unknown[]>(PATTERN, handler) ?? [];
  return patterns.map((pattern) => `subject ${textOf(pattern)}`);
}

function routesOf(handler: object, controller: object): string[] {
  const paths = metadata<string | string[]>(PATH, handler);
  if (paths === undefined) return [];
  const method = RequestMethod[metadata<number>(METHOD, handler) ?? RequestMethod.GET] ?? 'ALL';
  const version = metadata(VERSION, handler) ?? metadata(VERSION, controller);
  const host = metadata(HOST, controller);
  const place =
    (version === undefined ? '' : ` version ${textOf(version)}`) + (host === undefined ? '' : ` at ${textOf(host)}`);
  const bases = [metadata<string | string[]>(PATH, controller) ?? ''].flat();
  return bases.flatMap((base) => [paths].flat().map((path) => `HTTP ${method} ${join(base, path)}${place}`));
}

function socketsOf(handler: object, gateway: object): string[] {
  if (!metadata<boolean>(IS_SOCKET_MESSAGE, handler)) return [];
  const { namespace } = metadata<{ readonly namespace?: unknown }>(SOCKET_OPTIONS, gateway) ?? {};
  const port = metadata<number>(SOCKET_PORT, gateway);
  const place = [port ? `port ${String(port)}` : '', namespace === undefined ? '' : textOf(namespace)];
  return [['socket', ...place, textOf(metadata(SOCKET_MESSAGE, handler))].filter(Boolean).join(' ')];
}

const join = (base: string, path: string) => `/${[base, path].join('/')}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** Nest wrote it, so its type is Nest's. */
function metadata<T = unknown>(key: string, subject: object): T | undefined {
  return Reflect.getMetadata(key, subject) as T | undefined;
}
