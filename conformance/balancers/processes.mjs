import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Free ports of the loopback interface. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Waits until `condition` holds, at most `seconds`. */
export async function until(what, condition, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    if (await condition()) return;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(50);
  }
}

/** The status of a GET on a connection of its own; 0 without an answer. */
export function status(port, path) {
  return new Promise((resolve) => {
    http
      .get({ host: '127.0.0.1', port, path, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
      .on('error', () => resolve(0));
  });
}

/** A program that this run started. */
export class Program {
  #process;
  #log;
  #name;

  constructor(name, log, command, args, env = {}) {
    this.#name = name;
    this.#log = log;
    const out = openSync(log, 'a');
    this.#process = spawn(command, args, { stdio: ['ignore', out, out], env: { ...process.env, ...env } });
    this.#process.on('error', (error) => console.error(`${name}: ${error.message}`));
    closeSync(out);
  }

  get isAlive() {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  log() {
    return readFileSync(this.#log, 'utf8').trimEnd().split('\n').slice(-15);
  }

  async isUp(port, path) {
    await until(`${this.#name} answers`, async () => {
      if (!this.isAlive) throw new Error(`${this.#name} ended:\n${this.log().join('\n')}`);
      return (await status(port, path)) === 200;
    });
  }

  /** Ends it by SIGTERM; answers the exit code. */
  async stop() {
    if (this.isAlive) {
      this.#process.kill('SIGTERM');
      await once(this.#process, 'exit');
    }
    return this.#process.exitCode;
  }
}
