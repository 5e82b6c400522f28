import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { problem, type ProblemCode } from '@citadel/contracts';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { GatewayConfig } from '../gateway.config.js';
import { parseForm } from './form-body.js';
import { BARE_HEADERS } from './headers.js';
import { parseJson } from './json-body.js';

const MEBIBYTE = 1024 * 1024;
const HEADER_BYTES = 16 * 1024;

/** Fastify over TLS, with a bound on everything that a client chooses the size of. */
export function createAdapter(config: GatewayConfig): FastifyAdapter {
  const adapter = new FastifyAdapter({
    https: {
      cert: config.GATEWAY_TLS_CERT,
      key: config.GATEWAY_TLS_KEY,
      minVersion: 'TLSv1.2',
      maxHeaderSize: HEADER_BYTES,
      // Milliseconds: until then a connection costs memory, and has shown nothing.
      handshakeTimeout: 5_000,
    },
    bodyLimit: MEBIBYTE,
    // Milliseconds to receive a whole request: a client that dribbles holds a socket for no longer.
    requestTimeout: 15_000,
    keepAliveTimeout: 10_000,
    routerOptions: { maxParamLength: 100, ignoreTrailingSlash: false },
    trustProxy: config.TRUSTED_PROXIES.length > 0 ? config.TRUSTED_PROXIES : false,
    // A request's id is ours: one that a client chose would let it write into another's trail.
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    clientErrorHandler: (error, socket) => refuseOnSocket(error, socket),
    frameworkErrors: (_error: unknown, { id }: FastifyRequest, reply: FastifyReply) => {
      const body = problem('invalid-request', { detail: 'The address is not a valid URL path' }).toBody();
      void reply
        .status(400)
        .headers({ ...BARE_HEADERS, 'x-request-id': id })
        .send(JSON.stringify(body));
    },
  });
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    parseJson(body as Buffer, done);
  });
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, (request, body, done) => {
    parseForm(request.routeOptions.url, body as Buffer, done);
  });
  return adapter;
}

/** What is so malformed that there is no request to answer: Node has parsed nothing, so the answer is written by hand. */
function refuseOnSocket(error: Error & { code?: string }, socket: Socket): void {
  // What went wrong below HTTP, such as a handshake that never ends, leaves nobody who could read an answer.
  if (!/^(HPE|ERR_HTTP)_/.test(error.code ?? '')) return void socket.destroy();
  const code: ProblemCode = error.code === 'HPE_HEADER_OVERFLOW' ? 'headers-too-large' : 'invalid-request';
  const { status, ...rest } = problem(code).toBody();
  const body = JSON.stringify({ ...rest, status });
  if (!socket.writable) return void socket.destroy();
  const headers = { ...BARE_HEADERS, 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const reason = status === 431 ? 'Request Header Fields Too Large' : 'Bad Request';
  socket.end(`HTTP/1.1 ${String(status)} ${reason}\r\n${lines.join('')}\r\n${body}`);
}
