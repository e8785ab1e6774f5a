// Drives the unmodified CometChat SDKs in headless Chromium against a running Rollcall.
// `conformance/run` starts the server and calls this; on its own it needs
//
//   BASE_HOST  host:port that serves HTTPS
//   APP_ID, REGION, AUTH_KEY, API_KEY  of an app there
//   CHROMIUM   the browser's path                                   (/usr/bin/chromium)
//   SDK        v3 or v4                                             (both)
//   OVERRIDE   what the SDKs get as their host override             (BASE_HOST, then BASE_HOST/v3.0)

import { BackEnd } from './back-end.mjs';
import { Browser } from './browser.mjs';
import { Report } from './report.mjs';
import { journey } from './journey.mjs';

const env = process.env;
for (const key of ['BASE_HOST', 'APP_ID', 'REGION', 'AUTH_KEY', 'API_KEY']) {
  if (!env[key]) {
    console.error(`${key} is not set; see the top of conformance.mjs`);
    process.exit(2);
  }
}

const app = { id: env.APP_ID, region: env.REGION, authKey: env.AUTH_KEY };
const sdks = env.SDK ? [env.SDK] : ['v3', 'v4'];
const overrides = env.OVERRIDE ? [env.OVERRIDE] : [env.BASE_HOST, `${env.BASE_HOST}/v3.0`];

const report = new Report();
const backEnd = new BackEnd(env.BASE_HOST, app.id, env.API_KEY);
const browser = await Browser.launch(env.CHROMIUM ?? '/usr/bin/chromium');
try {
  for (const override of overrides) {
    for (const sdk of sdks) {
      await journey({ sdk, override, app, browser, backEnd, report });
    }
  }
} finally {
  await browser.close();
}
process.exitCode = report.close();
