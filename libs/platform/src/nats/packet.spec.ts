import { parsePacket } from './packet.js';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a packet', () => {
  it('is data and an id', () => {
    expect(parsePacket(bytes('{"pattern":"a.b","data":{"x":1},"id":"7"}'))).toEqual({ data: { x: 1 }, id: '7' });
    expect(parsePacket(bytes('{"data":null}'))).toEqual({ data: null, id: undefined });
    expect(parsePacket(bytes('{"data":0,"id":7}'))).toEqual({ data: 0, id: undefined });
  });

  it.each([
    ['nothing', bytes('')],
    ['no JSON', bytes('{')],
    ['a list', bytes('[{"data":1}]')],
    ['text', bytes('"data"')],
    ['null', bytes('null')],
    ['no data', bytes('{"id":"7"}')],
    ['no UTF-8', Buffer.from('{"data":"\xff"}', 'latin1')],
    ['more than the server takes', bytes(`{"data":"${'x'.repeat(2 * 1024 * 1024)}"}`)],
  ])('is not %s', (_, value) => {
    expect(parsePacket(value)).toBeUndefined();
  });
});
