import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator, type OwnEmulator } from '../activities/emulator';
import { furnish, type Account, type Change } from './account';
import { BALANCER_CHANGES } from './changes-balancer';
import { ECS_CHANGES } from './changes-ecs';
import { HOST_CHANGES } from './changes-host';
import { NAME_CHANGES } from './changes-names';
import { createClients } from './clients';

const CHANGES: Change[] = [...ECS_CHANGES, ...BALANCER_CHANGES, ...NAME_CHANGES, ...HOST_CHANGES];
/** What a script does stands in the state of its host; a start changes the same as a stop. */
const NO_OWN_ATTRIBUTE = ['SendCommand', 'StartInstances'];
const SOURCES = join(__dirname, '../../src');
const READS = /^(Describe|List|Get|Head|BatchGet|Simulate|Test)/;

let emulators: OwnEmulator[];
let accounts: Account[];

async function startFurnished(): Promise<[OwnEmulator, Account]> {
  const emulator = await startEmulator('--world', 'adopted');
  return [emulator, await furnish(createClients(emulator.url), emulator.account)];
}

beforeAll(async () => {
  const started = await Promise.all([startFurnished(), startFurnished()]);
  emulators = started.map(([emulator]) => emulator);
  accounts = started.map(([, account]) => account);
});
afterAll(() => Promise.all(emulators.map((emulator) => emulator.stop())));

test('two worlds that were made alike dump equal, whatever their ids', async () => {
  const [one, other] = await Promise.all(emulators.map((emulator) => emulator.dump()));
  expect(one).toEqual(other);
  expect(accounts[0]!.group).not.toBe(accounts[1]!.group);
  expect(JSON.stringify(one)).not.toContain(accounts[0]!.group);
});

describe('a change of one attribute is seen in the dump', () => {
  // and nothing happens by itself between two dumps
  beforeAll(() => emulators[0]!.post('/settings', { clock_runs: 0 }));

  test.each(CHANGES)('%s', async (_, make) => {
    const before = await emulators[0]!.dump();
    expect(await emulators[0]!.dump()).toEqual(before);
    await make(accounts[0]!);
    expect(await emulators[0]!.dump()).not.toEqual(before);
  });
});

test('the value of a secret is never in it', async () => {
  expect(JSON.stringify(await emulators[1]!.dump())).not.toContain('AWS_SECRET_ACCESS_KEY');
});

test('every command of the product that changes something is among the changes', () => {
  const files = readdirSync(SOURCES, { recursive: true }).map(String);
  const sources = files.filter((file) => file.endsWith('.ts')).map((file) => readFileSync(join(SOURCES, file), 'utf8'));
  const sent = sources.flatMap((text) => [...text.matchAll(/new ([A-Z]\w+)Command\(/g)].map(([, name]) => name!));
  const mutating = sent.filter((name) => !READS.test(name) && !NO_OWN_ATTRIBUTE.includes(name));
  const covered = CHANGES.map(([what]) => what.split(':')[0]);
  expect([...new Set(mutating)].filter((name) => !covered.includes(name))).toEqual([]);
});
