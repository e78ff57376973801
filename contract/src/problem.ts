/** Problem details (RFC 9457): what every refusal looks like, and the stable codes that programs rely on. */
import { z } from 'zod'

/** Each code with its HTTP status and its title. */
export const problemCodes = {
  /** A field is missing, unknown or of another type; `errors` names each. */
  INVALID_REQUEST: { status: 400, title: 'The request is not what this operation expects' },
  INVALID_JSON: { status: 400, title: 'The body is not acceptable JSON' },
  UNAUTHENTICATED: { status: 401, title: 'Sign in or send an API key' },
  /** Signed in, without the permission that the operation needs. */
  FORBIDDEN: { status: 403, title: 'Not permitted' },
  /** A request by cookie that did not prove that it comes from Braid's own pages. */
  CSRF_REJECTED: { status: 403, title: 'The request does not come from this site' },
  HOST_REJECTED: { status: 421, title: 'This server does not answer for that host' },
  NOT_FOUND: { status: 404, title: 'Not found' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request did not arrive in time' },
  /** It exists, in a state that forbids the operation. */
  INVALID_STATE: { status: 409, title: 'Its state does not allow this' },
  /** The incident needs nothing more. */
  ALREADY_RESOLVED: { status: 409, title: 'It is resolved already' },
  /** Something of that name is there; `errors` names the field. */
  ALREADY_EXISTS: { status: 409, title: 'It exists already' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The request is too large' },
  URI_TOO_LONG: { status: 414, title: 'The address is too long' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The content type is not accepted here' },
  /** A file of a deployment cannot run; `findings` says why. Nothing was stored. */
  INVALID_DEFINITION: { status: 422, title: 'The definition cannot be deployed' },
  /** A script that no runtime here can run, or that is empty or too long; or a key that was used for another one. */
  INVALID_SCRIPT: { status: 422, title: 'The script cannot be run' },
  /** Nothing here confines scripts, or nothing runs them; the sentence says what to do. */
  NO_ISOLATION: { status: 503, title: 'Scripts are not run here' },
  TOO_MANY_REQUESTS: { status: 429, title: 'Too many requests' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The request headers are too large' },
  /** Code of an application threw, answered what it should not, or took too long. */
  APPLICATION_FAILED: { status: 502, title: 'The application failed' },
  INTERNAL_ERROR: { status: 500, title: 'Internal error' },
  /** Back-pressure; the title is the word that clients of Camunda 8 look for. */
  RESOURCE_EXHAUSTED: { status: 503, title: 'RESOURCE_EXHAUSTED' },
  /** The instance was started and goes on; it did not end within `requestTimeout`. */
  COMPLETION_TIMEOUT: { status: 504, title: 'The process instance did not end in time' },
} as const

export type ProblemCode = keyof typeof problemCodes

const codes = Object.keys(problemCodes) as [ProblemCode, ...ProblemCode[]]

/** A flaw of a deployed file. */
export const finding = z.object({
  code: z.string(),
  message: z.string(),
  severity: z.enum(['error', 'warning']),
  resourceName: z.string(),
  elementId: z.string().optional(),
  /** 1-based line of the file. */
  line: z.int().optional(),
  /** 1-based; of a DAG. */
  column: z.int().optional(),
})
export type Finding = z.output<typeof finding>

export const problem = z.object({
  /** `urn:braid:problem:<code>`. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(codes),
  detail: z.string(),
  /** The path that was asked for. */
  instance: z.string(),
  /**
   * INVALID_REQUEST, ALREADY_EXISTS: one entry per field, `path` such as `body.filter.state`. Of a migration: one per
   * thing in the way, `path` is the element.
   */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** INVALID_DEFINITION. */
  findings: z.array(finding).optional(),
  /** COMPLETION_TIMEOUT: the instance that goes on. */
  processInstanceKey: z.string().optional(),
})
export type Problem = z.output<typeof problem>

export const problemType = (code: ProblemCode): string =>
  `urn:braid:problem:${code.toLowerCase().replaceAll('_', '-')}`
