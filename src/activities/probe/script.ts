import type { StoreRequest } from '../../stores/endpoint';
import { quoted, writeCurl } from '../curl';

/**
 * Questions over HTTP as one script for sh with curl and grep: it runs in the probe's task and, through SSM, on a host.
 * One answer a question, in any case: what does not answer says why.
 */
export interface HttpQuestion {
  key: string;
  /** `http://10.0.1.7:3100` */
  origin: string;
  request: StoreRequest;
  /** extended regular expression: nothing else of a good answer leaves the place where it was asked */
  only: string;
  /** the next question is asked only where nothing of this answer matches */
  isEnough?: boolean;
}

export interface HttpAnswer {
  /** HTTP status; 0: no answer */
  code: number;
  /** what matched of it; where nothing did, how it begins; what curl says when there is no answer */
  body: string;
}

/** How the line begins that ends an answer: with its status and its key. */
export const MARK = '-- answer';
/** Seconds for one answer. */
const TIMEOUT_S = 15;
/** Characters of a body, or of curl's words, that a refusal quotes. */
const QUOTED = {
  body: 120,
  curl: 160,
};
/**
 * What is let through of an answer in which nothing matches, in lines and characters of each. A good one may hold a line
 * of a user's.
 */
const BEGINNING = {
  refused: {
    lines: 3,
    characters: 200,
  },
  good: {
    lines: 1,
    characters: 40,
  },
};

/** Lets of `$answer` through what matches. Older curls print their own words after the mark. */
const TELL = `tell() {
  mark=$(printf '%s\\n' "$answer" | grep '^${MARK} ' | tail -n 1)
  matches= lines=${BEGINNING.refused.lines} characters=${BEGINNING.refused.characters}
  case "$mark" in '${MARK} 200 '*)
    lines=${BEGINNING.good.lines} characters=${BEGINNING.good.characters}
    matches=$(printf '%s\\n' "$answer" | grep -oE -e "$1") ;;
  esac
  if [ -n "$matches" ]; then printf '%s\\n%s\\n' "$matches" "$mark"; return 0; fi
  printf '%s\\n' "$answer" | grep -vxF -e "$mark" | head -n "$lines" | cut -c "1-$characters"
  printf '%s\\n' "$mark"
  return 1
}`;

/** The script that asks all of them, each after the other. */
export function writeScript(questions: HttpQuestion[]): string {
  return [TELL, ...questions.map(writeQuestion)].join('\n');
}

function writeQuestion({ key, origin, request, only, isEnough }: HttpQuestion): string {
  const mark = quoted(`\\n${MARK} %{http_code} ${key}\\n`);
  const accept = quoted('accept: application/json');
  const curl = writeCurl(origin, request, ['-m', String(TIMEOUT_S), '-H', accept, '-w', mark]);
  return `{ answer=$(${curl} 2>&1); tell ${quoted(only)}; }${isEnough ? ' ||' : ''}`;
}

/** The answers by key; a key without one is absent. */
export function readAnswers(output: string): Map<string, HttpAnswer> {
  const answers = new Map<string, HttpAnswer>();
  const mark = new RegExp(`^${MARK} (\\d+) (.+)$`);
  let body: string[] = [];
  for (const line of output.split('\n')) {
    const [, code, key] = mark.exec(line) ?? [];
    if (key === undefined) {
      body.push(line);
      continue;
    }
    answers.set(key, {
      code: Number(code),
      body: body.join('\n').trim(),
    });
    body = [];
  }
  return answers;
}

/** Why an answer is none, short: the status with the beginning of the body, or curl's own words. */
export function explainRefusal(answer: HttpAnswer | undefined): string | undefined {
  if (!answer) return 'no answer';
  const { code, body } = answer;
  if (code === 0) return body.slice(0, QUOTED.curl) || 'no answer';
  if (code === 200) return undefined;
  return [`answered ${code}`, body.slice(0, QUOTED.body)].filter(Boolean).join(': ');
}
