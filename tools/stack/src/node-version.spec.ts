import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { versionFault } from '../bootstrap/node-version.js';

const TOOLS = path.resolve(import.meta.dirname, '..');

describe('the version of Node.js', () => {
  it.each(['14.21.3', '18.20.8', '20.18.3', '21.7.3', '22.11.0', '23.11.1'])(
    '%s is refused with the versions that do, and what to install',
    (version) => {
      expect(versionFault(version)).toMatch(
        /^Citadel needs Node\.js 20\.19, 22\.12 or 24 or newer; this is [\d.]+\. Install .+ run the same command again\.$/,
      );
      expect(versionFault(version)).toContain(version);
    },
  );

  it.each(['20.19.0', '20.20.2', '22.12.0', '24.0.0', '25.1.0'])('%s is accepted', (version) => {
    expect(versionFault(version)).toBeUndefined();
  });

  it('is the one that package.json asks for', () => {
    const { engines } = JSON.parse(readFileSync(path.join(TOOLS, '../../package.json'), 'utf8')) as {
      engines: { node: string };
    };
    expect(engines.node).toBe('^20.19 || ^22.12 || >=24');
  });

  it('is looked at before anything that an old one cannot run, and costs one sentence', () => {
    const old = `Object.defineProperty(process.versions, 'node', { value: '18.20.8' })`;
    const preload = `data:text/javascript,${encodeURIComponent(old)}`;
    const parameters = ['--import', preload, path.join(TOOLS, 'bootstrap.js'), 'test'];
    const { status, stderr, stdout } = spawnSync(process.execPath, parameters, { encoding: 'utf8' });
    expect([status, stdout, stderr]).toEqual([1, '', `${String(versionFault('18.20.8'))}\n`]);
  });

  it('is read by files whose static imports an old one can resolve', () => {
    const entry = readFileSync(path.join(TOOLS, 'bootstrap.js'), 'utf8');
    const imports = [...entry.matchAll(/^import .* from '(.*)';$/gm)].map(([, file = '']) => file);
    expect(imports).toEqual(['./bootstrap/node-version.js']);
    expect(existsSync(path.join(TOOLS, 'bootstrap/node-version.js'))).toBe(true);
    expect(readFileSync(path.join(TOOLS, 'bootstrap/node-version.js'), 'utf8')).not.toMatch(
      /^import|await|import\.meta/m,
    );
  });
});
