import { existsSync, statSync, writeFileSync } from 'node:fs';
import { basename, resolve, sep } from 'node:path';
import { createClients } from '../activities/clients';
import { check } from '../import/checks';
import { readInventory } from '../import/read/inventory';
import { planText, type PlanOptions } from '../import/plan';
import { ImportError } from '../import/problem';
import { reportDocument, reportMarkdown } from '../import/report';
import { readRunning } from '../import/read/running';
import { parsePlan } from '../plan/loader';
import { CommandError, EXIT, print } from './output';

export interface ImportOptions extends PlanOptions {
  output: string;
  report?: string;
  accept?: string[];
  grafanaEfs?: string;
  offline?: boolean;
  force?: boolean;
  json?: boolean;
}

const DEFAULT_REGION = 'ap-northeast-2';

/**
 * Reads a folder of Compose files and configuration, and what runs on its hosts, and writes a plan and a report.
 * With a finding that would break the move no plan is written, unless it is accepted by its name.
 */
export async function importFolder(folder: string, options: ImportOptions): Promise<number> {
  const { output, report, accept = [], offline, force, json } = options;
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new CommandError(
      `${folder} is no folder; give the one that has mimir/, loki/ and so on in it`,
      EXIT.badInput,
    );
  for (const file of [output, report].filter((file) => file !== undefined)) {
    if (resolve(file).startsWith(resolve(folder) + sep))
      throw new CommandError(
        `${file} lies in ${folder}, which import does not change; name another place`,
        EXIT.badInput,
      );
    if (existsSync(file) && !force)
      throw new CommandError(`${file} is there already; name another file, or --force`, EXIT.badInput);
  }
  // the plan's own rules first: a wrong instance id must not be found out after the hosts were asked
  const region = process.env['AWS_REGION'] ?? DEFAULT_REGION;
  const read = (running: Parameters<typeof readInventory>[2]) => inventory(folder, options, running);
  parsePlan(planText(read([]), options, []), basename(output));
  const deps = { clients: createClients(region), environment: process.env };
  const running = offline
    ? []
    : await Promise.all(options.instance.map((instance) => readRunning(deps, instance, options.composeDirectory)));
  const found = read(running);
  const findings = check(found);
  const unknown = accept.find((id) => !findings.some((finding) => finding.id === id));
  const failures = [...new Set(findings.filter(({ level }) => level === 'fail').map(({ id }) => id))];
  if (unknown !== undefined)
    throw new CommandError(
      `there is no ${unknown} to accept; ${failures.length > 0 ? `what would break is ${failures.join(', ')}` : 'nothing would break'}`,
      EXIT.badInput,
    );
  const accepted = findings.filter(({ level, id }) => level === 'fail' && accept.includes(id));
  const refused = findings.filter((finding) => finding.level === 'fail' && !accepted.includes(finding));
  if (refused.length === 0) {
    const text = planText(found, options, accepted);
    parsePlan(text, basename(output));
    writeFileSync(output, text);
  }
  const document = reportDocument(found, { findings, accepted, ...(refused.length === 0 ? { plan: output } : {}) });
  const markdown = reportMarkdown(document);
  if (report) writeFileSync(report, markdown);
  const warnings = findings.filter(({ level }) => level === 'warn').length;
  const lines = [
    ...refused.map(
      ({ id, file, line, message, fix }) =>
        `✖ ${id.padEnd(20)} ${file}:${line}  ${message}\n  ${''.padEnd(20)} → ${fix}`,
    ),
    `${found.components.length} of 6 services, ${failures.length - new Set(accepted.map(({ id }) => id)).size} fail, ${accepted.length} accepted, ${warnings} warn${report ? `; see ${report}` : ''}`,
    ...(refused.length === 0
      ? [`wrote ${output}`, `next: lgtm-migrate preflight -f ${output}`]
      : ['no plan was written; mend what fails, or accept it by name with --accept']),
  ];
  print(json, document, [...(report ? [] : [markdown]), ...lines]);
  return refused.length === 0 ? EXIT.done : EXIT.failed;
}

function inventory(
  folder: string,
  { composeDirectory, grafanaEfs }: ImportOptions,
  running: Parameters<typeof readInventory>[2],
) {
  try {
    return readInventory(folder, composeDirectory, running, grafanaEfs);
  } catch (error) {
    if (error instanceof ImportError)
      throw new CommandError(`${folder} can't be read whole:\n${error.message}`, EXIT.badInput, error);
    throw error;
  }
}
