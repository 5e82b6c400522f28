import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';

import { type ArchivesForTest, archivesForTest, somebody } from '../testing/archives.js';
import { inMajorUnits } from './receipt.js';
import { ReceiptsService } from './receipts.service.js';

Logger.overrideLogger(false);

let archives: ArchivesForTest;
beforeAll(async () => {
  archives = await archivesForTest();
}, 60_000);
afterAll(() => archives?.close());

const transferBy = (payer: string | null) => ({
  id: randomUUID(),
  from: randomUUID(),
  to: randomUUID(),
  amount: 123_456,
  currency: 'EUR' as const,
  memo: 'For the bridge',
  payer,
  createdBy: randomUUID(),
  settledAt: '2026-12-01T10:00:00.000Z',
});
const file = (transfer: ReturnType<typeof transferBy>) =>
  archives.prisma.$transaction((transaction) => new ReceiptsService().fileReceipt(transfer, transaction));

describe('a receipt', () => {
  it('is a document of the payer, says what the transfer was, and is read by no other citizen', async () => {
    const payer = somebody('citizen', 'restricted');
    const transfer = transferBy(payer.id);
    await file(transfer);
    const { items } = await archives.documents.list({ limit: 10 }, payer);
    expect(items).toMatchObject([
      { ownerId: payer.id, title: `Receipt for transfer ${transfer.id}`, tags: ['receipt'] },
    ]);
    const id = items[0]?.id ?? '';
    const { body, authorId } = await archives.documents.read(id, payer);
    expect(authorId).toBe(transfer.createdBy);
    expect(body.split('\n')).toEqual([
      'Amount: 1234.56 EUR',
      `From account: ${transfer.from}`,
      `To account: ${transfer.to}`,
      `Ordered by: ${transfer.createdBy}`,
      'Settled at: 2026-12-01T10:00:00.000Z',
      `Transfer: ${transfer.id}`,
      'Memo: For the bridge',
    ]);
    await expect(archives.documents.read(id, somebody('citizen', 'sealed'))).rejects.toMatchObject({
      code: 'document-not-found',
    });
  });

  it('is not filed for money that was issued: there is no payer', async () => {
    const before = await archives.prisma.document.count();
    await file(transferBy(null));
    expect(await archives.prisma.document.count()).toBe(before);
  });

  it('is left out when its payer has no room for documents, and holds up no other one', async () => {
    const payer = randomUUID();
    await archives.asOwner(
      `INSERT INTO holdings (owner_id, bytes) VALUES ('${payer}', ${String(64 * 1024 * 1024 - 4_000)})`,
    );
    await file(transferBy(payer));
    expect(await archives.prisma.document.count({ where: { ownerId: payer } })).toBe(0);
  });

  it.each([
    [5, 'EUR', '0.05 EUR'],
    [100, 'CHF', '1.00 CHF'],
    [1_000_000_000_000, 'USD', '10000000000.00 USD'],
    [7, 'JPY', '7 JPY'],
  ])('names %d minor units of %s as %s', (amount, currency, text) => {
    expect(inMajorUnits(amount, currency)).toBe(text);
  });
});
