import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ACTIVITIES = join(__dirname, '../../src/activities');
/** What says which things are meant: AWS answers for all of them at once, and EC2 takes no size beside it. */
const NAMING = /\b(\w*Ids|\w*Arns|Names|InstanceTypes|repositoryNames|imageIds)\b\s*[:,}]/;
/** Why the first page is enough, by file and command. */
const REASONS: Record<string, string> = {
  'aws/metric.ts GetMetricData': 'its pages are followed by hand, each with a limit of its own',
  'preflight/signals.ts GetMetricData': 'some hours of a few series, of the 100,800 data points of a page',
  'preflight/quota.ts GetMetricData': 'one series of a few minutes',
  'aws/service-check.ts DescribeLogStreams': 'whether there is any: it asks for one',
  'preflight/repositories.ts DescribeImages': 'whether there is any',
  'images/scan.ts DescribeImageScanFindings': 'it reads the counts, which every page has',
  'aws/record-change.ts ListResourceRecordSets': 'from one name on, a hundred of its sets',
  'probe/probe.ts GetLogEvents': 'its pages end by a token that stays the same, and are followed by hand',
};

/** Calls of a source, each with what is asked. */
function listCalls(text: string): { action: string; asked: string }[] {
  const calls = text.matchAll(/new ([A-Z]\w+)Command\(/g);
  return [...calls].map((call) => ({
    action: call[1]!,
    asked: readArguments(text, call.index + call[0].length),
  }));
}

/** From behind a bracket to the one that closes it. */
function readArguments(text: string, from: number): string {
  let depth = 1;
  let at = from;
  while (depth > 0) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    at += 1;
  }
  return text.slice(from, at - 1);
}

/** Whether one of the SDK's clients that a source imports has a paginator for an action. */
function isPaged(text: string, action: string): boolean {
  const clients = [...text.matchAll(/from '(@aws-sdk\/client-[\w-]+)'/g)].map(([, client]) => client!);
  const imported = clients.filter((client) => new RegExp(`${action}Command\\b[^;]*from '${client}'`).test(text));
  return imported.some((client) => `paginate${action}` in jest.requireActual<object>(client));
}

/** What has pages and no paginator in the SDK, with what leads from one to the next. */
const BY_HAND: Record<string, string> = {
  ListResourceRecordSets: 'NextRecordName',
  ListHostedZonesByVPC: 'NextToken',
};

test('what AWS answers with pages is read page by page, or it is said why one is enough', () => {
  const files = readdirSync(ACTIVITIES, {
    recursive: true,
    encoding: 'utf8',
  }).filter((file) => file.endsWith('.ts'));
  const unpaged = files.flatMap((file) => {
    const text = readFileSync(join(ACTIVITIES, file), 'utf8');
    const isUnpaged = ({ action, asked }: { action: string; asked: string }) =>
      action in BY_HAND ? !text.includes(BY_HAND[action]!) : isPaged(text, action) && !NAMING.test(asked);
    const calls = listCalls(text).filter(isUnpaged);
    return calls.map(({ action }) => `${file} ${action}`);
  });
  expect([...new Set(unpaged)].sort()).toEqual(Object.keys(REASONS).sort());
});
