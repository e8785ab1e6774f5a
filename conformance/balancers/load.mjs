import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What back ends and devices do through one balancer, counted. */
export class Load {
  #port;
  #app;
  #agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  #stopped = false;
  #workers = [];
  requests = 0;
  failures = [];

  constructor(port, app) {
    this.#port = port;
    this.#app = app;
  }

  start(workers, prefix) {
    this.#workers = Array.from({ length: workers }, (_, n) => this.#work(`${prefix}-${n}`));
  }

  async stop() {
    this.#stopped = true;
    await Promise.all(this.#workers);
    this.#agent.destroy();
  }

  async #work(uid) {
    for (let round = 0; !this.#stopped; round++) {
      try {
        await this.journey(uid, round, round % 2 === 0);
      } catch (error) {
        this.failures.push(error.message);
        await sleep(100);
      }
    }
  }

  /** Login, registration, list and logout, each of which must succeed. */
  async journey(uid, round, keepAlive = true) {
    const { id, authKey, apiKey } = this.#app;
    const call = (...request) => this.#call(keepAlive, ...request);
    if (round === 0) await call('POST', '/v3/users', { apiKey }, { uid, name: uid });
    const { authToken } = await call('POST', `/v3/users/${uid}/auth_tokens`, { apiKey: authKey }, {});
    const token = `${uid}-${round}`;
    await call('POST', '/v2/tokens', { authToken }, { fcmToken: token });
    const { android } = await call('GET', '/v2/tokens', { authToken });
    if (!android.includes(token)) throw new Error(`${token} is registered, but not in the list of ${id}`);
    await call('DELETE', '/v3.0/me', { authToken });
  }

  #call(keepAlive, method, path, credentials, body) {
    this.requests++;
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { appId: this.#app.id, ...credentials, 'Content-Length': Buffer.byteLength(text) };
    if (text) headers['Content-Type'] = 'application/json';
    const agent = keepAlive ? this.#agent : false;
    const options = { host: '127.0.0.1', port: this.#port, method, path, headers, agent };
    return new Promise((resolve, reject) => {
      const fail = (why) => reject(new Error(`${method} ${path}: ${why}`));
      const request = http.request(options, async (answer) => {
        try {
          const said = (await answer.toArray()).join('');
          if (answer.statusCode !== 200) return fail(`${answer.statusCode} ${said.slice(0, 200)}`);
          resolve(JSON.parse(said).data);
        } catch (error) {
          fail(error.message);
        }
      });
      request.on('error', (error) => fail(error.message)).end(text);
    });
  }
}
