import { findAfter } from '../findings';
import { GRAFANA_ENV } from '../folder';

test.each([
  'postgres:5432',
  'localhost:5432',
  'host.docker.internal', // without a port
])('a database at %s is on the host and fails', (host) => {
  const findings = findAfter({
    file: GRAFANA_ENV,
    from: /HOST=.*/,
    to: `HOST=${host}`,
  });
  expect(findings).toEqual([`fail grafana/database ${GRAFANA_ENV}:1`]);
});
