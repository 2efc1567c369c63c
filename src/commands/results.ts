import type { Finding } from '../contract/findings';
import type { ListedDeployment } from '../temporal/deployments';
import type { Change } from '../contract/deployments';
import type { Advice } from '../plan/advice';
import { nameRecord } from '../plan/names';
import type { Plan } from '../plan/schema';
import type { DefinitionFile } from './definition-files';
import { listIds } from '../import/finding';
import type { WrittenFile } from '../import/images/write';
import type { Inspection } from './inspection';
import { formatMinutes, type DeploymentFigures } from './deploy-figures';
import type { ServicePreview } from './deploy-preview';
import { imagesAreKept, nextPreflight, nextRegister, nextStart, wrote } from './texts';

// What commands answer, in lines for people. Each ends with what to type next.

/** What a valid plan means, and what had better be otherwise. */
export function describePlan(file: string, plan: Plan, advice: Advice[]): string[] {
  const { name, services, records, shift } = plan;
  const tasks = Object.entries(services).map(describeTasks);
  const recordNames = records.map(nameRecord);
  const weights = shift.weights.join(', ');
  return [
    `${file} is a valid plan for ${name}`,
    `  services   ${tasks.join(', ')}`,
    `  records    ${recordNames.join(', ')}`,
    `  weights    ${weights} %, ${shift.bake} each`,
    ...advice.flatMap(describeAdvice),
    nextPreflight(file),
  ];
}

type NamedService = [string, Plan['services'][string]];

function describeTasks([name, service]: NamedService): string {
  const { count, cpu, memory } = service;
  const size = `${cpu} vCPU ${memory} GB`;
  return `${name} ${count} × ${size}`;
}

function describeAdvice({ check, message, fix }: Advice): string[] {
  return [`! ${check}   ${message}`, `  → ${fix}`];
}

const LEVEL_ICONS = {
  pass: '✔',
  warn: '!',
  fail: '✖',
} as const;
const CHECK_WIDTH = 16;

/** Preflight's findings, each with its fix, and their count. */
export function describeFindings(file: string, findings: Finding[]): string[] {
  const passes = countLevel(findings, 'pass');
  const warnings = countLevel(findings, 'warn');
  const failures = countLevel(findings, 'fail');
  const lines = findings.flatMap(describeFinding);
  lines.push(`${passes} pass, ${warnings} warn, ${failures} fail`);
  if (failures === 0) lines.push(nextStart(file));
  return lines;
}

function countLevel(findings: { level: string }[], wanted: string): number {
  return findings.filter(({ level }) => level === wanted).length;
}

/** One finding, and its fix below it. */
export function describeFinding({ check, level, message, fix }: Finding): string[] {
  const icon = LEVEL_ICONS[level];
  const name = check.padEnd(CHECK_WIDTH);
  const line = `${icon} ${name} ${message}`;
  if (!fix) return [line];
  const margin = ' '.repeat(CHECK_WIDTH);
  return [line, `  ${margin} → ${fix}`];
}

const NO_PLAN = 'no plan was written; fix what fails, or accept it by name with --accept';

/** What import refuses, the count of what it found, and whether a plan was written. */
export function describeInspection(
  inspection: Inspection,
  planFile: string,
  report: string | undefined,
  images: WrittenImages | undefined,
): string[] {
  const { refused } = inspection;
  const counts = describeCounts(inspection);
  const lines = refused.map(describeRefused);
  lines.push(report ? `${counts}; see ${report}` : counts);
  if (refused.length > 0) return [...lines, NO_PLAN];
  lines.push(wrote(planFile));
  if (images) lines.push(...describeImages(images));
  lines.push(nextPreflight(planFile));
  return lines;
}

/** The folder of the images, and what became of their files. */
interface WrittenImages {
  context: string;
  written: WrittenFile[];
}

function describeImages({ context, written }: WrittenImages): string[] {
  const kept = written.flatMap(({ path, beside }) => (beside === undefined ? [] : [imagesAreKept(path, beside)]));
  return [wrote(context), ...kept];
}

function describeCounts({ inventory, findings, accepted, refused }: Inspection): string {
  const counts = [
    `${inventory.components.length} of 6 services`,
    `${listIds(refused).length} fail`,
    `${accepted.length} accepted`,
    `${countLevel(findings, 'warn')} warn`,
  ];
  return counts.join(', ');
}

const ID_WIDTH = 20;

function describeRefused(finding: Inspection['refused'][number]): string {
  const { id, file, line, message, fix } = finding;
  const name = id.padEnd(ID_WIDTH);
  const margin = ' '.repeat(ID_WIDTH);
  const problem = `✖ ${name} ${file}:${line}  ${message}`;
  return `${problem}\n  ${margin} → ${fix}`;
}

/** What became of a service's image. */
export interface ImageResult {
  service: string;
  repository: string;
  tag: string;
  /** `repository@digest`, where ECR holds it */
  image?: string;
  state: 'built' | 'unchanged' | 'in ECR' | 'not in ECR';
}

const STATE_WIDTH = 11;

export function describeImage(result: ImageResult): string {
  const { repository, tag, state, image } = result;
  const digest = image?.split('@')[1];
  const word = state.padEnd(STATE_WIDTH);
  const line = `${word} ${repository}:${tag}`;
  return digest ? `${line}   ${digest}` : line;
}

/** The workflow's two tags name a run, which a file can't. */
const TAGS_LEFT_OUT =
  'tags left out: the workflow adds lgtm-migrate:migration and lgtm-migrate:run when it registers one';
const STANDS_BY_NAME = 'not looked up, so an image stands by its tag and a secret without its suffix';

/** What render wrote, and what stands by its name since nobody looked it up. */
export function describeRendering(files: DefinitionFile[], duties: string, open: string[]): string[] {
  const lines = files.map(({ path, definition }) => {
    const { family } = definition;
    return `${wrote(path)}   ${family}, duties ${duties}`;
  });
  const names = open.join(', ');
  if (names) lines.push(`${STANDS_BY_NAME}: ${names}`);
  lines.push(TAGS_LEFT_OUT);
  lines.push(nextRegister(files[0]!.path));
  return lines;
}

/** What a deployment would change, a line for each thing: old → new. */
export function describePreview(services: ServicePreview[]): string[] {
  return services.flatMap(({ service, runs, changes, kept }) => {
    const head = `${service}   ${runs}`;
    const notes = kept.map((note) => `  ${note}`);
    if (changes.length === 0) return [`${head}   nothing changes`, ...notes];
    return [head, ...changes.map(describeChange), ...notes];
  });
}

function describeChange({ what, container = '(task)', from, to }: Change): string {
  const [before, after] = [from, to].map((value) => value ?? 'none');
  return `  ${container.padEnd(CHECK_WIDTH)} ${what}: ${before} → ${after}`;
}

/** A line a deployment, then what they come to. */
export function describeDeployments(deployments: ListedDeployment[], figures: DeploymentFigures): string[] {
  const { ended, succeeded, successRate, longestSeconds, refused, aborted, criteria } = figures;
  const rate = successRate === null ? '' : ` (${Math.floor(successRate)} %)`;
  const longest = longestSeconds === null ? '' : `, longest ${formatMinutes(longestSeconds)} min`;
  const apart = `counted apart: ${refused} refused in its check, ${aborted} aborted by somebody`;
  return [
    ...deployments.map(describeDeployment),
    `deployments ended: ${ended}, of them well: ${succeeded}${rate}${longest}`,
    ...(refused + aborted > 0 ? [apart] : []),
    ...criteria.map(({ what, limit, measured, met }) => `${markOf(met)} ${what} ${limit}: ${measured}`),
  ];
}

function describeDeployment(deployment: ListedDeployment): string {
  const { name, startedAt, services, seconds, outcome, apart } = deployment;
  const time = startedAt.slice(0, 19).replace('T', ' ');
  const took = seconds === null ? 'not verified' : `${seconds} s`;
  const ended = apart ? `${outcome} (${apart})` : outcome;
  const parts = [time, name, ended, took, services.join(', ')];
  return parts.join('   ');
}

function markOf(met: boolean | null): string {
  if (met === null) return '–';
  return met ? '✔' : '✖';
}
