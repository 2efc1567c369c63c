// Stands in for a vendor's program: listens where the shipped configuration says, answers from recordings, and keeps
// what it was sent in S3 and nowhere else.
import { appendFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const NANOSECONDS = /\d{19}/;
/** A moment in what was recorded: in seconds with a fraction, in milliseconds or nanoseconds. */
const RECORDED = /\b1[789]\d{8}(\.\d+|\d{3}|\d{9})\b/g;
/** moto looks for the service in it, and at nothing else. */
const SIGNATURE = 'AWS4-HMAC-SHA256 Credential=verify/20261126/ap-northeast-2/s3/aws4_request';

const { S3_ENDPOINT, S3_BUCKET } = process.env;

async function askS3(path, options = {}) {
  const headers = { authorization: SIGNATURE };
  const response = await fetch(`http://${S3_ENDPOINT}/${S3_BUCKET}${path}`, {
    ...options,
    headers,
  });
  return response.text();
}

async function readBody(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

const findWord = (pattern) => process.argv.flatMap((word) => pattern.exec(word)?.[1] ?? [])[0];

/** HTTP's own, and OTLP's over HTTP where there is one. */
function listPorts() {
  const address = findWord(/^--server\.http\.listen-addr=.*:(\d+)$/);
  if (address) return [address];
  const text = readFileSync(findWord(/^-config\.file=(.*)$/), 'utf8');
  const patterns = [/http_listen_port: (\d+)/, /http:\s+endpoint: 0\.0\.0\.0:(\d+)/];
  return patterns.flatMap((pattern) => pattern.exec(text)?.[1] ?? []);
}

/** A time of ours in the place of those that were recorded. */
function moveTo(nanoseconds, body) {
  const [seconds, fraction] = [nanoseconds.slice(0, 10), nanoseconds.slice(10)];
  const write = (whole, rest) => `${seconds}${rest.startsWith('.') ? `.${fraction}` : fraction.slice(0, rest.length)}`;
  return body.replaceAll(RECORDED, write);
}

class StandIn {
  /** of the newest sample; undefined: it has none */
  nanoseconds;
  moment = 'before';

  constructor({ prefix, push, flush, answers }) {
    Object.assign(this, {
      prefix,
      push,
      flush,
      answers,
    });
  }

  /** Finds what was written when it last ran. */
  async readS3() {
    const listing = await askS3(`?list-type=2&prefix=${this.prefix}/`);
    this.nanoseconds = NANOSECONDS.exec(listing)?.[0];
    if (this.nanoseconds) this.moment = 'later';
  }

  async answer(request) {
    const [path] = request.url.split('?');
    const body = await readBody(request);
    if (path === this.push) {
      // a profile is packed
      this.nanoseconds = NANOSECONDS.exec(body)?.[0] ?? `${Date.now()}000000`;
      this.moment = 'held';
    }
    if (path === this.flush) {
      await askS3(`/${this.prefix}/${this.nanoseconds}`, {
        method: 'PUT',
        body: 'x',
      });
      this.moment = 'flushed';
    }
    return this.find(path);
  }

  /** The page of metrics that was read just after a push comes once. */
  find(path) {
    const { moment } = this;
    const recorded = this.answers.find((answer) => answer.path === path && (answer.moment ?? moment) === moment);
    if (recorded?.moment === 'held') this.moment = 'later';
    const { status = 200, body } = recorded ?? {
      status: 404,
      body: '404 page not found\n',
    };
    return {
      status,
      body: this.nanoseconds ? moveTo(this.nanoseconds, body) : body,
    };
  }
}

/**
 * @param play its name and version, the paths by which it is written to and flushed, its prefix in S3, its answers by
 * path and moment, and where it writes down who it is
 */
export async function perform(play) {
  if (process.argv.includes('--version')) {
    process.stdout.write(`${play.name}, version ${play.version} (branch: HEAD, revision: 0)\n`);
    return;
  }
  appendFileSync(play.pids, `${process.pid}\n`);
  const standIn = new StandIn(play);
  if (play.prefix) await standIn.readS3();
  for (const port of listPorts()) {
    const server = createServer((request, response) => {
      void standIn.answer(request).then(({ status, body }) => response.writeHead(status).end(body));
    });
    server.listen(Number(port), '127.0.0.1');
  }
  process.on('SIGTERM', () => process.exit(0));
}
