/**
 * Questions to HTTP endpoints as one script for sh with curl and grep: it runs in the probe's task and, through
 * SSM, on a host. One answer a question, in any case: what does not answer says why.
 */
export interface Question {
  key: string;
  url: string;
  /** JSON body; absent: GET */
  post?: string;
  /** extended regular expression: only what matches is printed */
  only?: string;
}

export interface Answer {
  /** HTTP status; 0: no answer */
  code: number;
  /** what curl says when there is no answer */
  body: string;
}

const MARK = '-- answer';

/** Seconds for one answer. */
const TIMEOUT_S = 15;

/** @throws Error when a question would leave its quotes */
export function scriptOf(questions: Question[]): string {
  return questions
    .map(({ key, url, post, only }) => {
      const words = [key, url, post ?? '', only ?? ''];
      if (words.some((word) => /['\n]/.test(word)))
        throw new Error(`the question ${key} holds a quote or a line break`);
      const ask = `curl -sS -m ${TIMEOUT_S} -H 'Accept: application/json' ${post === undefined ? '' : `-H 'Content-Type: application/json' -d '${post}' `}-w '\\n${MARK} %{http_code} ${key}\\n' '${url}' 2>&1`;
      return only === undefined ? ask : `${ask} | grep -oE '${only}|^${MARK} .*|^curl: .*'`;
    })
    .join('\n');
}

/** The answers by key; a key without one is absent. */
export function answersOf(output: string): Map<string, Answer> {
  const answers = new Map<string, Answer>();
  let body: string[] = [];
  for (const line of output.split('\n')) {
    const [, code, key] = new RegExp(`^${MARK} (\\d+) (.+)$`).exec(line) ?? [];
    if (key === undefined) {
      body.push(line);
      continue;
    }
    answers.set(key, { code: Number(code), body: body.join('\n').trim() });
    body = [];
  }
  return answers;
}

/** Why an answer is none, short: the status with the beginning of the body, or curl's own words. */
export function refusalOf(answer: Answer | undefined): string | undefined {
  if (!answer) return 'no answer';
  if (answer.code === 0) return answer.body.slice(0, 160) || 'no answer';
  return answer.code === 200
    ? undefined
    : `answered ${answer.code}${answer.body ? `: ${answer.body.slice(0, 120)}` : ''}`;
}
