import type { UserRequests } from '../../contract/probes';
import type { Deps } from '../clients';
import { quoted } from '../curl';
import { runProbe } from './probe';

const MARK = '-- asked';
const MARKED = new RegExp(`^${MARK} (\\S+) (\\S+)`);
/** Seconds for one answer. */
const TIMEOUT_S = 10;
/** How an application load balancer signs what it answers itself; what a target says of itself it passes on. */
const BALANCER = /^awselb\//;
/** Where whoever has signed in comes back to. Source: AWS, "Authenticate users using an Application Load Balancer" */
const SIGN_IN = /oauth2(%2F|\/)idpresponse/i;

/** What came of a user's request. */
export interface UserAnswer {
  name: string;
  path: string;
  /** HTTP status; absent: nobody answered */
  code?: number;
  /** the load balancer has answered it itself */
  isBalancers: boolean;
  /** it sends whoever comes to sign in first */
  asksToSignIn?: true;
  /** what curl says where nobody answered */
  error: string;
}

/** How often everything is asked, and how long is waited between, in seconds. */
export interface Pace {
  times: number;
  pauseS: number;
}

/**
 * Asks each name, with each of its paths, of the load balancer, as a user would whom Route 53 has sent there.
 * @param purpose unique in the run
 * @throws ProbeFailed
 */
export async function askNames(deps: Deps, asked: UserRequests, purpose: string, pace: Pace): Promise<UserAnswer[]> {
  return readAnswers(await runProbe(deps, asked.probe, purpose, writeScript(asked, pace)));
}

/** -k: whether the certificate is right for the names is preflight's question, and its authority may be a private one. */
function writeScript({ loadBalancer, names }: UserRequests, { times, pauseS }: Pace): string {
  const elsewhere = `"$1:443:${loadBalancer.dnsName}:443"`;
  const curl = `curl -sS -k -m ${TIMEOUT_S} -o /dev/null -D - --connect-to ${elsewhere} "https://$1$2" 2>&1`;
  const questions = names.flatMap(({ name, paths }) => paths.map((path) => `ask ${quoted(name)} ${quoted(path)}`));
  const turns = Array.from({ length: times }, () => questions.join('\n'));
  return [
    `ask() { printf '%s\\n' "${MARK} $1 $2"; ${curl} | grep -aiE '^(HTTP/|server:|location:|curl:)'; }`,
    turns.join(`\nsleep ${pauseS}\n`),
  ].join('\n');
}

function readAnswers(output: string): UserAnswer[] {
  const answers: UserAnswer[] = [];
  for (const line of output.split('\n')) {
    const [, name, path] = MARKED.exec(line) ?? [];
    if (name !== undefined) {
      answers.push({
        name,
        path: path!,
        isBalancers: false,
        error: 'no answer',
      });
    } else if (answers.length > 0) addLine(answers.at(-1)!, line.trim());
  }
  return answers;
}

function addLine(answer: UserAnswer, line: string): void {
  const [, code] = /^HTTP\/\S+ (\d+)/.exec(line) ?? [];
  const [, server] = /^server: *(.*)$/i.exec(line) ?? [];
  if (code !== undefined) answer.code = Number(code);
  else if (server !== undefined) answer.isBalancers = BALANCER.test(server);
  else if (/^location:/i.test(line)) markSignIn(answer, line);
  else answer.error = line;
}

function markSignIn(answer: UserAnswer, location: string): void {
  if (SIGN_IN.test(location)) answer.asksToSignIn = true;
}
