import fs from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { Device } from './device.mjs';

const require = createRequire(import.meta.url);
const SCRIPTS = {
  v3: require.resolve('@cometchat-pro/chat'),
  v4: require.resolve('@cometchat/chat-sdk-javascript'),
};

/** Chromium, and a site whose pages hold an SDK and nothing else. */
export class Browser {
  #chromium;
  #site;

  static async launch(executablePath) {
    // Served from another origin than the API, so that the SDKs' calls need real CORS.
    const site = http.createServer(serve).listen(0, '127.0.0.1');
    await once(site, 'listening');
    const browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox', // it may run as root, and sees only our own pages
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    });
    return new Browser(browser, site);
  }

  constructor(browser, site) {
    this.#chromium = browser;
    this.#site = site;
  }

  /** A device is a browser profile: it shares no storage with any other. */
  async device(name, sdk, settings) {
    const profile = await this.#chromium.newContext({ ignoreHTTPSErrors: true });
    const page = await profile.newPage();
    const device = new Device(name, page, settings);
    await page.goto(`http://127.0.0.1:${this.#site.address().port}/${sdk}.html`);
    return device;
  }

  async close() {
    await this.#chromium.close();
    this.#site.close();
  }
}

function serve(request, response) {
  const [, sdk, kind] = /^\/(v[34])\.(html|js)$/.exec(request.url) ?? [];
  if (kind === 'html') {
    response.setHeader('Content-Type', 'text/html');
    response.end(`<!doctype html><link rel="icon" href="data:,"><script src="/${sdk}.js"></script>`);
  } else if (kind === 'js') {
    response.setHeader('Content-Type', 'text/javascript');
    fs.createReadStream(SCRIPTS[sdk]).pipe(response);
  } else {
    response.writeHead(404).end();
  }
}
