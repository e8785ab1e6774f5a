// Restarts two nodes under load behind HAProxy, nginx and Apache. `run` starts PostgreSQL and calls this with
//
//   DATABASE   an empty PostgreSQL database
//   WORK       a folder for logs, configurations and data
//   LAUNCHER   the program that serves

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import { promisify } from 'node:util';
import { Report } from '../report.mjs';
import { apache, haproxy, nginx, plainHaproxy, plainNginx } from './configurations.mjs';
import { Load } from './load.mjs';
import { Program, freePorts, until } from './processes.mjs';

const { DATABASE, WORK, LAUNCHER } = process.env;
const run = promisify(execFile);
const app = { id: 'balanced', authKey: 'the-auth-key-of-the-run', apiKey: 'the-api-key-of-the-run' };
const [nodeA, nodeB, ready, options, upstream, plain, proxy] = await freePorts(7);
const ports = [nodeA, nodeB];
const report = new Report();
const started = [];

function start(name, command, args, env) {
  const program = new Program(name, `${WORK}/${name}.log`, command, args, env);
  started.push(program);
  return program;
}

function file(name, text) {
  writeFileSync(`${WORK}/${name}`, text);
  return `${WORK}/${name}`;
}

async function startNode(name, port) {
  const env = { ROLLCALL_APP_ID: app.id, ROLLCALL_AUTH_KEY: app.authKey, ROLLCALL_API_KEY: app.apiKey };
  const args = ['serve', '--bind', '127.0.0.1', '--http-port', port, '--https-port', 0, '--data', `${WORK}/${name}`];
  const node = start(name, LAUNCHER, [...args, '--database', DATABASE], env);
  await node.isUp(port, '/health/ready');
  return node;
}

/** What HAProxy found at each check of each node: the state with the result of the last check. */
async function haproxySees(socket) {
  const connection = net.connect(socket);
  connection.end('show stat\n');
  const lines = (await connection.toArray()).join('').split('\n').map((line) => line.split(','));
  const column = (name) => lines[0].indexOf(name);
  return lines
    .filter((line) => /^node\d$/.test(line[1]))
    .map((line) => `${line[column('status')]} ${line[column('check_status')]}/${line[column('check_code')]}`);
}

const balancers = [
  { name: 'HAProxy, GET /health/ready', port: ready, socket: `${WORK}/ready.sock` },
  { name: 'HAProxy, plain option httpchk', port: options, socket: `${WORK}/options.sock` },
  { name: 'nginx', port: upstream },
  { name: 'nginx with HTTP/1.0', port: plain },
  { name: 'Apache', port: proxy },
].map((balancer) => ({ ...balancer, load: new Load(balancer.port, app) }));
const trail = (balancer) => () => [...new Set(balancer.load.failures)].slice(0, 10);
const logs = () => started.flatMap((it) => it.log());

async function curl(...args) {
  const { stdout } = await run('curl', ['-s', '--max-time', '5', '-w', '\n%{http_code} %{http_version}', ...args]).catch(
    (error) => error,
  );
  return stdout.split('\n').at(-1);
}

async function expectCurl(wanted, ...args) {
  const said = await curl(...args);
  if (said !== wanted) throw new Error(`'${said}', not '${wanted}'`);
  return said;
}

async function clients() {
  const live = `http://127.0.0.1:${nodeA}/health/live`;
  const notify = `http://127.0.0.1:${nodeA}/v1/notifications`;
  const body = ['-d', JSON.stringify({ x: 'x'.repeat(2000) }), '-H', 'Content-Type: application/json'];
  const waiting = [...body, '-H', 'Expect: 100-continue', '--expect100-timeout', '4', '-H', `appId: ${app.id}`];
  await report.step('curl --http1.0', () => expectCurl('200 1.1', '--http1.0', live), logs);
  await report.step('curl --http2', () => expectCurl('200 1.1', '--http2', live), logs);
  await report.step(
    'curl --http2 with a body',
    () => expectCurl('400 1.1', '--http2', ...body, '-H', `appId: ${app.id}`, '-H', `apiKey: ${app.apiKey}`, notify),
    logs,
  );
  await report.step(
    'curl with Expect: 100-continue',
    () => expectCurl('400 1.1', ...waiting, '-H', `apiKey: ${app.apiKey}`, notify),
    logs,
  );
  await report.step(
    'curl with Expect: 100-continue and a wrong key sends no body',
    async () => {
      const upload = ['-w', '\n%{http_code} %{size_upload}', '-H', 'apiKey: wrong'];
      return expectCurl('401 0', ...waiting, ...upload, notify);
    },
    logs,
  );
  await report.step('curl --http2-prior-knowledge ends', () => expectCurl('000 0', '--http2-prior-knowledge', live), logs);
  for (const flags of [[], ['-k']]) {
    await report.step(
      ['ab', ...flags].join(' '),
      async () => {
        const { stdout } = await run('ab', ['-q', '-n', '50', '-c', '2', ...flags, `${live.replace('live', 'ready')}`]);
        const kept = flags.length ? /Keep-Alive requests: +50\n/ : /Failed requests: +0\n/;
        if (!/Complete requests: +50\n/.test(stdout) || /Non-2xx/.test(stdout) || !kept.test(stdout)) {
          throw new Error(stdout);
        }
      },
      logs,
    );
  }
}

async function restart(nodes) {
  const seen = new Set();
  const watched = balancers.filter((it) => it.socket);
  const watch = setInterval(async () => {
    for (const { name, socket } of watched) {
      const states = await haproxySees(socket).catch(() => []);
      for (const state of states) seen.add(`${name}: ${state}`);
    }
  }, 200);
  for (const node of nodes) {
    await report.step(
      `${node.name} stops and starts again under load`,
      async () => {
        const code = await node.program.stop();
        if (code !== 143) throw new Error(`it ended with ${code}`);
        node.program = await startNode(node.name, node.port);
        await until('HAProxy finds it', async () =>
          (await Promise.all(watched.map((it) => haproxySees(it.socket)))).flat().every((it) => it.startsWith('UP')),
        );
      },
      logs,
    );
  }
  clearInterval(watch);
  for (const { name } of watched) {
    await report.step(
      `${name}: it saw that a node drained`,
      () => {
        if (![...seen].some((it) => it.startsWith(`${name}: DOWN L7STS/503`))) throw new Error([...seen].join('; '));
      },
      logs,
    );
  }
}

async function main() {
  const nodes = [
    { name: 'node1', port: nodeA, program: await startNode('node1', nodeA) },
    { name: 'node2', port: nodeB, program: await startNode('node2', nodeB) },
  ];
  await clients();

  start('haproxy', 'haproxy', ['-db', '-f', file('ready.cfg', haproxy(ready, ports, balancers[0].socket))]);
  start('plain-haproxy', 'haproxy', ['-db', '-f', file('plain.cfg', plainHaproxy(options, ports, balancers[1].socket))]);
  start('nginx', 'nginx', ['-p', WORK, '-c', file('nginx.conf', nginx(upstream, ports, WORK))]);
  start('plain-nginx', 'nginx', ['-p', WORK, '-c', file('plain.conf', plainNginx(plain, ports, WORK))]);
  start('apache', 'apache2', ['-DFOREGROUND', '-f', file('apache.conf', apache(proxy, ports, WORK))]);
  const fronts = started.slice(-balancers.length);
  for (const [i, balancer] of balancers.entries()) {
    await report.step(
      `${balancer.name}: login, registration, list, logout`,
      async () => {
        await fronts[i].isUp(balancer.port, '/health/ready');
        await balancer.load.journey(`first-${i}`, 0);
      },
      logs,
    );
  }

  for (const [i, balancer] of balancers.entries()) balancer.load.start(2, `user-${i}`);
  await restart(nodes);
  for (const balancer of balancers) {
    await balancer.load.stop();
    await report.step(
      `${balancer.name}: no request failed`,
      () => {
        const { requests, failures } = balancer.load;
        if (failures.length) throw new Error(`${failures.length} of ${requests} failed`);
        return `${requests} requests`;
      },
      trail(balancer),
    );
  }
}

async function stopAll() {
  await Promise.all(started.map((it) => it.stop()));
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, async () => {
    await stopAll();
    process.exit(1);
  });
}
try {
  await main();
} finally {
  await stopAll();
}
process.exitCode = report.close();
