/** What preflight says of names that are answered otherwise inside the VPC. */
import type { Finding } from '../../../contract/findings';
import type { RecordSet } from '../../../contract/records';
import { describeRecordSets } from '../../aws/record-set';
import { warn } from '../finding';

interface Zone {
  id: string;
  name: string;
}

export function sayAnsweredInside(name: string, vpc: string, { id }: Zone, sets: RecordSet[]): Finding {
  return warn(
    'zone',
    `inside ${vpc} ${name} is answered by the private zone ${id}, ${describeRecordSets(sets)}: those clients do not move`,
    'change it there before the hosts stop, or take the record out of that zone',
  );
}

export function sayMissingInside(name: string, vpc: string, { id, name: zone }: Zone): Finding {
  return warn(
    'zone',
    `inside ${vpc} there is no ${name}: the private zone ${id} answers for all of ${zone} and does not have it`,
    'whoever shall reach it from there needs it in that zone',
  );
}
