import { AuthModule, Authenticated, CurrentUser, type Principal, Public, RequirePermissions } from '@citadel/auth';
import { localIssuer } from '@citadel/auth/testing';
import { Handles, Message } from '@citadel/platform';
import { type MessageOf, operation, problemsOf, PROTOCOL_PROBLEMS, service } from '@citadel/protocol';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { z } from 'zod';

export const issuer = localIssuer();

export const problem = problemsOf({ ...PROTOCOL_PROBLEMS, 'order-too-large': [409, 'The order is too large'] });

/** One operation of a contract of its own. */
export const orders = service('orders', {
  place: operation({
    summary: 'Place an order',
    http: 'POST /orders',
    body: { book: z.string().min(1), copies: z.int().min(1) },
    response: z.object({ book: z.string(), by: z.string() }),
  }),
});

@Controller('orders')
@Authenticated()
class OrdersController {
  @Get('open')
  list() {
    return [];
  }

  @Post()
  @RequirePermissions('orders:orders:place')
  placeOverHttp(@CurrentUser() { id }: Principal) {
    return { by: id };
  }

  @Handles(orders.place)
  @RequirePermissions('orders:orders:place')
  place(@Message() { book, copies }: MessageOf<typeof orders.place>, @CurrentUser() { id }: Principal) {
    if (copies > 100) throw problem('order-too-large', { detail: 'At most 100 copies' });
    return { book, by: id };
  }

  @MessagePattern('orders.list')
  listOverMessages() {
    return [];
  }
}

@Controller('health')
class HealthController {
  @Get()
  @MessagePattern('health')
  @Public()
  health() {
    return { status: 'up' };
  }
}

@Module({
  imports: [AuthModule.forRoot({ issuer: issuer.issuer, audience: 'orders', keys: issuer.keys })],
  controllers: [OrdersController, HealthController],
})
export class AppModule {}
