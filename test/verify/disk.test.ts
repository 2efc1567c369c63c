import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { Disk } from '../../verify/disk';
import { readImageFile } from '../../verify/image';
import { makeFolder } from '../temporary';

/** What stands where a program of the folder would: it prints how it was started. */
const PROGRAM = join(__dirname, 'print-start.sh');
const SERVICES = ['mimir', 'loki', 'tempo', 'pyroscope', 'alloy'] as const;
const GIVEN = {
  REGION: 'ap-northeast-2',
  S3_BUCKET: 'bucket',
  S3_ENDPOINT: '127.0.0.1:9',
  DOMAIN: 'lgtm.invalid',
  TASK_IP: '127.0.0.1',
};
