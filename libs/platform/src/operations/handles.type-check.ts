import type { Principal } from '@citadel/auth';
import { type MessageOf, operation, type ReplyOf, service } from '@citadel/protocol';
import { z } from 'zod';

import { Handles } from './handles.decorator.js';

const stall = service('stall', {
  open: operation({
    summary: 'Open',
    http: 'POST /stalls/{id}',
    params: { id: z.string() },
    query: { limit: z.coerce.number().default(20) },
    body: { name: z.string(), memo: z.string().optional() },
    response: z.object({ id: z.string(), openedAt: z.string() }),
  }),
  close: operation({ summary: 'Close', http: 'POST /stalls/close', status: 204, response: z.null() }),
});

type Open = typeof stall.open;
declare const reply: ReplyOf<Open>;

/** The compiler holds handlers to their contracts; each expected error is one that would go unseen without it. */
export class Stall {
  @Handles(stall.open)
  fits(message: MessageOf<Open>, _user: Principal): Promise<ReplyOf<Open>> {
    const { id, limit, name, memo }: { id: string; limit: number; name: string; memo?: string | undefined } = message;
    return Promise.resolve({ id: id + name + (memo ?? ''), openedAt: String(limit) });
  }

  @Handles(stall.open)
  takesLess(message: Pick<MessageOf<Open>, 'name'>): ReplyOf<Open> {
    return { ...reply, id: message.name };
  }

  @Handles(stall.close)
  withoutMessage(): null {
    return null;
  }

  // @ts-expect-error -- the contract has no such field
  @Handles(stall.open)
  asksForMore(_message: MessageOf<Open> & { admin: boolean }): ReplyOf<Open> {
    return reply;
  }

  // @ts-expect-error -- a name is a text
  @Handles(stall.open)
  mistakesType(_message: { name: number }): ReplyOf<Open> {
    return reply;
  }

  // @ts-expect-error -- the answer lacks a field
  @Handles(stall.open)
  answersLess(message: MessageOf<Open>): { id: string } {
    return { id: message.id };
  }

  // @ts-expect-error -- an answer with a field of another type
  @Handles(stall.open)
  async answersOther(message: MessageOf<Open>): Promise<{ id: string; openedAt: Date }> {
    return Promise.resolve({ id: message.id, openedAt: new Date() });
  }
}
