import { compareFindings, fail, warn } from '../../src/import/finding';

const TEXT = {
  message: '',
  fix: '',
};

test('what is lost for ever stands before what is hidden, silent or open, and failures before all warnings', () => {
  const at = (line: number) => ({
    file: 'compose.yaml',
    line,
  });
  const findings = [
    warn('mimir/static-keys', at(1), TEXT),
    warn('host/unset', at(2), TEXT),
    fail('grafana/anonymous', at(3), TEXT),
    fail('mimir/version', at(4), TEXT),
    fail('loki/tenants', at(5), TEXT),
    fail('tempo/filesystem', at(7), TEXT),
    fail('mimir/filesystem', at(6), TEXT),
  ];
  const ids = findings.sort(compareFindings).map(({ id }) => id);
  expect(ids).toEqual([
    'mimir/filesystem',
    'tempo/filesystem',
    'loki/tenants',
    'grafana/anonymous',
    'mimir/version',
    'host/unset',
    'mimir/static-keys',
  ]);
});
