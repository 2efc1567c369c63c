import { fail, warn, type ImportFinding } from '../finding';
import { readShipped } from '../images/frame';
import type { Inventory } from '../read/inventory';
import { readBlocks, readPorts, type Block, type Pipeline } from '../read/pipeline';
import { pipelineIsLost, pipelineIsReplaced } from './pipeline-texts';

/** The hosts that a block sends to or scrapes: of URLs, and of addresses with a port. */
const HOST = /(?:url|endpoint|__address__)"?\s*=\s*"(?:https?:\/\/)?([\w.-]+)(?::\d+)?(?:\/[^"]*)?"/g;

/** Settings by which a block changes what goes through it, or whom it is. */
const CHANGES =
  /\b(?:(?:write_)?relabel_configs?|relabel_rules|external_labels|labels|headers|basic_auth|authorization|oauth2)\b/;
/** Its own metrics. */
const ITSELF = /(?:127\.0\.0\.1|localhost):12345/g;
const EVERYWHERE = '0.0.0.0';

/** What Alloy scrapes, receives, changes and sends on: its image has a pipeline of its own. */
export function checkPipeline({ components }: Inventory): ImportFinding[] {
  const services = components.flatMap((component) => component.services.map(({ name }) => name));
  const pipelines = components.flatMap((component) => component.pipeline ?? []);
  return pipelines.filter(({ blocks }) => blocks.length > 0).map((pipeline) => judgePipeline(pipeline, services));
}

function judgePipeline(pipeline: Pipeline, services: string[]): ImportFinding {
  const shipped = readShippedPipeline();
  const lost = pipeline.blocks.filter((block) => !isShipped(block, shipped, services));
  if (lost.length === 0) {
    return warn('alloy/configuration', pipeline, pipelineIsReplaced(pipeline.blocks, pipeline.ports));
  }
  return fail('alloy/configuration', pipeline, pipelineIsLost(lost, pipeline.ports));
}

interface Shipped {
  kinds: Set<string>;
  ports: number[];
}

function readShippedPipeline(): Shipped {
  const files = readShipped('alloy').filter(({ path }) => path.endsWith('.alloy'));
  return {
    kinds: new Set(files.flatMap(({ content }) => readBlocks(content).map(kindOf))),
    ports: files.flatMap(({ content }) => readPorts(content)),
  };
}

const kindOf = ({ name }: Block): string => name.split(' ')[0]!;

/**
 * Whether the shipped pipeline does the same: it takes, at the same ports and unchanged, what goes to the stack, and
 * scrapes the stack and itself.
 */
function isShipped(block: Block, { kinds, ports }: Shipped, services: string[]): boolean {
  const { body } = block;
  if (!kinds.has(kindOf(block)) || CHANGES.test(body) || kindOf(block).startsWith('discovery.')) return false;
  if (!readPorts(body).every((port) => ports.includes(port))) return false;
  const hosts = [...body.replace(ITSELF, EVERYWHERE).matchAll(HOST)];
  return hosts.every(([, host = '']) => [EVERYWHERE, ...services].includes(host));
}
