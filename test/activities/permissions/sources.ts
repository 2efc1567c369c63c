import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SRC = join(__dirname, '../../../src');

/** IAM's prefix of what a client of the SDK asks. */
const PREFIXES: Record<string, string> = {
  'auto-scaling': 'autoscaling',
  'cloudwatch-logs': 'logs',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  'route-53': 'route53',
  'secrets-manager': 'secretsmanager',
};
/** Everybody may ask who he is. Source: AWS, API reference of GetCallerIdentity. */
const FREE = ['sts:GetCallerIdentity'];

const IMPORTS = /import \{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g;

/**
 * Every command that a source can send, as `ecs:RunTask`: those that it imports, and those behind paginators and
 * waiters.
 * @returns by command the files that send it
 */
export function listSentCommands(): Map<string, string[]> {
  const sent = new Map<string, string[]>();
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  for (const file of files) {
    for (const command of findCommands(readFileSync(join(SRC, file), 'utf8'))) {
      if (!FREE.includes(command)) sent.set(command, [...(sent.get(command) ?? []), file]);
    }
  }
  return sent;
}

export function findCommands(text: string): string[] {
  return [...text.matchAll(IMPORTS)].flatMap(([, names = '', client = '']) => {
    const imported = names.split(',').map((name) => name.trim());
    const commands = imported.flatMap((name) => /^(\w+)Command$|^paginate(\w+)$/.exec(name)?.slice(1) ?? []);
    const waiters = imported.filter((name) => name.startsWith('waitUntil'));
    const service = PREFIXES[client] ?? client;
    return [...commands, ...waiters].filter(Boolean).map((command) => `${service}:${command}`);
  });
}
