const TRAIL = 4;

/** One browser profile with an SDK in it. Its calls run in the page, on the SDK's own globals. */
export class Device {
  #page;
  #settings;
  #exchanges = [];

  constructor(name, page, settings) {
    this.name = name;
    this.#page = page;
    this.#settings = settings;
    page.on('requestfinished', (request) => this.#record(request));
    page.on('requestfailed', (request) => this.#record(request));
  }

  init() {
    const { appId, region, override } = this.#settings;
    return this.call(
      (appId, region, host) =>
        CometChat.init(
          appId,
          new CometChat.AppSettingsBuilder()
            .setRegion(region)
            .overrideAdminHost(host)
            .overrideClientHost(host)
            .autoEstablishSocketConnection(false)
            .build(),
        ),
      appId,
      region,
      override,
    );
  }

  /** With a uid and an auth key, or with an auth token alone. */
  login(...credentials) {
    return this.call((...credentials) => CometChat.login(...credentials), ...credentials);
  }

  logout() {
    return this.call(() => CometChat.logout());
  }

  extension(method, endpoint, body = null) {
    return this.call(
      (method, endpoint, body) => CometChat.callExtension('push-notification', method, endpoint, body),
      method,
      endpoint,
      body,
    );
  }

  register(tokens) {
    return this.extension('POST', 'v2/tokens', tokens);
  }

  remove(all) {
    return this.extension('DELETE', 'v2/tokens', { all });
  }

  list() {
    return this.extension('GET', 'v2/tokens');
  }

  /** Every token of the user, whatever list it is in. */
  async tokens() {
    const { ios, web, android } = await this.list();
    return [...ios, ...web, ...android];
  }

  reload() {
    return this.#page.reload();
  }

  pause(milliseconds) {
    return this.#page.waitForTimeout(Math.max(0, milliseconds));
  }

  close() {
    return this.#page.context().close();
  }

  /** What the SDK throws crosses over from the page as plain data, and is thrown here again. */
  async call(body, ...args) {
    const { value, error } = await this.#page.evaluate(
      async ([source, args]) => {
        try {
          const value = await new Function('args', `return (${source})(...args)`)(args);
          return { value: JSON.parse(JSON.stringify(value ?? null)) };
        } catch (thrown) {
          const { code, message } = thrown.error ?? thrown; // a failed fetch is one level deeper
          return { error: { code, message } };
        }
      },
      [String(body), args],
    );
    if (error) throw new SdkError(error.code, error.message);
    return value;
  }

  /** The last exchanges with the server, for whoever has to find out why a step failed. */
  trail() {
    return this.#exchanges.slice(-TRAIL).map((line) => `${this.name}: ${line}`);
  }

  async #record(request) {
    if (request.url().startsWith('http://127.0.0.1')) return; // our own page
    const sent = `${request.method()} ${request.url()} ${request.postData() ?? ''}`;
    const at = this.#exchanges.push(sent) - 1;
    const response = await request.response().catch(() => null);
    const body = (await response?.text().catch(() => '')) ?? '';
    const answer = response ? `${response.status()} ${body.slice(0, 300)}` : request.failure()?.errorText;
    this.#exchanges[at] = `${sent} -> ${answer}`;
  }
}

export class SdkError extends Error {
  constructor(code, message) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}
