import type { treasuryEvents } from '@citadel/contracts';
import type { EventOf } from '@citadel/protocol';

/** What a receipt says. It is a document like any other: what proves a transfer is the treasury's statement. */
export function receiptFor(transfer: EventOf<typeof treasuryEvents.transferSettled>) {
  const { id, from, to, amount, currency, memo, createdBy, settledAt } = transfer;
  const body = [
    `Amount: ${inMajorUnits(amount, currency)}`,
    `From account: ${from}`,
    `To account: ${to}`,
    `Ordered by: ${createdBy}`,
    `Settled at: ${settledAt}`,
    `Transfer: ${id}`,
    ...(memo === null ? [] : [`Memo: ${memo}`]),
  ].join('\n');
  return {
    title: `Receipt for transfer ${id}`,
    body,
    format: 'text',
    tags: ['receipt'],
    clearance: 'restricted',
  } as const;
}

/** `12.34 EUR`: as many decimal places as the currency has (ISO 4217). */
export function inMajorUnits(amount: number, currency: string): string {
  const { maximumFractionDigits: places = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  const digits = String(amount).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  return `${places === 0 ? digits : `${whole}.${digits.slice(-places)}`} ${currency}`;
}
