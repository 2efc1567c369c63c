import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { ledgerQuery, statusQuery, workflowIdOf } from '../../../src/contract/messages';
import type { RunKind } from '../../../src/contract/status';
import { STACK, type Operator } from '../../scenarios/operator';
import { textsOf, type Canaries } from './canaries';

const KINDS: RunKind[] = ['migration', 'deployment'];
/** How a server asks a worker for what its UI shows: the current details among it. */
const METADATA = '__temporal_workflow_metadata';
/** Logs of a lab's processes, and the file in which its server keeps all that it is told. */
const WRITTEN = /\.log$|^temporal\.db/;

type Told = [place: string, value: unknown];

/**
 * Looks for canaries in all that a stack's runs have left.
 * @param heard what the command line has said
 * @returns where which secret was found, in words
 */
export async function searchCanaries(operator: Operator, canaries: Canaries, heard: string): Promise<string[]> {
  const told: Told[] = [
    ['the command line', heard],
    ...(await readRuns(operator)),
    ...(await readAccount(operator)),
    ...(await readFiles(operator)),
  ];
  return told.flatMap(([place, value]) => {
    const found = [...textsOf(value)].flatMap((text) => canaries.findIn(text));
    return [...new Set(found)].map((secret) => `${secret} stands in ${place}`);
  });
}

async function readRuns({ client }: Operator): Promise<Told[]> {
  const query = KINDS.map((kind) => `WorkflowId = "${workflowIdOf(kind, STACK)}"`).join(' OR ');
  const told: Told[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const handle = client.workflow.getHandle(workflowId, runId);
    told.push(...(await readRun(handle)).map(([what, value]): Told => [`${what} of ${workflowId}`, value]));
  }
  return told;
}

async function readRun(handle: WorkflowHandle): Promise<Told[]> {
  return [
    ['the history', await handle.fetchHistory()],
    ['the description, memo and attributes', (await handle.describe()).raw],
    ['the status', await handle.query(statusQuery).catch(() => undefined)],
    ['the ledger', await handle.query(ledgerQuery).catch(() => undefined)],
    ['the current details', await handle.query(METADATA).catch(() => undefined)],
  ];
}

/** Commands with their outputs as SSM keeps them, and all of the account but what its hosts hold. */
async function readAccount({ emulator }: Operator): Promise<Told[]> {
  const { instances, ...account } = await emulator.dump();
  const outside = instances.map((instance) => ({
    ...instance,
    host: null,
  }));
  return [
    ["SSM's commands", await emulator.get('/commands')],
    [
      'the account',
      {
        ...account,
        outside,
      },
    ],
  ];
}

async function readFiles({ lab }: Operator): Promise<Told[]> {
  const names = (await readdir(lab.folder)).filter((name) => WRITTEN.test(name));
  // one character a byte: what is no text between texts does not hide them
  const read = async (name: string): Promise<Told> => [name, await readFile(join(lab.folder, name), 'latin1')];
  return Promise.all(names.map(read));
}
