import { welcome } from './welcome.js';

const citizen = { email: 'citizen@citadel.test', password: 'correct-horse', roles: ['citizen'] };
const text = welcome({ gateway: 'https://localhost:1', ca: '/ca.pem', users: [citizen] });

describe('the welcome text', () => {
  it('says where everything is and who may log in', () => {
    for (const part of ['https://localhost:1', '/ca.pem', 'citizen', 'npm run -s stack password']) {
      expect(text).toContain(part);
    }
  });

  it('shows no password, because a terminal keeps what it shows', () => {
    expect(text).not.toContain(citizen.password);
  });
});
