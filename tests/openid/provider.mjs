// A real provider of OpenID Connect (npm's oidc-provider) for tests/openid_test.py. Whoever types a name into its form is that name. Its keys are made
// at each start, so that a start is a change of keys. Says "ready" on standard output; ends with its standard input.
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const { port, tamga, algorithm, secret, inToken } = JSON.parse(process.argv[2]);
const kinds = { RS256: ['rsa', { modulusLength: 2048 }], ES256: ['ec', { namedCurve: 'P-256' }], EdDSA: ['ed25519', {}] };
const keys = Object.entries(kinds).map(([alg, [kind, options]]) => ({ ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), alg, use: 'sig' }));

const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    {
      client_id: 'tamga',
      ...(secret ? { client_secret: secret } : { token_endpoint_auth_method: 'none' }),
      redirect_uris: [`${tamga}/v1/session/openid/callback`],
      post_logout_redirect_uris: [`${tamga}/`],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      id_token_signed_response_alg: algorithm,
    },
  ],
  jwks: { keys },
  enabledJWA: { idTokenSigningAlgValues: Object.keys(kinds) },
  pkce: { methods: ['S256'], required: () => true },
  claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: !inToken,
  cookies: { keys: ['only for tests'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id, email: `${id}@example.kz`, email_verified: id !== 'unverified' }),
  }),
  // Nobody is asked whether the client may know their name.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
});
provider.on('server_error', (_, error) => console.error(error));
provider.listen(port, 'localhost', () => console.log('ready'));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
