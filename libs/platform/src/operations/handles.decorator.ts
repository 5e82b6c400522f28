import type { MessageOf, Operation, OperationDefinition, ReplyOf } from '@citadel/protocol';
import { applyDecorators, SetMetadata, UsePipes } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';

import { MessagePipe } from './message.pipe.js';

export const HANDLED_OPERATION = Symbol('citadel handled operation');

type Arguments<D extends OperationDefinition> =
  MessageOf<D> extends Record<string, never> ? never[] : [message: MessageOf<D>, ...rest: never[]];

/**
 * Makes a method the handler of an operation: its subject and its schema come from the contract, and the compiler
 * checks the method's message and answer against it. Who may call it is for an access decorator beside this one to say.
 *
 * @example
 * \@Handles(treasury.openAccount)
 * \@RequirePermissions('treasury:accounts:open')
 * open(\@Message() request: MessageOf<typeof treasury.openAccount>, \@CurrentUser() user: Principal) { ... }
 */
export function Handles<D extends OperationDefinition>(operation: Operation<D>) {
  return <M extends (...values: Arguments<D>) => ReplyOf<D> | Promise<ReplyOf<D>>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    applyDecorators(
      MessagePattern(operation.subject),
      SetMetadata(HANDLED_OPERATION, operation),
      UsePipes(new MessagePipe(operation.message)),
    )(target, key, descriptor);
  };
}

/** The validated request: path, query and body in one object. */
export const Message = () => Payload();
