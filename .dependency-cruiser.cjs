/** Who may import whom. Held by `npm run walls`; docs/architecture.md has the same as a picture. */

const inside = (...folders) => `^src/(${folders.join('|')})(/|\\.ts$)`;

/** One wall: files in `from` know nothing of `to`. */
const wall = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

const OURS = '^(src|test|lab|verify|bench|emulator)/';

/** What reads the stores' answers. */
const READERS = '^src/(analysis/metrics|activities/(host/(configuration|stores)|probe/rings))\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'a circle, of types too, has no first file to read',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'product-alone',
      comment: 'the product knows neither its tests nor the lab nor the emulator, nor how it is verified',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|lab|verify|bench|emulator|scripts)/' },
    },
    {
      name: 'lab-knows-no-tests',
      comment: 'what the lab and the bench share with tests lies in the lab',
      severity: 'error',
      from: { path: '^(lab|scripts)/' },
      to: { path: '^(test|bench|verify)/' },
    },
    {
      name: 'verify-reads-stores',
      comment: 'the real programs are held against what the stores say, with what reads them, by parts of the lab',
      severity: 'error',
      from: { path: '^verify/' },
      to: { path: OURS, pathNot: ['^(verify|lab)/', inside('stores'), READERS] },
    },
    {
      name: 'stores-know-nobody',
      comment: 'a store is one file that can be read alone',
      severity: 'error',
      from: { path: inside('stores') },
      to: { path: OURS, pathNot: inside('stores') },
    },
    {
      name: 'plan-knows-stores',
      comment: 'a plan is pure',
      severity: 'error',
      from: { path: inside('plan') },
      to: { path: OURS, pathNot: inside('plan', 'stores') },
    },
    {
      name: 'analysis-knows-plan',
      comment: 'the judge is pure',
      severity: 'error',
      from: { path: inside('analysis') },
      to: { path: OURS, pathNot: inside('analysis', 'plan', 'stores') },
    },
    {
      name: 'contract-knows-types',
      comment: 'the contract names what crosses a process and acts on nothing',
      severity: 'error',
      from: { path: inside('contract') },
      to: { path: OURS, pathNot: inside('contract', 'analysis', 'plan', 'stores') },
    },
    {
      name: 'contract-runs-nothing',
      comment: 'only types of the pure folders',
      severity: 'error',
      from: { path: inside('contract') },
      to: { path: inside('analysis', 'plan', 'stores'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-are-deterministic',
      comment: 'a workflow asks activities by their contract',
      severity: 'error',
      from: { path: inside('workflows') },
      to: { path: OURS, pathNot: inside('workflows', 'contract', 'analysis', 'plan', 'stores') },
    },
    {
      name: 'engine-knows-no-move',
      comment: 'the engine runs whatever the phases and moves are',
      severity: 'error',
      from: { path: '^src/workflows/engine/' },
      to: { path: '^src/workflows/(phases|moves|deployment)/' },
    },
    {
      name: 'moves-know-no-phase',
      comment: 'a move is used by phases and undos',
      severity: 'error',
      from: { path: '^src/workflows/moves/' },
      to: { path: '^src/workflows/(phases/|deployment/|migrate|deploy|undos|words)' },
    },
    {
      name: 'activities-know-no-workflow',
      comment: 'an activity serves whoever asks',
      severity: 'error',
      from: { path: inside('activities') },
      to: { path: OURS, pathNot: inside('activities', 'contract', 'analysis', 'plan', 'stores') },
    },
    {
      name: 'import-asks-hosts',
      comment: 'import reads a folder, and asks hosts through activities',
      severity: 'error',
      from: { path: inside('import') },
      to: { path: OURS, pathNot: inside('import', 'activities', 'contract', 'plan', 'stores') },
    },
    {
      name: 'temporal-connects',
      comment: 'how both connect and start a plan, and nothing else',
      severity: 'error',
      from: { path: inside('temporal') },
      to: { path: OURS, pathNot: inside('temporal', 'contract', 'plan') },
    },
    {
      name: 'worker-is-no-command',
      comment: 'the worker process knows no command line',
      severity: 'error',
      from: { path: inside('worker') },
      to: { path: inside('commands', 'client', 'import') },
    },
    wall(
      'pure-without-node',
      'no files, no clock of the system',
      inside('stores', 'plan', 'analysis', 'workflows'),
      '^(node:|fs$|path$|os$|child_process$)',
    ),
    wall(
      'aws-in-activities-alone',
      'the AWS SDK is behind activities',
      inside('stores', 'plan', 'analysis', 'contract', 'workflows', 'commands', 'temporal', 'import'),
      'node_modules/@aws-sdk',
    ),
    wall(
      'temporal-behind-temporal',
      'commands reach Temporal through temporal/',
      inside('import'),
      'node_modules/@temporalio',
    ),
    {
      name: 'no-junk-drawer',
      comment: 'a file is a noun',
      severity: 'error',
      from: {},
      to: { path: '/(utils?|helpers?|common)(/|\\.ts$)', pathNot: 'node_modules' },
    },
    {
      name: 'resolvable',
      comment: 'every import is found and is a dependency of ours',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.tools)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
