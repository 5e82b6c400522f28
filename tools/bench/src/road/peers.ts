import type { PeerSettings } from './peers/settings.js';

/** What the peers are made of: Nest and the drivers in the versions that our own services run on. */
export const PACKAGES = {
  '@nats-io/transport-node': '3.4.0',
  '@nestjs/common': '12.5.1',
  '@nestjs/core': '12.5.1',
  '@nestjs/microservices': '12.1.1',
  '@nestjs/passport': '12.0.0',
  '@nestjs/platform-express': '12.5.1',
  '@nestjs/platform-fastify': '12.5.0',
  'better-auth': '1.7.25',
  passport: '0.7.0',
  'passport-jwt': '4.0.1',
  pg: '8.23.1',
  'reflect-metadata': '0.2.2',
  rxjs: '7.8.2',
} as const;

export interface Peer {
  readonly name: string;
  readonly gateway: 'tutorial-gateway' | 'fastify-gateway';
  readonly services: readonly ('service' | 'tutorial-service' | 'auth-service')[];
  readonly guard?: NonNullable<PeerSettings['guard']>;
  /** What a client shows. */
  readonly credential?: 'signed token' | 'opaque token' | 'cookie';
}

export const PEERS: readonly Peer[] = [
  {
    name: 'Nest on Express, `passport-jwt` in gateway and service, `ClientProxy`',
    gateway: 'tutorial-gateway',
    services: ['tutorial-service'],
    credential: 'signed token',
  },
  { name: 'Nest on Fastify, `ClientProxy`, no auth', gateway: 'fastify-gateway', services: ['service'] },
  {
    name: 'the same, with introspection for each request',
    gateway: 'fastify-gateway',
    services: ['service', 'auth-service'],
    guard: 'introspection',
    credential: 'opaque token',
  },
  {
    name: 'the same, with a session row for each request',
    gateway: 'fastify-gateway',
    services: ['service'],
    guard: 'session',
    credential: 'opaque token',
  },
  {
    name: 'the same, with `better-auth` in front',
    gateway: 'fastify-gateway',
    services: ['service'],
    guard: 'better-auth',
    credential: 'cookie',
  },
];
