import { spawnSync } from 'node:child_process';

const BENCHES = ['migration', 'take-over', 'case'];

// whatever the ones before say: all figures are printed
for (const name of BENCHES) {
  const file = `bench/${name}.ts`;
  const words = ['--import', 'tsx', file];
  const { status } = spawnSync(process.execPath, words, {
    stdio: 'inherit',
  });
  if (status !== 0) {
    process.exitCode = 1;
  }
}
