import { connectionOf } from './connection.js';

describe('connectionOf', () => {
  it('takes a URL apart, decodes it and verifies the server', () => {
    expect(connectionOf('postgresql://me:p%40ss%2Fword@db.internal:6432/the%20ledger', 'PEM')).toEqual({
      host: 'db.internal',
      port: 6432,
      user: 'me',
      password: 'p@ss/word',
      database: 'the ledger',
      ssl: { ca: 'PEM', rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    });
  });

  it('knows the usual port and addresses in brackets', () => {
    expect(connectionOf('postgres://me:secret@[::1]/ledger', '')).toMatchObject({ host: '::1', port: 5432 });
  });

  it.each([
    ['turns TLS off', 'postgresql://me:secret@db/ledger?sslmode=disable', /TLS is always on/],
    ['has no password', 'postgresql://me@db/ledger', /must name host, user, password and database/],
    ['has no database', 'postgresql://me:secret@db', /must name host, user, password and database/],
    ['has another scheme', 'mysql://me:secret@db/ledger', /must look like postgresql:/],
    ['is no URL', 'me:secret', /must/],
  ])('refuses a URL that %s and does not repeat the password', (_, url, message) => {
    expect(() => connectionOf(url, '')).toThrow(message);
    expect(() => connectionOf(url, '')).not.toThrow(/me:secret/);
  });
});
