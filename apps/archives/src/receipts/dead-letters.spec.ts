import { randomUUID } from 'node:crypto';
import { deadLettersCommand, Inbox } from '@citadel/platform';
import { jest } from '@jest/globals';

import { type ArchivesForTest, archivesForTest } from '../testing/archives.js';

let archives: ArchivesForTest;
beforeAll(async () => {
  archives = await archivesForTest();
}, 60_000);
afterAll(() => archives?.close());

/** What the command says, and its exit code. */
async function command(...words: string[]): Promise<{ said: string; code: number }> {
  const lines: string[] = [];
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  try {
    process.exitCode = 0;
    await deadLettersCommand('archives', archives.prisma, words);
    return { said: lines.join(''), code: process.exitCode };
  } finally {
    spy.mockRestore();
    process.exitCode = 0;
  }
}

const putAside = async () => {
  const id = randomUUID();
  await new Inbox(archives.prisma).putAside({ consumer: 'archives_x', id, payload: '{}' }, 'No room\n'.repeat(200));
  return id;
};
const replayed = async () => {
  const letters = await archives.prisma.deadLetter.findMany({ where: { replay: true } });
  return letters.map(({ eventId }) => eventId).sort();
};

describe('npm run archives:events', () => {
  it('says that nothing is put aside', async () => {
    expect(await command()).toEqual({ said: 'archives has put no event aside.\n', code: 0 });
    expect(await command('replay', 'all')).toMatchObject({ said: 'There is nothing to replay.\n', code: 1 });
  });

  it('lists what is put aside and why, and says what to do next', async () => {
    const id = await putAside();
    const { said, code } = await command();
    expect(code).toBe(1);
    expect(said.split('\n')[0]).toMatch(new RegExp(`^\\S+Z  ${id}  archives_x  No room No room`));
    expect(said).toContain('npm run archives:events -- replay all');
  });

  it('has one event tried again, or all of them', async () => {
    const ids = [await putAside(), await putAside()];
    expect(await command('replay', ids[0] ?? '')).toMatchObject({ code: 0 });
    expect(await replayed()).toEqual([ids[0]]);
    expect((await command()).said).toMatch(new RegExp(`${ids[0] ?? ''}  archives_x  waits to be tried again`));
    await command('replay', 'all');
    expect(await replayed()).toEqual(expect.arrayContaining(ids));
  });

  it('changes nothing for an id that is not there, and explains itself when it is not understood', async () => {
    const before = await replayed();
    expect(await command('replay', randomUUID())).toMatchObject({
      said: 'No event with this id is put aside.\n',
      code: 1,
    });
    for (const words of [['replay'], ['forget', 'all']]) {
      expect(await command(...words)).toMatchObject({ said: expect.stringContaining('-- replay <id>'), code: 2 });
    }
    expect(await replayed()).toEqual(before);
  });
});
