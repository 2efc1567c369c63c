import { findAfter } from '../findings';
import { GRAFANA_ENV, LOKI, LOKI_CONFIG } from '../folder';

const SHARED_STORE = {
  file: LOKI_CONFIG,
  from: '  working_directory',
  to: '  shared_store: s3\n  working_directory',
};

test('an option that the version no longer has is named', () => {
  const findings = findAfter(SHARED_STORE);
  expect(findings).toEqual([`warn loki/dead-option ${LOKI_CONFIG}:48`]);
});

test('an option that an older version still has is not named', () => {
  const findings = findAfter(SHARED_STORE, {
    file: LOKI,
    from: '-3.7.8}',
    to: '-2.9.8}',
  });
  expect(findings).toEqual([`fail loki/version ${LOKI}:3`]);
});

test('a variable that Grafana no longer has is named', () => {
  const findings = findAfter({
    file: GRAFANA_ENV,
    from: 'GF_DATABASE_TYPE',
    to: 'GF_ALERTING_ENABLED=true\nGF_DATABASE_TYPE',
  });
  expect(findings).toEqual([`warn grafana/dead-option ${GRAFANA_ENV}:1`]);
});
