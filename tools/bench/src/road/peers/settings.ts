/** What a program of a peer is told. It runs outside the workspaces, so it shares no code with the rest. */
export interface PeerSettings {
  /** PEM texts. */
  readonly tls: { readonly key: string; readonly cert: string };
  /** As Nest's NATS transport takes it. */
  readonly nats: { readonly servers: string; readonly token: string; readonly tls: { readonly ca: string } };
  /** As `pg.Pool` takes it. */
  readonly database: Readonly<Record<string, unknown>>;
  /** The same, with a login that may make tables. */
  readonly ownerDatabase: Readonly<Record<string, unknown>>;
  /** How the gateway finds out who is calling; it lets everybody in if left out. */
  readonly guard?: 'introspection' | 'session' | 'better-auth';
  /** The user whose accounts are asked for. */
  readonly owner: string;
  /** For HS256, and what else has to be signed. */
  readonly secret: string;
  /** A token that the auth service knows. */
  readonly opaqueToken: string;
}

/** What a program says as soon as it can be used. */
export interface PeerReady {
  /** Where it listens for HTTPS, if it does. */
  readonly port?: number;
  /** A cookie of the user, where the program itself gives it out. */
  readonly cookie?: string;
}

// Written by the measurement, whose type this is.
export const settings = JSON.parse(process.env['ROAD'] ?? '{}') as PeerSettings;

/** One for each process: gateways are asked on loopback alone, and end with the measurement. */
export function sayReady(ready: PeerReady = {}): void {
  process.send?.(ready);
}

process.once('disconnect', () => process.exit());
