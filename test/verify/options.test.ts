import { readOptions } from '../../verify/options';

test('one of a folder and Docker says where the programs are', () => {
  const refusal = 'one of --bin FOLDER and --docker says where the programs are';
  expect(() => readOptions([])).toThrow(refusal);
  expect(() => readOptions(['--bin', 'programs', '--docker'])).toThrow(refusal);
  expect(readOptions(['--bin', 'programs'])).toMatchObject({ folder: 'programs', isRecording: false });
  expect(readOptions(['--docker', '--record'])).not.toHaveProperty('folder');
});

test('a patience that is no number of seconds is refused', () => {
  expect(() => readOptions(['--docker', '--patience', 'long'])).toThrow('--patience long is no number of seconds');
  expect(readOptions(['--docker', '--patience', '20'])).toMatchObject({ patienceMs: 20_000 });
});
