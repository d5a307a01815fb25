// A real OpenID Connect provider on loopback: prints its port, ends with the test or after LIFE seconds.
// Anybody signs in as the login they type; accounts say what they are below.

import Provider from "oidc-provider";
import { createServer } from "node:http";
import { generateKeyPairSync } from "node:crypto";

const LIFE = 600;
const BACK = process.argv[2];
const accounts = {
  an: { email: "an@dongvan.example", email_verified: true },
  chi: { email: "Chi@meovac.example", email_verified: true },
  crook: { email: "chi@meovac.example", email_verified: false },
  mailless: {},
};

setTimeout(() => process.exit(3), LIFE * 1000).unref();
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [{ client_id: "tinhso", client_secret: "a secret of the tests/+", redirect_uris: [BACK] }],
    jwks: { keys: [{ ...key, kid: "one", use: "sig", alg: "RS256" }] },
    cookies: { keys: ["of the tests"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    pkce: { required: () => true },
    findAccount: async (_, id) => ({ accountId: id, claims: async () => ({ sub: id, ...accounts[id] }) }),
    ttl: { IdToken: 3600, AuthorizationCode: 60, Session: 3600, Interaction: 600, Grant: 3600, AccessToken: 600 },
  });
  server.on("request", provider.callback());
  console.log(port);
});
