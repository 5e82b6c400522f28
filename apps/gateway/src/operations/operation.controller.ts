import { Authenticated, Public } from '@citadel/auth';
import type { Contract, Operation } from '@citadel/protocol';
import { Controller, Inject, Req, RequestMapping, RequestMethod, Res, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { Forwarder } from './forward.js';

/**
 * The HTTP face of one contract: a controller with a method for each operation, made of the contract alone. The gateway
 * asks for a valid token wherever the contract does not say public; what the caller may do is for the service to decide.
 */
export function controllerFor(contract: Contract): Type {
  @Controller()
  class OperationController {
    constructor(@Inject(Forwarder) readonly forwarder: Forwarder) {}
  }
  for (const [name, operation] of Object.entries(contract)) mount(OperationController, name, operation);
  return OperationController;
}

function mount(controller: Type<{ readonly forwarder: Forwarder }>, name: string, operation: Operation): void {
  const prototype = controller.prototype as object;
  const value = function (this: { readonly forwarder: Forwarder }, request: FastifyRequest, reply: FastifyReply) {
    return this.forwarder.forward(operation, request, reply);
  };
  const descriptor: PropertyDescriptor = { configurable: true, value };
  Object.defineProperty(prototype, name, descriptor);
  Req()(prototype, name, 0);
  Res({ passthrough: true })(prototype, name, 1);
  const path = operation.path.replace(/\{(\w+)\}/g, ':$1');
  RequestMapping({ method: RequestMethod[operation.method], path })(prototype, name, descriptor);
  (operation.public ? Public : Authenticated)()(prototype, name, descriptor);
}
