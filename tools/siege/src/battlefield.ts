import type { LocalIssuer } from '@citadel/auth/testing';
import type { DatabaseServiceName, ServiceName } from '@citadel/contracts';
import type { NatsUser } from '@citadel/stack';

import type { Answer } from './answer.js';

/** Somebody who has logged in. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface HttpCall {
  readonly token?: string | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, and called JSON. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

export interface BusCall {
  readonly token?: string | undefined;
  /** Several values of one name are several headers. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** What JetStream answered; of its many members those that attacks look at. */
export type StreamAnswer =
  | {
      readonly error?: { readonly description?: string };
      readonly name?: string;
      readonly push_bound?: boolean;
      readonly delivered?: { readonly consumer_seq: number };
      readonly state?: { readonly last_seq: number };
    }
  | undefined;

/** What the attacks need of the system that they are tried on. */
export interface Battlefield {
  /** Calls the gateway; the path goes out as it is written. */
  readonly http: (method: string, path: string, call?: HttpCall) => Promise<Answer>;
  /** Sends a request past the gateway, under its own credentials: it alone may ask services. */
  readonly ask: (subject: string, data: unknown, call?: BusCall) => Promise<Answer>;
  /** Sends a whole packet as it is. Without a reply subject nobody can answer. */
  readonly send: (
    subject: string,
    packet: string,
    call?: BusCall & { readonly withoutReply?: boolean },
  ) => Promise<Answer>;
  /** Whether the bus lets a service publish there. */
  readonly mayPublish: (service: ServiceName, subject: string) => Promise<boolean>;
  /** Whether the bus lets a service listen there. */
  readonly mayHear: (service: ServiceName, subject: string, queue?: string) => Promise<boolean>;
  /**
   * Asks JetStream under a user's key.
   *
   * @param operation - such as `STREAM.INFO.KV_jwks`; the user's own way to it is added
   * @param reply - where the answer goes, instead of to the user
   * @returns the answer; `undefined` if it went elsewhere, or the bus does not let the user ask
   */
  readonly askStreams: (user: NatsUser, operation: string, data: object, reply?: string) => Promise<StreamAnswer>;
  /** Whether the bus takes somebody in who has this key, or none. */
  readonly mayConnect: (seed: string | undefined, isEncrypted: boolean) => Promise<boolean>;
  /** Runs one statement with the login of a service and takes it back. @returns `done`, or the SQLSTATE of the refusal */
  readonly sql: (service: DatabaseServiceName, statement: string) => Promise<string>;
  /** Two citizens who have just registered; nobody else is hurt. */
  readonly attacker: Person;
  readonly victim: Person;
  /** A demo user of that role. */
  readonly official: (role: 'warden' | 'sovereign' | 'scribe') => Promise<Person>;
  /** A new citizen, for attacks that end sessions. */
  readonly recruit: () => Promise<Person>;
  /**
   * Signs what we like with the key that signs for the stack, so that a bad token is bad in one way alone.
   * Out of reach with containers: there it signs with a key of its own, and `isReal` is false.
   */
  readonly issuer: LocalIssuer;
  readonly isRealIssuer: boolean;
  /** Milliseconds. */
  readonly patience: {
    /** The longest for which a used refresh token may still yield its successor. */
    readonly grace: number;
    /** Within which a revocation is promised to be known to everybody. */
    readonly revocation: number;
  };
}
