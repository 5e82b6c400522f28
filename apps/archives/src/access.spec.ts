import { rulesOf } from '@citadel/auth';

import { ClearanceController } from './clearance/clearance.controller.js';
import { DeletionController } from './deletion/deletion.controller.js';
import { DocumentsController } from './documents/documents.controller.js';
import { GrantsController } from './grants/grants.controller.js';
import { SearchController } from './search/search.controller.js';
import { VersionsController } from './versions/versions.controller.js';

describe('access to the archives', () => {
  it.each([
    [DocumentsController, 'file', 'archives:documents:file'],
    [DocumentsController, 'list', 'archives:documents:read'],
    [DocumentsController, 'read', 'archives:documents:read'],
    [DocumentsController, 'change', 'archives:documents:file'],
    [ClearanceController, 'change', 'archives:documents:read'],
    [GrantsController, 'share', 'archives:documents:read'],
    [GrantsController, 'list', 'archives:documents:read'],
    [GrantsController, 'revoke', 'archives:documents:read'],
    [SearchController, 'search', 'archives:documents:read'],
    [VersionsController, 'list', 'archives:documents:read'],
    [VersionsController, 'read', 'archives:documents:read'],
    [DeletionController, 'delete', 'archives:documents:file'],
    [DeletionController, 'list', 'archives:documents:read'],
    [DeletionController, 'restore', 'archives:documents:file'],
  ])('%p.%s asks for %s', (controller, method, permission) => {
    const handler: unknown = Reflect.get(controller.prototype, method);
    expect(rulesOf(handler as object, controller)).toEqual([{ kind: 'permissions', allOf: [permission] }]);
  });
});
