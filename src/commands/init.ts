import { existsSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { parsePlan } from '../plan/loader';
import { CommandError, EXIT, print } from './output';

export interface InitOptions {
  file: string;
  name: string;
  domain: string;
  hostedZone: string;
  certificate: string;
  instance: string[];
  composeDirectory: string;
  force?: boolean;
  json?: boolean;
}

/** Writes a plan file with what can't be defaulted; all else is the plan document's. */
export async function init({
  file,
  name,
  domain,
  hostedZone,
  certificate,
  instance,
  composeDirectory,
  force,
  json,
}: InitOptions): Promise<number> {
  if (existsSync(file) && !force)
    throw new CommandError(`${file} is there already; give -f another name, or --force`, EXIT.badInput);
  const text = stringify({ name, domain, hostedZone, certificate, source: { instances: instance, composeDirectory } });
  const plan = parsePlan(text, file);
  writeFileSync(file, text);
  print(json, { file, plan }, [`wrote ${file}`, `next: lgtm-migrate preflight -f ${file}`]);
  return EXIT.done;
}
