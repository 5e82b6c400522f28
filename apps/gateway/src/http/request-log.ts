import { type JsonLogger, newCall, runInCall } from '@citadel/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Gives each request its ids, answers with them, and logs one line when it is over: no query, no body, no header. */
export function logRequests(app: NestFastifyApplication, logger: JsonLogger): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    runInCall(newCall(request.id, request.ip), done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions, ip } = request;
    const duration = Math.round(reply.elapsedTime * 10) / 10;
    const line = {
      method,
      route: routeOptions.url ?? 'none',
      status: reply.statusCode,
      duration,
      address: ip,
      requestId: request.id,
    };
    if (reply.statusCode >= 500) logger.warn(line, 'Request');
    else logger.log(line, 'Request');
    done();
  });
}
