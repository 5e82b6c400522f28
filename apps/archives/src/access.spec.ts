import { rulesOf } from '@citadel/auth';

import { DocumentsController } from './documents/documents.controller.js';

describe('access to the archives', () => {
  it.each([
    ['file', 'archives:documents:file'],
    ['list', 'archives:documents:read'],
    ['read', 'archives:documents:read'],
  ])('%s asks for %s', (method, permission) => {
    const handler: unknown = Reflect.get(DocumentsController.prototype, method);
    expect(rulesOf(handler as object, DocumentsController)).toEqual([{ kind: 'permissions', allOf: [permission] }]);
  });
});
