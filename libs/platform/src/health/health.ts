import { KeyRing, RevocationList } from '@citadel/auth';
import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

import type { NatsLink } from '../nats/nats-link.js';

/** One thing that a process needs to be of use. */
export interface HealthCheck {
  readonly name: string;
  /** Rejects, or resolves to `false`, when it is not there. */
  check(): Promise<unknown>;
}

/** Provide an array of checks under this token, and readiness asks them. */
export const HEALTH_CHECKS = Symbol('citadel health checks');

export interface Readiness {
  readonly ready: boolean;
  /** What is checked, and whether it is well. Names only: an address or an error would help who has no business here. */
  readonly checks: Readonly<Record<string, boolean>>;
  /** Seconds since the list of revocations was last known to be complete; null before it was. */
  readonly revocationAge: number | null;
}

const PATIENCE_MS = 2_000;

/** Answers whether this process can do its work at this moment. */
@Injectable()
export class Health {
  constructor(
    private readonly link: NatsLink,
    private readonly keys: KeyRing,
    private readonly revocations: RevocationList,
    private readonly moduleRef: ModuleRef,
  ) {}

  async readiness(): Promise<Readiness> {
    const own: HealthCheck[] = [
      { name: 'nats', check: () => Promise.resolve(this.link.isConnected) },
      { name: 'keys', check: () => Promise.resolve(this.keys.isReady) },
      { name: 'revocations', check: () => Promise.resolve(this.revocations.isReady) },
    ];
    const results = await Promise.all(
      [...own, ...this.provided()].map(async (one) => [one.name, await isWell(one)] as const),
    );
    const { age } = this.revocations;
    return {
      ready: results.every(([, well]) => well),
      checks: Object.fromEntries(results),
      revocationAge: Number.isFinite(age) ? Math.round(age * 1000) / 1000 : null,
    };
  }

  private provided(): readonly HealthCheck[] {
    try {
      return this.moduleRef.get<readonly HealthCheck[]>(HEALTH_CHECKS, { strict: false });
    } catch {
      // A service without a database has nothing to add.
      return [];
    }
  }
}

async function isWell(one: HealthCheck): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  try {
    return (await Promise.race([one.check(), late])) !== false;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
