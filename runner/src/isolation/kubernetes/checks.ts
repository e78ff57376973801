/** Looks at start whether the cluster lets runs be made, and what it lacks to hold them in (`install.yaml` has it all). */

import { failure, type Result, success } from '@braid/core/base/result.ts'
import type {
  V1NetworkPolicy,
  V1NetworkPolicyList,
  V1Pod,
  V1SelfSubjectAccessReview,
} from '@kubernetes/client-node'
import { defaultLimits } from '../../runner.ts'
import { type Cluster, podsPath } from './cluster.ts'
import { podOf, type RunImage } from './manifest.ts'

type Target = Omit<Cluster, 'watch'>

type Right = { readonly verb: string; readonly resource: string; readonly subresource?: string }

const needed: readonly Right[] = [
  ...['create', 'get', 'list', 'watch', 'patch', 'delete'].map((verb) => ({ verb, resource: 'pods' })),
  { verb: 'get', resource: 'pods', subresource: 'log' },
  { verb: 'create', resource: 'secrets' },
]
/** With what goes less well without. */
const useful: readonly (Right & { readonly without: string })[] = [
  {
    ...{ verb: 'list', resource: 'events' },
    without: 'failures are told without the warnings of Kubernetes',
  },
  ...['create', 'get'].map((verb) => ({
    ...{ verb, resource: 'pods', subresource: 'attach' },
    without: 'a cancelled script may go on for some seconds, till its node ends it',
  })),
]
/** With these, whoever gets hold of Braid's account gets hold of more than runs. */
const excessive: readonly Right[] = [
  { verb: 'get', resource: 'secrets' },
  { verb: 'create', resource: 'pods', subresource: 'exec' },
]

/** Warnings, or why no run can be made. */
export async function checkCluster(
  target: Target,
  images: readonly RunImage[],
): Promise<Result<readonly string[], string>> {
  const first = images[0]
  if (first === undefined) return failure('expected images for scripts to run in, but there are none')
  const missing: string[] = []
  for (const right of needed) {
    const allowed = await isAllowed(target, right)
    if (!allowed.ok) return failure(`can't reach Kubernetes: ${allowed.error}`)
    if (!allowed.value) missing.push(nameOf(right))
  }
  if (missing.length > 0)
    return failure(
      `its account in the namespace ${target.namespace} lacks the right to ${missing.join(', ')}`,
    )
  const refusal = await tryPod(target, await probePod(target, first.image))
  if (refusal !== undefined) return failure(`Kubernetes would refuse the pods of runs: ${refusal}`)
  const warnings = [
    ...(await rightWarnings(target)),
    ...(await policyWarnings(target)),
    ...images
      .filter(({ image }) => !image.includes('@sha256:'))
      .map(({ image }) => `the image ${image} has no digest: it may change between runs`),
    ...(target.options.runtimeClass === undefined
      ? ['no runtime class is set: scripts share the kernel of their node']
      : []),
  ]
  return success(warnings)
}

const nameOf = ({ verb, resource, subresource }: Right): string =>
  `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`

async function isAllowed({ connection, namespace }: Target, right: Right): Promise<Result<boolean, string>> {
  const answer = await connection.call<V1SelfSubjectAccessReview>(
    'POST',
    '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    {
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { namespace, ...right } },
      },
    },
  )
  return answer.ok ? success(answer.value.status?.allowed === true) : failure(answer.error.message)
}

async function rightWarnings(target: Target): Promise<readonly string[]> {
  const warnings: string[] = []
  for (const { without, ...right } of useful) {
    const allowed = await isAllowed(target, right)
    if (!allowed.ok || !allowed.value) warnings.push(`its account may not ${nameOf(right)}: ${without}`)
  }
  for (const right of excessive) {
    const allowed = await isAllowed(target, right)
    if (allowed.ok && allowed.value) warnings.push(`its account may ${nameOf(right)}, which it does not need`)
  }
  return warnings
}

const probePod = async ({ options }: Target, image: string): Promise<V1Pod> => {
  const request = { language: '', source: '', limits: defaultLimits }
  return await podOf({ name: 'braid-run-check', image, request, nonce: 'none' }, options)
}

/** Asks without creating it; undefined: it would be. */
async function tryPod({ connection, namespace }: Target, pod: V1Pod): Promise<string | undefined> {
  const answer = await connection.call('POST', `${podsPath(namespace)}?dryRun=All`, { body: pod })
  return answer.ok || answer.error.status === 409 ? undefined : answer.error.message
}

async function policyWarnings(target: Target): Promise<readonly string[]> {
  const pod = await probePod(target, 'none')
  const powerful = { ...pod, spec: { ...pod.spec, hostPID: true } as V1Pod['spec'] } as V1Pod
  const isRestricted = (await tryPod(target, powerful)) !== undefined
  const path = `/apis/networking.k8s.io/v1/namespaces/${target.namespace}/networkpolicies`
  const policies = await target.connection.call<V1NetworkPolicyList>('GET', path)
  return [
    ...(isRestricted
      ? []
      : [
          `the namespace ${target.namespace} takes pods that reach their node: enforce the restricted standard there`,
        ]),
    ...(policies.ok
      ? []
      : ['its account may not list networkpolicies: whether scripts reach the network is unknown']),
    ...(!policies.ok || closes(policies.value.items)
      ? []
      : [`no network policy of the namespace ${target.namespace} denies all: scripts reach the network`]),
  ]
}

/** Policies add up: one that selects all pods closes them, and any that allows something opens them again. */
function closes(policies: readonly V1NetworkPolicy[]): boolean {
  const specs = policies.map(({ spec }) => spec)
  const allowsNothing = specs.every(
    (spec) => (spec?.ingress ?? []).length + (spec?.egress ?? []).length === 0,
  )
  const closed = (type: string): boolean =>
    specs.some((spec) => {
      const { matchLabels = {}, matchExpressions = [] } = spec?.podSelector ?? {}
      const selectsAll = Object.keys(matchLabels).length + matchExpressions.length === 0
      return selectsAll && spec?.policyTypes?.includes(type) === true
    })
  return allowsNothing && closed('Ingress') && closed('Egress')
}
