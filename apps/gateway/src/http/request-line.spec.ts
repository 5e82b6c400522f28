import fc from 'fast-check';

import { RequestLine } from './request-line.js';

const AT_MOST = 8;
const OF_ONE = 2;

interface Request {
  readonly network: string;
  state: 'waiting' | 'running' | 'refused';
  end: () => void;
}

function entering(line: RequestLine, seen: Request[] = []) {
  return (network: string): Request => {
    const request: Request = { network, state: 'waiting', end: () => undefined };
    seen.push(request);
    request.end = line.enter(
      network,
      () => (request.state = 'running'),
      () => (request.state = 'refused'),
    );
    return request;
  };
}

const statesOf = (requests: readonly Request[]) => requests.map(({ state }) => state);
const many = <T>(count: number, make: () => T) => Array.from({ length: count }, make);

describe('a line of requests', () => {
  it('serves those of a network in their order, as others of it end', () => {
    const enter = entering(new RequestLine(AT_MOST));
    const requests = many(5, () => enter('a'));
    expect(statesOf(requests)).toEqual(['running', 'running', 'waiting', 'waiting', 'waiting']);
    requests[1]?.end();
    requests[1]?.end();
    expect(statesOf(requests)).toEqual(['running', 'running', 'running', 'waiting', 'waiting']);
    requests.forEach(({ end }) => end());
  });

  it('lets networks take turns, however many of their requests wait', () => {
    const enter = entering(new RequestLine(AT_MOST));
    const full = ['w', 'x', 'y', 'z'].flatMap((network) => many(OF_ONE, () => enter(network)));
    const [busy, modest] = [many(10, () => enter('busy')), many(2, () => enter('modest'))];
    full.slice(0, 4).forEach(({ end }) => end());
    expect([...statesOf(busy).slice(0, 3), ...statesOf(modest)]).toEqual([
      'running',
      'running',
      'waiting',
      'running',
      'running',
    ]);
    [...full, ...busy, ...modest].forEach(({ end }) => end());
  });

  it('forgets a request whose client goes away while it waits', () => {
    const enter = entering(new RequestLine(AT_MOST));
    const [first, , gone, last] = many(4, () => enter('a'));
    gone?.end();
    first?.end();
    expect([gone?.state, last?.state]).toEqual(['waiting', 'running']);
    last?.end();
  });

  it('refuses at once what is too much to wait: a quarter of the line for one network', () => {
    const seen: Request[] = [];
    const enter = entering(new RequestLine(AT_MOST), seen);
    many(100, () => enter('a'));
    expect(seen.filter(({ state }) => state === 'waiting')).toHaveLength(16);
    expect(seen.filter(({ state }) => state === 'refused')).toHaveLength(100 - 16 - OF_ONE);
    ['b', 'c', 'd', 'e', 'f'].forEach((network) => many(100, () => enter(network)));
    expect(seen.filter(({ state }) => state === 'waiting')).toHaveLength(64);
    expect(seen.filter(({ state }) => state === 'running')).toHaveLength(AT_MOST);
    seen.forEach(({ end }) => end());
  });

  it('never has more under way than it may, serves while there is room, and is empty when all have ended', () => {
    const steps = fc.array(
      fc.oneof(
        fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f').map((network) => ({ network })),
        fc.nat(200).map((index) => ({ index })),
      ),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(steps, (taken) => {
        const line = new RequestLine(AT_MOST);
        const seen: Request[] = [];
        const over = new Set<Request>();
        const enter = entering(line, seen);
        const running = (network?: string) =>
          seen.filter((one) => one.state === 'running' && !over.has(one) && (!network || one.network === network))
            .length;
        for (const step of taken) {
          if ('network' in step) enter(step.network);
          else {
            const one = seen[step.index % Math.max(1, seen.length)];
            if (one) over.add(one);
            one?.end();
          }
          expect(running()).toBeLessThanOrEqual(AT_MOST);
          for (const { network, state } of seen.filter((one) => !over.has(one))) {
            expect(running(network)).toBeLessThanOrEqual(OF_ONE);
            const hasRoom = running() < AT_MOST && running(network) < OF_ONE;
            expect(state === 'waiting' && hasRoom).toBe(false);
          }
        }
        seen.forEach((one) => {
          over.add(one);
          one.end();
        });
        const again = many(OF_ONE, () => enter('a'));
        expect(statesOf(again)).toEqual(['running', 'running']);
        again.forEach(({ end }) => end());
      }),
    );
  });
});
