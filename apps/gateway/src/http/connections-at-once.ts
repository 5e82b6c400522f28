import { BlockList, isIPv6, type Server, type Socket } from 'node:net';
import { networkOf } from '@citadel/platform';

/** One network may have half: one that merely keeps its connections open leaves the rest to others. */
const SHARE_OF_ONE = 2;

/**
 * Bounds the connections, and with them the memory for their TLS. One more is closed at once: before its handshake, which costs
 * more than anything else that a stranger may ask for.
 *
 * @param atMost - connections of all clients together; of one network a half
 * @param proxies - addresses and networks (CIDR) that hold connections for many clients, and are bounded together only
 */
export function boundConnections(server: Server, atMost: number, proxies: readonly string[]): void {
  server.maxConnections = atMost;
  const trusted = listOf(proxies);
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    // Of a client that has gone away already it is not known any more.
    const address = socket.remoteAddress ?? '';
    if (trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) return;
    const network = networkOf(address);
    const held = open.get(network) ?? 0;
    if (held >= Math.floor(atMost / SHARE_OF_ONE)) return void socket.destroy();
    open.set(network, held + 1);
    socket.once('close', () => {
      const left = (open.get(network) ?? 0) - 1;
      if (left > 0) open.set(network, left);
      else open.delete(network);
    });
  });
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
