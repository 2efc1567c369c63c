import type { StoreRequest } from '../../stores/endpoint';

/**
 * Questions to HTTP endpoints as one script for sh with curl and grep: it runs in the probe's task and, through SSM, on
 * a host. One answer a question, in any case: what does not answer says why.
 */
export interface HttpQuestion {
  key: string;
  url: string;
  /** JSON; absent: GET */
  body?: string;
  /** extended regular expression: only what matches is printed */
  only?: string;
  /** extended regular expression: the next question is asked only where nothing of the answer matches */
  endsWith?: string;
}

export interface HttpAnswer {
  /** HTTP status; 0: no answer */
  code: number;
  /** what curl says when there is no answer */
  body: string;
}

const MARK = '-- answer';
/** Seconds for one answer. */
const TIMEOUT_S = 15;
/** Characters of a body, or of curl's words, that a refusal quotes. */
const QUOTED = { body: 120, curl: 160 };

/**
 * The requests to one service, asked in order.
 * @param named what of an answer says that it names something: then nothing more is asked
 */
export function createQuestions(
  service: string,
  url: string,
  requests: StoreRequest[],
  named?: string,
): HttpQuestion[] {
  return requests.map(({ path, body }, index) => ({
    key: `${service} ${index}`,
    url: `${url}${path}`,
    ...(body !== undefined && { body }),
    ...(named !== undefined && index < requests.length - 1 && { endsWith: named }),
  }));
}

/** @throws Error when a question would leave its quotes */
export function writeScript(questions: HttpQuestion[]): string {
  return questions.map((question) => `${writeQuestion(question)}${question.endsWith ? ' ||' : ''}`).join('\n');
}

function writeQuestion({ key, url, body, only, endsWith }: HttpQuestion): string {
  const words = [key, url, body ?? '', only ?? '', endsWith ?? ''];
  if (words.some((word) => /['\n]/.test(word))) throw new Error(`the question ${key} holds a quote or a line break`);
  const json = body === undefined ? '' : `-H 'Content-Type: application/json' -d '${body}' `;
  const mark = `-w '\\n${MARK} %{http_code} ${key}\\n'`;
  const ask = `curl -sS -m ${TIMEOUT_S} -H 'Accept: application/json' ${json}${mark} '${url}' 2>&1`;
  if (endsWith !== undefined) {
    return `{ answer=$(${ask}); printf '%s\\n' "$answer"; printf '%s' "$answer" | grep -qE '${endsWith}'; }`;
  }
  return only === undefined ? ask : `${ask} | grep -oE '${only}|^${MARK} .*|^curl: .*'`;
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
    answers.set(key, { code: Number(code), body: body.join('\n').trim() });
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
