import { rulesOf } from '@citadel/auth';

import { AccountsController } from './accounts/accounts.controller.js';
import { ReportsController } from './reports/reports.controller.js';
import { StatementsController } from './statements/statements.controller.js';
import { TransfersController } from './transfers/transfers.controller.js';

describe('access to the treasury', () => {
  it.each([
    [AccountsController, 'open', 'treasury:accounts:open'],
    [AccountsController, 'list', 'treasury:accounts:read'],
    [AccountsController, 'find', 'treasury:accounts:read'],
    [AccountsController, 'freeze', 'treasury:accounts:freeze'],
    [AccountsController, 'unfreeze', 'treasury:accounts:freeze'],
    [AccountsController, 'close', 'treasury:accounts:open'],
    [StatementsController, 'list', 'treasury:accounts:read'],
    [TransfersController, 'list', 'treasury:transfers:read'],
    [TransfersController, 'find', 'treasury:transfers:read'],
    [TransfersController, 'transfer', 'treasury:transfers:create'],
    [ReportsController, 'trialBalance', 'treasury:reports:read'],
  ])('%p.%s asks for %s', (controller, method, permission) => {
    const handler: unknown = Reflect.get(controller.prototype, method);
    expect(rulesOf(handler as object, controller)).toEqual([{ kind: 'permissions', allOf: [permission] }]);
  });

  it('asks for treasury:vault:draw and a recent login where money is issued', () => {
    expect(rulesOf(TransfersController.prototype.draw, TransfersController)).toEqual(
      expect.arrayContaining([
        { kind: 'permissions', allOf: ['treasury:vault:draw'] },
        { kind: 'recent-login', maxAge: 900 },
      ]),
    );
  });
});
