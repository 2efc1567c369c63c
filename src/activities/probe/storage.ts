import type { InputOf, OutputOf } from '../../contract/activities';
import type { StoragePlace } from '../../contract/probes';
import type { Deps } from '../clients';
import { quoted } from '../curl';
import { runProbe } from './probe';
import { explainRefusal, MARK, readAnswers, type HttpAnswer } from './script';
import { describeRefusedStorage } from './texts';

/** Seconds for one answer. */
const TIMEOUT_S = 15;
/** No slash behind a prefix: a folder there is a tenant. */
const KEY = 'lgtm-migrate-probe';
const BODY = 'lgtm-migrate';

/** What a store does in S3, in the order in which it is tried; what was put is deleted whatever came in between. */
const DEEDS = ['put', 'read', 'list', 'delete'] as const;
type Deed = (typeof DEEDS)[number];

/** The keys of a task's role. Source: AWS, "Amazon ECS task IAM role", and ECS's endpoint for task credentials. */
const TAKE_KEYS = `keys=$(curl -sS -m ${TIMEOUT_S} "http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
take() { printf '%s' "$keys" | sed -n "s/.*\\"$1\\" *: *\\"\\([^\\"]*\\)\\".*/\\1/p"; }
id=$(take AccessKeyId) secret=$(take SecretAccessKey) token=$(take Token)`;

/** Of an answer only S3's own reason leaves the task, and what curl says where there is none. */
const TOLD = `^curl: .*|<(Code|Message)>[^<]*|^${MARK} .*`;

/**
 * Through a probe that has the role of the tasks: whether S3 lets it put, read, list and delete a key where each store
 * writes. The role's policies, the bucket's, the endpoint's and the key's of KMS decide, and a store that is ready says
 * nothing of them. @returns what is refused, with S3's reason, in words
 */
export async function checkStorage(deps: Deps, input: InputOf<'checkStorage'>): Promise<OutputOf<'checkStorage'>> {
  const { probe, purpose, places } = input;
  const asked = places.flatMap((place, nth) => DEEDS.map((deed) => writeDeed(probe.region, place, deed, nth)));
  const script = [TAKE_KEYS, writeAsk(probe.region), ...asked].join('\n');
  const answers = readAnswers(await runProbe(deps, probe, purpose, script));
  return { problems: places.flatMap((place, nth) => judgePlace(place, nth, answers)) };
}

/** Signed by curl itself, which has SigV4 since 7.75. */
function writeAsk(region: string): string {
  const options = [
    `-m ${TIMEOUT_S}`,
    `--aws-sigv4 ${quoted(`aws:amz:${region}:s3`)}`,
    '--user "$id:$secret"',
    '-H "x-amz-security-token: $token"',
    `-H ${quoted('x-amz-content-sha256: UNSIGNED-PAYLOAD')}`,
  ];
  return `ask() { curl -sS ${options.join(' ')} "$@" 2>&1 | grep -oE -e ${quoted(TOLD)}; }`;
}

/** By its path, as also a bucket with dots in its name is asked for. */
function writeDeed(region: string, { bucket, prefix }: StoragePlace, deed: Deed, nth: number): string {
  const origin = `https://s3.${region}.amazonaws.com/${bucket}`;
  const key = keyIn(prefix);
  const path = key.split('/').map(encodeURIComponent).join('/');
  const mark = quoted(`\\n${MARK} %{http_code} ${nameQuestion(deed, nth)}\\n`);
  const requests: Record<Deed, [method: string, url: string]> = {
    put: ['PUT', `${origin}/${path}`],
    read: ['GET', `${origin}/${path}`],
    list: ['GET', `${origin}?list-type=2&max-keys=1&prefix=${encodeURIComponent(key)}`],
    delete: ['DELETE', `${origin}/${path}`],
  };
  const [method, url] = requests[deed];
  const body = deed === 'put' ? ` -d ${quoted(BODY)}` : '';
  return `ask -w ${mark} -X ${method}${body} ${quoted(url)}`;
}

const keyIn = (prefix: string): string => [prefix, KEY].filter(Boolean).join('/');

const nameQuestion = (deed: Deed, nth: number): string => `${deed} ${nth}`;

/** The first that is refused: what follows from it says no more. */
function judgePlace(place: StoragePlace, nth: number, answers: Map<string, HttpAnswer>): string[] {
  for (const deed of DEEDS) {
    const answer = answers.get(nameQuestion(deed, nth));
    if (!isDone(answer)) return [describeRefusedStorage(place, deed, readReason(answer))];
  }
  return [];
}

/** S3's own sentence, else what there is. */
function readReason(answer: HttpAnswer | undefined): string {
  const [, message] = /<Message>(.+)/.exec(answer?.body ?? '') ?? [];
  return message?.replaceAll('&quot;', '"') ?? explainRefusal(answer) ?? 'no answer';
}

const isDone = (answer: HttpAnswer | undefined): boolean => answer?.code === 200 || answer?.code === 204;
