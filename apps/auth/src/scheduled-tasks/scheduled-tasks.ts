import { RepeatingTask } from '@citadel/platform';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

import { AllowancesService } from '../allowances/allowances.service.js';
import { AttemptsService } from '../attempts/attempts.service.js';
import { Outbox } from '../audit/outbox.js';
import { RefusalIntake } from '../audit/refusal-intake.js';
import { RevocationComparison } from '../revocations/revocation-comparison.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import { RolesService } from '../administration/roles.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { SigningKeysService } from '../signing-keys/signing-keys.service.js';

/** What the service does by itself, in addition to answering: every replica does all of it, and the database keeps them apart. */
@Injectable()
export class ScheduledTasks implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly tasks: readonly RepeatingTask[];

  constructor(
    keys: SigningKeysService,
    revocations: RevocationsService,
    comparison: RevocationComparison,
    outbox: Outbox,
    sessions: SessionsService,
    attempts: AttemptsService,
    allowances: AllowancesService,
    refusals: RefusalIntake,
    roles: RolesService,
  ) {
    this.tasks = [
      new RepeatingTask(
        'Keeping the signing keys on their schedule',
        async () => {
          await keys.maintain();
          return keys.canSign ? 5_000 : 100;
        },
        250,
      ),
      new RepeatingTask(
        'Reconciling the revocations',
        async () => {
          await revocations.reconcile();
          return 5_000;
        },
        250,
      ),
      new RepeatingTask('Comparing the revocations with their bucket', async () => {
        await comparison.compareIfDue();
        return 60_000;
      }),
      new RepeatingTask('Publishing the audit trail', async () => ((await outbox.relay()) > 0 ? 0 : 200)),
      new RepeatingTask('Taking refusals into the audit trail', async () => ((await refusals.take()) > 0 ? 0 : 50)),
      new RepeatingTask('Comparing the names of custom roles with those of built-in ones', async () => {
        await roles.reportAmbiguous();
        return 600_000;
      }),
      new RepeatingTask('Forgetting what is over', async () => {
        await sessions.forgetOld();
        await attempts.forgetOld();
        await allowances.forgetOld();
        return 600_000;
      }),
    ];
  }

  onApplicationBootstrap(): void {
    for (const task of this.tasks) task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.tasks.map((task) => task.stop()));
  }
}
