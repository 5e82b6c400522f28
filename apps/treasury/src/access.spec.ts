import { rulesOf } from '@citadel/auth';

import { AccountsController } from './accounts/accounts.controller.js';
import { TransfersController } from './transfers/transfers.controller.js';

describe('access to the treasury', () => {
  it.each([
    [AccountsController, 'open', 'treasury:accounts:open'],
    [AccountsController, 'list', 'treasury:accounts:read'],
    [AccountsController, 'find', 'treasury:accounts:read'],
    [TransfersController, 'transfer', 'treasury:transfers:create'],
  ])('%p.%s asks for %s', (controller, method, permission) => {
    const handler: unknown = Reflect.get(controller.prototype, method);
    expect(rulesOf(handler as object, controller)).toEqual([{ kind: 'permissions', allOf: [permission] }]);
  });
});
