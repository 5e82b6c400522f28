import { z } from 'zod';

import { consumerName, event, events } from './event.js';

const payload = { id: z.uuid() };
const { doorOpened, doorOpenedAgain } = events('tower', {
  doorOpened: event({ summary: 'A door was opened', payload }),
  doorOpenedAgain: event({ summary: 'A door was opened', payload, version: 2 }),
});

describe('events()', () => {
  it('gives each event the subject of its service, and another one for each version', () => {
    expect(doorOpened).toMatchObject({ id: 'tower.doorOpened', service: 'tower', subject: 'events.tower.door-opened' });
    expect(doorOpenedAgain.subject).toBe('events.tower.door-opened-again-v2');
  });

  it('lets a consumer read a message that has more members than it knows, and refuses one that lacks some', () => {
    const id = '018f0000-0000-7000-8000-000000000000';
    expect(doorOpened.message.parse({ id, by: 'nobody' })).toEqual({ id });
    expect(doorOpened.message.safeParse({ by: 'nobody' }).success).toBe(false);
  });
});

describe('consumerName()', () => {
  it('differs by service and by event, and has no character that JetStream refuses in a name', () => {
    expect(consumerName('archives', doorOpened)).toBe('archives_tower_door-opened');
    expect(consumerName('treasury', doorOpened)).toBe('treasury_tower_door-opened');
    expect(consumerName('archives', doorOpenedAgain)).toBe('archives_tower_door-opened-again-v2');
  });
});
