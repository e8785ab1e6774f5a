import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');

/** The first block in this language in docs/operating.md, with some of its text replaced. Each text must be there. */
function documented(language, replacements) {
  const start = page.indexOf('```' + language + '\n');
  if (start < 0) throw new Error(`docs/operating.md has no block in ${language}`);
  let text = page.slice(page.indexOf('\n', start) + 1, page.indexOf('```', start + 3));
  for (const [there, here] of replacements) {
    if (!text.includes(there)) throw new Error(`the ${language} block of docs/operating.md has no '${there}'`);
    text = text.replaceAll(there, here);
  }
  return text;
}

const nodes = (ports) => [
  ['10.0.0.1:8080', `127.0.0.1:${ports[0]}`],
  ['10.0.0.2:8080', `127.0.0.1:${ports[1]}`],
];

export function haproxy(port, ports, socket) {
  const text = documented('haproxy', [
    ['bind :443 ssl crt /etc/haproxy/push.example.com.pem', `bind 127.0.0.1:${port}`],
    ...nodes(ports),
  ]);
  return `global\n    stats socket ${socket}\n\n${text}`;
}

/** The shortest configuration: the check is `OPTIONS / HTTP/1.0`. */
export function plainHaproxy(port, ports, socket) {
  return haproxy(port, ports, socket).replace('option httpchk GET /health/ready', 'option httpchk');
}

const wholeNginx = (work, name, http) => `
daemon off;
pid ${work}/${name}.pid;
error_log stderr warn;
events {}
http {
access_log off;
client_body_temp_path ${work}; proxy_temp_path ${work}; fastcgi_temp_path ${work};
uwsgi_temp_path ${work}; scgi_temp_path ${work};
${http}}
`;

export function nginx(port, ports, work) {
  const text = documented('nginx', [
    ['listen 443 ssl;', `listen 127.0.0.1:${port};`],
    ['ssl_certificate /etc/nginx/push.example.com.pem;', ''],
    ['ssl_certificate_key /etc/nginx/push.example.com.key;', ''],
    ...nodes(ports),
  ]);
  return wholeNginx(work, 'nginx', text);
}

/** nginx as it is without any setting: HTTP/1.0 to the nodes. */
export function plainNginx(port, ports, work) {
  const servers = ports.map((it) => `server 127.0.0.1:${it};`).join(' ');
  return wholeNginx(
    work,
    'plain-nginx',
    `upstream rollcall { ${servers} }
     server { listen 127.0.0.1:${port}; location / { proxy_pass http://rollcall; } }\n`,
  );
}

export function apache(port, ports, work) {
  const modules = ['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'proxy_balancer', 'lbmethod_byrequests']
    .concat(['slotmem_shm', 'watchdog', 'proxy_hcheck'])
    .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
    // Some builds contain the module.
    .map((line) => (line.includes('watchdog') ? `<IfModule !mod_watchdog.c>\n${line}\n</IfModule>` : line));
  return `${modules.join('\n')}
ServerName push.example.com
Listen 127.0.0.1:${port}
PidFile ${work}/apache.pid
DefaultRuntimeDir ${work}
ErrorLog ${work}/apache.errors
${documented('apache', nodes(ports))}`;
}
