// Runs all browser tests with one server and one browser.
import { after } from 'node:test';

process.env.BATON_SHARED = 'yes';
const { end } = await import('./harness.mjs');
after(end);
await import('./routes.test.mjs');
await import('./flows.test.mjs');
await import('./oidc.test.mjs');
await import('./mail.test.mjs');
await import('./round.test.mjs');
await import('./round.api.test.mjs');
