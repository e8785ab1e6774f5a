import https from 'node:https';

/** The app's own back end: makes users and auth tokens over REST. */
export class BackEnd {
  #host;
  #headers;

  constructor(host, appId, apiKey) {
    this.#host = host;
    this.#headers = { appId, apiKey, 'Content-Type': 'application/json' };
  }

  async makeUser(uid) {
    await this.#post('/v3/users', { uid, name: uid });
  }

  async makeAuthToken(uid) {
    const { authToken } = await this.#post(`/v3/users/${uid}/auth_tokens`, { force: true });
    return authToken;
  }

  // Not fetch, which cannot be told to accept a development certificate.
  #post(path, body) {
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', headers: this.#headers, rejectUnauthorized: false };
      const request = https.request(`https://${this.#host}${path}`, options, async (response) => {
        const text = (await response.toArray()).join('');
        const data = response.statusCode === 200 || response.statusCode === 201 ? JSON.parse(text).data : null;
        if (data) resolve(data);
        else reject(new Error(`POST ${path} gave ${response.statusCode}: ${text}`));
      });
      request.on('error', reject).end(JSON.stringify(body));
    });
  }
}
