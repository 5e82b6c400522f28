import { AsyncResource } from 'node:async_hooks';

/** Milliseconds that a request waits for its turn; longer, and it is better to say that there is none. */
const PATIENCE_MS = 700;

/** One network may have a quarter: one that sends bodies slowly, or simply much, leaves the rest to others. */
const SHARE_OF_ONE = 4;

/** Requests that may wait for each that may be under way: of those that wait only the headers have been read. */
const WAITING_FOR_EACH = 8;

interface Waiting {
  readonly start: () => void;
  readonly timer: NodeJS.Timeout;
}

interface Network {
  readonly name: string;
  running: number;
  /** In the order in which they came. */
  readonly waiting: Set<Waiting>;
}

/**
 * Which requests are served at once, which wait, and which are refused. A burst is served a little later, and clients that ask
 * again at once when they are refused cost little. Networks that wait take turns, so that one with a thousand requests does not
 * keep another from being served.
 */
export class RequestLine {
  private readonly networks = new Map<string, Network>();
  /** Networks that wait; the first has the next turn. */
  private readonly turns = new Set<Network>();
  private running = 0;
  private waiting = 0;

  /** @param atMost - requests that are under way together; of one network a quarter */
  constructor(private readonly atMost: number) {}

  /**
   * @param start - called at once, or when it is this request's turn
   * @param refuse - called instead: at once if too many wait already, or when it has waited for too long
   * @returns what ends the request, whatever has become of it; to call it again does nothing
   */
  enter(name: string, start: () => void, refuse: () => void): () => void {
    const network = this.networks.get(name) ?? { name, running: 0, waiting: new Set() };
    if (this.hasRoomFor(network)) return this.run(network, start);
    const mayWait = this.atMost * WAITING_FOR_EACH;
    if (this.waiting < mayWait && network.waiting.size < mayWait / SHARE_OF_ONE) {
      return this.wait(network, start, refuse);
    }
    refuse();
    return () => undefined;
  }

  private hasRoomFor({ running }: Network): boolean {
    return this.running < this.atMost && running < this.atMost / SHARE_OF_ONE;
  }

  private run(network: Network, start: () => void): () => void {
    this.networks.set(network.name, network);
    this.running += 1;
    network.running += 1;
    let isOver = false;
    start();
    return () => {
      if (isOver) return;
      isOver = true;
      this.running -= 1;
      network.running -= 1;
      this.forgetIdle(network);
      this.startNext();
    };
  }

  private wait(network: Network, start: () => void, refuse: () => void): () => void {
    let end = () => this.stopWaiting(network, waiting);
    const timer = setTimeout(() => {
      this.stopWaiting(network, waiting);
      refuse();
    }, PATIENCE_MS);
    // It goes on when another request ends, and must not be taken for that one in the log.
    const inItsContext = AsyncResource.bind(start);
    const waiting: Waiting = { timer, start: () => void (end = this.run(network, inItsContext)) };
    this.networks.set(network.name, network);
    this.turns.add(network);
    network.waiting.add(waiting);
    this.waiting += 1;
    return () => end();
  }

  private stopWaiting(network: Network, waiting: Waiting): void {
    if (!network.waiting.delete(waiting)) return;
    clearTimeout(waiting.timer);
    this.waiting -= 1;
    if (network.waiting.size === 0) this.turns.delete(network);
    this.forgetIdle(network);
  }

  private startNext(): void {
    for (const network of this.turns) {
      if (this.running >= this.atMost) return;
      const [first] = network.waiting;
      // No more than four networks have their quarter, so few are passed over.
      if (!first || !this.hasRoomFor(network)) continue;
      this.turns.delete(network);
      this.stopWaiting(network, first);
      if (network.waiting.size > 0) this.turns.add(network);
      first.start();
    }
  }

  private forgetIdle({ name, running, waiting }: Network): void {
    if (running === 0 && waiting.size === 0) this.networks.delete(name);
  }
}
