import { findAfter } from '../findings';
import { ALLOY, LOKI, MIMIR } from '../folder';

const BY_SHELL = `
    healthcheck:
      test: wget -q -O - http://127.0.0.1:9009/ready || exit 1
    mem_limit`;
const CHECK_OF_MIMIR = {
  file: MIMIR,
  from: '\n    mem_limit',
  to: BY_SHELL,
};

test('a health check by a shell is named for an image without one', () => {
  const findings = findAfter(CHECK_OF_MIMIR);
  expect(findings).toEqual([`warn mimir/health-check ${MIMIR}:29`]);
});

test('the same health check is not named for an older image that has a shell', () => {
  const older = {
    file: MIMIR,
    from: 'mimir:3.2.1',
    to: 'mimir:2.12.0',
  };
  const findings = findAfter(CHECK_OF_MIMIR, older);
  expect(findings).toEqual([`fail mimir/version ${MIMIR}:15`]);
});

test('a health check by a program is named for an image without it', () => {
  const findings = findAfter({
    file: LOKI,
    from: '/usr/bin/loki',
    to: '/usr/bin/curl',
  });
  expect(findings).toEqual([`warn loki/health-check ${LOKI}:26`]);
});

test('an image with a shell may lack the program too', () => {
  const check = 'healthcheck: { test: curl -f http://localhost:12345/-/ready }';
  const findings = findAfter({
    file: ALLOY,
    from: '    ports:',
    to: `    ${check}\n    ports:`,
  });
  expect(findings).toEqual([`warn alloy/health-check ${ALLOY}:6`]);
});
