import { looksSecret } from '../../plan/secrecy';
import type { ComposeService } from '../read/service';
import type { ConfigurationDocument } from './document';

/** A dollar sign that is one, in a configuration whose host expanded nothing. Every store expands it. */
const DOLLAR = 'LGTM_DOLLAR';
/** What only a task, or the plan, knows: a host's variable of that name would change what it means. */
const OURS = ['DOMAIN', 'TASK_IP', 'TASK_COUNT', 'REPLICATION_FACTOR', 'COMPACTOR', 'RULER'];
const REFERENCE = /\$\{(\w+)/g;

/** Keeps every dollar sign as it is, though the image expands variables. */
export function keepDollars(document: ConfigurationDocument): boolean {
  const keep = (text: string) => text.replaceAll('$', `\${${DOLLAR}}`);
  const texts = document.listTexts().filter(({ node }) => node.value.includes('$'));
  for (const { node } of texts) node.value = keep(node.value);
  for (const { path } of texts) document.explain(path, 'the host expands no variables: a dollar sign is one');
  document.replaceComments(keep);
  return texts.length > 0;
}

export const DOLLAR_SWITCH = `export ${DOLLAR}='$'`;

/** The plan's own, which a host's of the same name may say otherwise; where the host has none its default counts. */
const OF_PLAN = ['REGION', 'S3_BUCKET'];

/** Gives variables another name that mean something else on ECS. */
export function renameVariables(document: ConfigurationDocument, { environment }: ComposeService): void {
  const unset = OF_PLAN.filter((name) => !environment.has(name));
  const names = [...OURS, ...unset].join('|');
  const pattern = new RegExp(`(\\$\\{?)(${names})(?!\\w)`, 'g');
  for (const { path, node } of document.listTexts()) {
    const renamed = node.value.replace(pattern, '$1HOST_$2');
    if (renamed === node.value) continue;
    node.value = renamed;
    document.explain(path, 'on ECS this name means something else, so the host has one of its own');
  }
}

/** What a configuration's variables are on the host: values, and those that are secrets by name. */
export interface HostVariables {
  environment: Record<string, string>;
  secrets: string[];
}

/** @param text the configuration as it is written */
export function readVariables(text: string, { environment }: ComposeService): HostVariables {
  const names = new Set([...text.matchAll(REFERENCE)].map(([, name]) => name!));
  const variables: HostVariables = { environment: {}, secrets: [] };
  for (const name of names) {
    const value = environment.get(name.replace(/^HOST_/, ''))?.value ?? environment.get(name)?.value;
    if (value === undefined) continue;
    if (looksSecret(name, value)) variables.secrets.push(name);
    else variables.environment[name] = value;
  }
  for (const ours of [...OURS, DOLLAR]) delete variables.environment[ours];
  return variables;
}
