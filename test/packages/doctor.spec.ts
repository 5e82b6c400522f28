import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const DOCTOR = path.resolve(import.meta.dirname, '../../tools/doctor');
const PATIENCE_MS = 5 * 60_000;

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'citadel-doctor-'));
  const npm = (...parameters: string[]) => promisify(execFile)('npm', parameters, { cwd: folder });
  await npm('pack', '--silent', DOCTOR);
  const tarballs = readdirSync(folder).map((name) => `./${name}`);
  await npm('install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs);
}, PATIENCE_MS);

afterAll(() => {
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** What the installed command says, and how it ends. */
function doctor(...parameters: string[]): { code: number | null; said: string } {
  const command = path.join(folder, 'node_modules/.bin/doctor');
  const options = { cwd: path.join(DOCTOR, 'fixtures'), encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(command, parameters, options);
  return { code: status, said: stdout + stderr };
}

describe('the doctor, installed from its package', () => {
  it('holds what runs, a README and the licence', () => {
    const installed = readdirSync(path.join(folder, 'node_modules/@citadel/doctor'));
    expect(installed.sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
  });

  it('ends with 0 for an application in which it finds nothing', () => {
    const { code, said } = doctor('clean/hybrid');
    expect(said).toContain('1 application (src/main.ts), 2 handlers.');
    expect(said).toContain('Nothing that the doctor knows of stands open.');
    expect(code).toBe(0);
  });

  it('ends with 1 for one that stands open, and says what its README shows', () => {
    const { code, said } = doctor('faulty/hybrid');
    expect(said).toContain('src/main.ts:7:3  unguarded-hybrid\n');
    expect(readFileSync(path.join(DOCTOR, 'README.md'), 'utf8')).toContain(said);
    expect(code).toBe(1);
  });

  it('gives the same as JSON', () => {
    const { code, said } = doctor('faulty/hybrid', '--json');
    expect(JSON.parse(said)).toMatchObject({ findings: [{ rule: 'unguarded-hybrid', place: 'src/main.ts:7:3' }] });
    expect(code).toBe(1);
  });

  it.each([[['no-such-folder']], [['--no-such-option']], [['clean', 'faulty']]])(
    'ends with 2 and its usage for %j',
    (parameters) => {
      const { code, said } = doctor(...parameters);
      expect(said).toContain('Usage: doctor [folder or tsconfig.json]');
      expect(code).toBe(2);
    },
  );
});
