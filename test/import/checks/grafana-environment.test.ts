import { findAfter } from '../findings';
import { GRAFANA_ENV } from '../folder';

const findWith = (lines: string) =>
  findAfter({
    file: GRAFANA_ENV,
    from: /^/,
    to: `${lines}\n`,
  });

test.each(['GF_INSTALL_PLUGINS=grafana-oncall-app', 'GF_PLUGINS_PREINSTALL=grafana-oncall-app'])(
  'plugins that Grafana installs at its start are named: %s',
  (line) => {
    expect(findWith(line)).toEqual([`warn grafana/plugins ${GRAFANA_ENV}:1`]);
  },
);

test("variables that are none of Grafana's are named once", () => {
  const findings = findWith('SLACK_URL=https://hooks.example.com/x\nTEAM=a');
  expect(findings).toEqual([`warn grafana/environment ${GRAFANA_ENV}:1`]);
});
