import { RequirePermissions } from '@citadel/auth';
import { treasury } from '@citadel/contracts';
import { Handles } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { trialBalance } from './books.js';
import { Pool } from 'pg';

@Controller()
export class ReportsController {
  constructor(private readonly pool: Pool) {}

  @Handles(treasury.trialBalance)
  @RequirePermissions('treasury:reports:read')
  async trialBalance() {
    return { items: await trialBalance(this.pool) };
  }
}
