import { findAfter, listFindings } from '../findings';
import { GRAFANA, writeFolder } from '../folder';

const folderOf = (provider: string) =>
  writeFolder({
    'compose.yaml': [
      'services:',
      '  grafana:',
      '    image: grafana/grafana:13.2.3',
      '    environment: { GF_DATABASE_TYPE: postgres }',
      '    volumes: ["./provisioning:/etc/grafana/provisioning:ro"]',
    ].join('\n'),
    'provisioning/dashboards/d.yaml': `apiVersion: 1\nproviders:\n  - ${provider}\n`,
  });

test.each(['{ name: ours, type: file, options: { path: /boards } }', '{ type: file }'])(
  'dashboards of a provider that the image does not have would be deleted: %s',
  (provider) => {
    expect(listFindings(folderOf(provider))).toContain('fail grafana/dashboards provisioning/dashboards/d.yaml:3');
  },
);

test('a provider with the name of the one in the image stays', () => {
  const findings = listFindings(folderOf('{ name: lgtm, type: file }'));
  expect(findings).not.toContainEqual(expect.stringContaining('grafana/dashboards'));
});

test('a Grafana without provisioned dashboards loses none', () => {
  const findings = findAfter({
    file: GRAFANA,
    from: '      - ./config/provisioning:/etc/grafana/provisioning:ro\n',
    to: '',
  });
  expect(findings).toEqual([]);
});
