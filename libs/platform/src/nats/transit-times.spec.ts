import { TransitTimes } from './transit-times.js';

const SECOND = 1_000;
const patience = 5 * SECOND;

/** Two machines whose clocks begin at different times, and messages between them that take as long as a spec says. */
function machines() {
  let time = 0;
  let paused = 0;
  const times = new TransitTimes(() => 7_000_000 + time);
  return {
    pass: (ms: number) => void (time += ms),
    /** The sender's machine stands still, and its clock with it. */
    suspendSender: (ms: number) => void (time += paused = ms),
    /** @returns the time that is left when a message comes that has taken so long */
    receive: (took: number, sender = 'gateway') =>
      times.timeLeft(sender, { sentAt: 40 + time - paused - took, patience }),
  };
}

describe('the time that is left to a caller', () => {
  it('is what it waits, less what its message has taken beyond the fastest', () => {
    const { receive } = machines();
    expect([receive(30), receive(20), receive(1_020), receive(5_019), receive(5_020), receive(9_020)]).toEqual([
      5_000, 5_000, 4_000, 1, 0, -4_000,
    ]);
  });

  it('is never more than it waits', () => {
    const { receive } = machines();
    receive(1_000);
    expect(receive(0)).toBe(patience);
  });

  it('is over for everything that has piled up while the service stood still, however long', () => {
    const { pass, receive } = machines();
    receive(0);
    pass(100 * SECOND);
    expect([receive(9 * SECOND), receive(8 * SECOND), receive(6 * SECOND), receive(0)]).toEqual([
      -4_000, -3_000, -1_000, 5_000,
    ]);
  });

  it('is another sender’s own affair', () => {
    const { receive } = machines();
    receive(0, 'one');
    expect(receive(900 * SECOND, 'another')).toBe(patience);
    expect(receive(1 * SECOND, 'one')).toBe(4_000);
  });

  it('is right again soon after the sender’s machine was suspended, and at once after a long silence', () => {
    const { pass, suspendSender, receive } = machines();
    receive(0);
    suspendSender(7 * SECOND);
    expect(receive(0)).toBeLessThan(0);
    pass(10 * SECOND);
    receive(0);
    pass(10 * SECOND);
    expect(receive(0)).toBe(patience);

    const silent = machines();
    silent.receive(0);
    silent.suspendSender(600 * SECOND);
    expect(silent.receive(0)).toBe(patience);
  });

  it('is not kept for more than a thousand senders: the next ones seem to be in time', () => {
    const { receive } = machines();
    for (let sender = 0; sender < 1_000; sender += 1) receive(0, `sender ${String(sender)}`);
    receive(0, 'one more');
    expect([receive(60 * SECOND, 'one more'), receive(60 * SECOND, 'sender 1')]).toEqual([patience, -55_000]);
  });
});
