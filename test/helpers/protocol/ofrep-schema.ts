import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { ROOT } from '../repository/source-tree.ts';

/** The OpenAPI document of OFREP in a folder beside the repository; `undefined` where there is none. */
export const OFREP_DOCUMENT: string | undefined = besideRepository('ofrep/openapi.yaml');

/** Finds a file in the folder of the repository's folder, or in one of its other folders. */
function besideRepository(file: string): string | undefined {
  const parent = path.dirname(ROOT);
  const folders = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return ['', ...folders.map(({ name }) => name)]
    .map((folder) => path.join(parent, folder, file))
    .find((one) => existsSync(one));
}

interface OpenApi {
  readonly paths: Readonly<
    Record<string, { readonly post: { readonly responses: Readonly<Record<string, Response>> } }>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

interface Response {
  readonly content?: { readonly 'application/json': { readonly schema: object; readonly example?: unknown } };
}

/** The schemas of the responses of OFREP, without the known faults of the document. */
export function ofrepSchemas(): {
  /** The errors in the response to a request, one line each. */
  readonly mistakes: (endpoint: 'one' | 'all', status: number, body: unknown) => readonly string[];
  readonly examples: readonly { readonly endpoint: 'one' | 'all'; readonly status: number; readonly body: unknown }[];
} {
  const document = readDocument();
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addFormat('float', true);
  ajv.addSchema(document, 'ofrep');
  const compiled = new Map<string, ValidateFunction | undefined>();
  const responses = Object.entries(ENDPOINTS).flatMap(([endpoint, at]) =>
    Object.entries(document.paths[at]?.post.responses ?? {}).map(([status, response]) => ({
      endpoint,
      at,
      status,
      response,
    })),
  );
  for (const { endpoint, at, status, response } of responses) {
    const pointer = ['paths', at, 'post', 'responses', status, 'content', 'application/json', 'schema'];
    const $ref = `ofrep#/${pointer.map((part) => encodeURIComponent(part.replaceAll('/', '~1'))).join('/')}`;
    compiled.set(`${endpoint} ${status}`, response.content && ajv.compile({ $ref }));
  }
  return {
    mistakes(endpoint, status, body) {
      const name = `${endpoint} ${status}`;
      if (!compiled.has(name)) return [`the document has no status ${status}`];
      const validate = compiled.get(name);
      if (validate === undefined) return body === undefined ? [] : [`status ${status} has no body`];
      return validate(body)
        ? []
        : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    },
    examples: responses.flatMap(({ endpoint, status, response }) => {
      const body = response.content?.['application/json'].example;
      return body === undefined ? [] : [{ endpoint: endpoint as 'one' | 'all', status: Number(status), body }];
    }),
  };
}

const ENDPOINTS = { one: '/ofrep/v1/evaluate/flags/{key}', all: '/ofrep/v1/evaluate/flags' };

interface WithEnum {
  readonly enum: string[];
}

/** The schemas with faults. */
interface Faulty {
  readonly evaluationSuccess: {
    readonly allOf: readonly [
      { readonly properties: { readonly reason: WithEnum } },
      { oneOf?: readonly object[]; anyOf?: readonly object[] | undefined },
    ];
  };
  readonly evaluationFailure: { readonly properties: { readonly errorCode: WithEnum } };
  readonly codeDefaultFlag: { not?: object };
}

/** The document, with `oneOf` values that exclude each other, and with the reasons and codes that servers send. */
function readDocument(): OpenApi {
  const document: OpenApi = parse(readFileSync(OFREP_DOCUMENT ?? '', 'utf8'));
  const { evaluationSuccess, evaluationFailure, codeDefaultFlag } = document.components.schemas as unknown as Faulty;
  const [common, values] = evaluationSuccess.allOf;
  values.anyOf = values.oneOf;
  delete values.oneOf;
  codeDefaultFlag.not = { required: ['value'] };
  common.properties.reason.enum.push('DEFAULT');
  evaluationFailure.properties.errorCode.enum.push('FLAG_NOT_FOUND');
  return document;
}
