import { auth } from '@citadel/contracts';
import type { Operation } from '@citadel/protocol';

import { entityTagOf, versionFrom } from './entity-tag.js';

const change: Operation = auth.setUserRoles;

describe('an entity tag', () => {
  it('is the version in quotes', () => {
    expect(entityTagOf({ id: 'x', version: 7 })).toBe('"7"');
  });

  it.each([[null], [undefined], ['text'], [{ id: 'x' }], [[]]])('is not made for %j', (data) => {
    expect(entityTagOf(data)).toBeUndefined();
  });
});

describe('If-Match', () => {
  it.each([
    ['"0"', 0],
    ['"7"', 7],
    [' "123456789" ', 123_456_789],
  ])('%s means a version', (tag, version) => {
    expect(versionFrom(change, { 'if-match': tag })).toEqual({ version });
  });

  it('is what an entity tag was', () => {
    expect(versionFrom(change, { 'if-match': entityTagOf({ version: 42 }) ?? '' })).toEqual({ version: 42 });
  });

  it.each(['*', ' * '])('%j means any version', (tag) => {
    expect(versionFrom(change, { 'if-match': tag })).toEqual({});
  });

  it.each([[{}], [{ 'if-match': ['"1"', '"2"'] }], [{ 'if-none-match': '"1"' }]])(
    'is asked for: %j',
    async (headers) => {
      await expect(async () => versionFrom(change, headers)).rejects.toMatchObject({ code: 'precondition-required' });
    },
  );

  // Strong comparison (RFC 9110 §13.1.1): what is not exactly a tag of ours matches nothing.
  it.each([
    '',
    '1',
    'W/"1"',
    '"1", "2"',
    '"-1"',
    '"1e3"',
    '"1.0"',
    '"0x1"',
    "'1'",
    '"1234567890"',
    '"*"',
    '"1"x',
    '"١"',
  ])('%j matches nothing', async (tag) => {
    const match = async () => versionFrom(change, { 'if-match': tag });
    await expect(match).rejects.toMatchObject({ code: 'version-conflict' });
  });

  it('is not looked at where nothing is changed, or where nothing has a version', () => {
    expect(versionFrom(auth.findUser, {})).toEqual({});
    expect(versionFrom(auth.createRole, { 'if-match': '"1"' })).toEqual({});
  });
});
