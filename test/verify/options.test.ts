import { readOptions } from '../../verify/options';

const REFUSAL = 'one of --bin FOLDER and --docker says where the programs are';

test('one of a folder and Docker says where the programs are', () => {
  const refused = [[], ['--bin', 'programs', '--docker']];
  for (const args of refused) {
    const read = () => readOptions(args);
    expect(read).toThrow(REFUSAL);
  }
});

test('a folder is where the programs are, and nothing is recorded unasked', () => {
  const options = readOptions(['--bin', 'programs']);
  expect(options).toMatchObject({
    folder: 'programs',
    isRecording: false,
  });
});

test('Docker needs no folder', () => {
  const options = readOptions(['--docker', '--record']);
  expect(options.isRecording).toBe(true);
  expect(options).not.toHaveProperty('folder');
});

test('a patience is a number of seconds', () => {
  const read = () => readOptions(['--docker', '--patience', 'long']);
  expect(read).toThrow('--patience long is no number of seconds');
});
