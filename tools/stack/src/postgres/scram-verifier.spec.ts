import { createHmac } from 'node:crypto';

import { scramVerifier } from './scram-verifier.js';

it('makes the keys that the example of RFC 7677 §3 needs', () => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  const [mechanism, parameters, keys] = scramVerifier('pencil', salt).split('$');
  expect(mechanism).toBe('SCRAM-SHA-256');
  expect(parameters).toBe('4096:W22ZaJ0SNY7soEsUEjb6gQ==');
  const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
  const message = [
    'n=user,r=rOprNGfwEbeRWgbNEkqO',
    `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`,
    `c=biws,r=${nonce}`,
  ].join(',');
  const serverKey = Buffer.from(keys?.split(':')[1] ?? '', 'base64');
  const signature = createHmac('sha256', serverKey).update(message).digest('base64');
  expect(signature).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
});

it('never makes the same twice', () => {
  expect(scramVerifier('pencil')).not.toBe(scramVerifier('pencil'));
});
