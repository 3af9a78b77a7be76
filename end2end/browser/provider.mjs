// A real OpenID provider on loopback, whose token endpoint can be made to lie: the test owns its keys.
import { createServer, request as ask } from 'node:http';
import { SignJWT, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

export const CLIENT = { id: 'baton', secret: 'secret-of-the-browser-tests' };

async function key(kid) {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' } };
}

const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const read = async (stream) => {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
};

/**
 * Starts a provider. `people` holds the claims of each name; whoever types a name is signed in as him.
 * `lie.claims(claims)` changes what the ID token says before it is signed again, `lie.key` and `lie.kid` sign it with
 * another key or name, `lie.token` is handed out instead, `lie.body(form)` changes what the provider is asked, and
 * `lie.stop` keeps the browser from going back; `callback` then holds where it was to go.
 */
export async function provider(people) {
  const own = await key('own');
  const stranger = await key('stranger');
  const it = { people, own, stranger, lie: {}, tokens: [] };
  let inner;
  let port;
  const outside = createServer(async (request, response) => {
    let body = await read(request);
    const isToken = request.method === 'POST' && request.url === '/token';
    if (isToken && it.lie.body) {
      const form = new URLSearchParams(body.toString());
      it.lie.body(form);
      body = Buffer.from(form.toString());
    }
    const headers = { ...request.headers, 'content-length': body.length };
    const onward = ask({ port: inner, host: '127.0.0.1', method: request.method, path: request.url, headers });
    onward.on('error', () => response.writeHead(502).end());
    onward.on('response', async (answer) => {
      let said = await read(answer);
      const to = answer.headers.location ?? '';
      if (it.lie.stop && to.includes('/oidc/callback?')) {
        it.callback = to;
        response.writeHead(200, { 'content-type': 'text/html' }).end('<title>stopped</title>');
        return;
      }
      if (isToken && answer.statusCode === 200) said = Buffer.from(JSON.stringify(await told(JSON.parse(said))));
      response.writeHead(answer.statusCode, { ...answer.headers, 'content-length': said.length });
      response.end(said);
    });
    onward.end(body);
  });
  async function told(tokens) {
    it.tokens.push(tokens.id_token);
    const { claims, key: signer = own, kid = signer.kid, token } = it.lie;
    if (token) return { ...tokens, id_token: token };
    if (!claims && signer === own && kid === own.kid) return tokens;
    const head = { ...decodeProtectedHeader(tokens.id_token), kid };
    const payload = decodeJwt(tokens.id_token);
    claims?.(payload);
    const lied = await new SignJWT(payload).setProtectedHeader(head).sign(signer.privateKey);
    return { ...tokens, id_token: lied };
  }
  port = await listen(outside);
  it.issuer = `http://127.0.0.1:${port}`;

  /** Makes the provider know where the program is, which had to know first where the provider is. */
  it.serve = async (base) => {
    const made = new Provider(it.issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [`${base}/oidc/callback`],
          response_types: ['code'],
          grant_types: ['authorization_code'],
        },
      ],
      jwks: { keys: [own.jwk] },
      cookies: { keys: ['browser tests'] },
      claims: { openid: ['sub'], profile: ['employee_number', 'groups'] },
      pkce: { required: () => true },
      features: { devInteractions: { enabled: true } },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...it.people[id] }) }),
      // Nobody is asked whether Baton may know his name.
      loadExistingGrant: async (ctx) => {
        const grant = new ctx.oidc.provider.Grant({ clientId: CLIENT.id, accountId: ctx.oidc.session.accountId });
        grant.addOIDCScope('openid profile');
        await grant.save();
        return grant;
      },
    });
    const inside = createServer(made.callback());
    inner = await listen(inside);
    it.end = () => [outside, inside].forEach((server) => server.close() && server.closeAllConnections());
  };
  return it;
}

/** Takes connections and never answers. */
export async function silent() {
  const server = createServer(() => {});
  const port = await listen(server);
  return { issuer: `http://127.0.0.1:${port}`, end: () => server.close() && server.closeAllConnections() };
}
