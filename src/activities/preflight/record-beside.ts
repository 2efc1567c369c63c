import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { Finding } from '../../contract/findings';
import { normaliseName } from '../aws/record-set';
import { sayRecordLedAway } from './texts/records';

/** Records that a browser asks for beside A, and follows before it. Source: RFC 9460, section 9 */
const SERVICE_TYPES = ['HTTPS', 'SVCB'];
/** What leads elsewhere than the name's own A record. Source: RFC 9460, sections 7.2 and 7.3 */
const LEADING = /\b(ipv4hint|ipv6hint|port)=("[^"]*"|\S+)/g;

/** Records beside a name's own that take clients past its weights. */
export function findRecordsBeside(name: string, sets: ResourceRecordSet[]): Finding[] {
  const services = sets.filter(({ Type }) => SERVICE_TYPES.includes(Type!));
  return services.flatMap(({ Name = '', Type, ResourceRecords = [] }) =>
    ResourceRecords.flatMap(({ Value = '' }) => {
      const led = findLeading(Name, Value);
      return led === undefined ? [] : [sayRecordLedAway(name, Type!, led)];
    }),
  );
}

/** `1 . alpn=h2 ipv4hint=192.0.2.1` → what of it leads away; undefined: nothing. */
function findLeading(name: string, value: string): string | undefined {
  const [, target = '.'] = value.split(/\s+/);
  const isItself = target === '.' || normaliseName(target) === normaliseName(name);
  const parameters = value.match(LEADING) ?? [];
  const led = parameters.filter((parameter) => !/^port="?443"?$/.test(parameter));
  if (!isItself) led.unshift(target);
  return led.length > 0 ? led.join(' ') : undefined;
}
