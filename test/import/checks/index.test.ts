import { listFindings, USUAL_FINDINGS } from '../findings';
import { EXAMPLE } from '../folder';

test('the example would break nothing', () => {
  const findings = listFindings(EXAMPLE);
  expect(findings).toEqual(USUAL_FINDINGS);
});
