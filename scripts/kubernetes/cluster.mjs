/**
 * A cluster of one node on this machine, as root: etcd, the API server, the controllers, the scheduler, a kubelet on
 * containerd and runc. Everything lies in one folder, with the log and the
 * process id of each, and ends with the namespaces around it (`enclosure.mjs`).
 */

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Refusal } from '../parts/progress.mjs'
import { runQuietly } from '../parts/run.mjs'
import { nodeAddress } from './enclosure.mjs'
import { pauseImage } from './images.mjs'

const patienceMs = 120_000
const nodeName = 'braid-node'
const serviceAddresses = '10.97.0.0/24'
const plugins = '/usr/lib/cni'
const packages = {
  '/usr/bin/etcd': 'etcd-server',
  '/usr/bin/containerd': 'containerd',
  '/usr/sbin/runc': 'runc',
  '/usr/bin/openssl': 'openssl',
  [`${plugins}/ptp`]: 'containernetworking-plugins',
  '/usr/sbin/iptables': 'iptables',
  '/usr/sbin/ipset': 'ipset',
  '/usr/sbin/ip': 'iproute2',
}

/** What must be installed for it; undefined: nothing. */
export function missingForCluster() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'a test cluster needs Linux and root'
  const missing = Object.entries(packages).filter(([path]) => !existsSync(path))
  if (missing.length === 0) return undefined
  return `missing: apt-get install --no-install-recommends ${missing.map(([, name]) => name).join(' ')}`
}

/** Starts it with the programs of a folder; the images are archives to be known on the node. The answer is a kubeconfig. */
export async function startCluster({ folder, programs, images }) {
  await mkdir(join(folder, 'logs'), { recursive: true })
  const start = (name, program, args, { again = false } = {}) => {
    const log = openSync(join(folder, 'logs', `${name}.txt`), 'a')
    const child = spawn(program, args, { stdio: ['ignore', log, log], detached: true })
    closeSync(log)
    writeFileSync(join(folder, `${name}.pid`), String(child.pid))
    child.once('exit', () => {
      if (again) start(name, program, args, { again })
    })
  }
  const cluster = { folder, programs, images, start, tokens: {} }
  await startControlPlane(cluster)
  await startNode(cluster)
  return kubeconfigPath(folder, 'admin')
}

async function startControlPlane(cluster) {
  const { folder, programs, start } = cluster
  const [etcdPort, peerPort, apiPort, managerPort, schedulerPort] = await freePorts(5)
  const at = (name) => join(folder, name)
  const address = nodeAddress
  cluster.server = `https://127.0.0.1:${apiPort}`
  await certificate(folder, 'kubelet-client', '/CN=kube-apiserver')
  await succeed('openssl', ['genrsa', '-out', at('accounts.key'), '2048'])
  await certificate(
    folder,
    'server',
    '/CN=localhost',
    `subjectAltName=IP:127.0.0.1,IP:${address},DNS:localhost`,
  )
  await writeUsers(cluster)
  const etcdUrl = `http://127.0.0.1:${etcdPort}`
  const peerUrl = `http://127.0.0.1:${peerPort}`
  start('etcd', 'etcd', [
    `--data-dir=${at('etcd')}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
  ])
  const apiServer = [
    `--etcd-servers=${etcdUrl}`,
    `--secure-port=${apiPort}`,
    `--tls-cert-file=${at('server.crt')}`,
    `--tls-private-key-file=${at('server.key')}`,
    `--advertise-address=${address}`,
    `--token-auth-file=${at('users.csv')}`,
    '--authorization-mode=Node,RBAC',
    '--anonymous-auth=false',
    // So that what refuses a privileged pod is the namespace.
    '--allow-privileged',
    `--service-account-key-file=${at('accounts.key')}`,
    `--service-account-signing-key-file=${at('accounts.key')}`,
    '--service-account-issuer=https://braid.test',
    `--service-cluster-ip-range=${serviceAddresses}`,
    `--kubelet-client-certificate=${at('kubelet-client.crt')}`,
    `--kubelet-client-key=${at('kubelet-client.key')}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--enable-admission-plugins=NodeRestriction',
  ]
  // Tests kill it.
  start('kube-apiserver', join(programs, 'kube-apiserver'), apiServer, { again: true })
  await until('the API server is ready', () => answers(`${cluster.server}/readyz`, cluster.tokens.admin))
  start('kube-controller-manager', join(programs, 'kube-controller-manager'), [
    `--kubeconfig=${kubeconfigPath(folder, 'system:kube-controller-manager')}`,
    `--service-account-private-key-file=${at('accounts.key')}`,
    `--root-ca-file=${at('server.crt')}`,
    '--use-service-account-credentials',
    '--leader-elect=false',
    `--secure-port=${managerPort}`,
    `--cert-dir=${folder}`,
  ])
  start('kube-scheduler', join(programs, 'kube-scheduler'), [
    `--kubeconfig=${kubeconfigPath(folder, 'system:kube-scheduler')}`,
    '--leader-elect=false',
    `--secure-port=${schedulerPort}`,
    `--cert-dir=${folder}`,
  ])
}

async function startNode(cluster) {
  const { folder, programs, start, images } = cluster
  const at = (name) => join(folder, name)
  const socket = at('containerd.sock')
  const [kubeletPort] = await freePorts(1)
  await mkdir(at('cni'))
  await writeFile(at('cni/10-braid.conflist'), JSON.stringify(network, null, 2))
  await writeFile(at('containerd.toml'), containerdConfiguration(folder, socket))
  await writeFile(
    at('kubelet.yaml'),
    JSON.stringify(kubeletConfiguration(folder, socket, kubeletPort), null, 2),
  )
  start('containerd', 'containerd', ['--config', at('containerd.toml')])
  await until('containerd answers', async () => (await ctr(folder, ['version'])).exitCode === 0)
  for (const image of images) await succeed('ctr', ctrArguments(folder, ['images', 'import', image]))
  start('kubelet', join(programs, 'kubelet'), [
    `--config=${at('kubelet.yaml')}`,
    `--kubeconfig=${kubeconfigPath(folder, `system:node:${nodeName}`)}`,
    `--hostname-override=${nodeName}`,
    `--node-ip=${nodeAddress}`,
    `--root-dir=${at('kubelet')}`,
    `--cert-dir=${at('kubelet-certificates')}`,
  ])
  const path = `${cluster.server}/api/v1/nodes/${nodeName}`
  await until('the node is ready', async () => {
    const node = await answers(path, cluster.tokens.admin)
    const isReady =
      node &&
      JSON.parse(node).status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
    return isReady && !(JSON.parse(node).spec.taints ?? []).length
  })
  // It asks for the node when it starts.
  start('kube-router', join(programs, 'kube-router'), [
    `--kubeconfig=${kubeconfigPath(folder, 'admin')}`,
    `--hostname-override=${nodeName}`,
    '--run-firewall',
    '--run-router=false',
    '--run-service-proxy=false',
    `--service-cluster-ip-range=${serviceAddresses}`,
  ])
}

const containerdConfiguration = (folder, socket) => `version = 2
root = "${folder}/containerd"
state = "${folder}/containerd-state"
[grpc]
  address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  # Not every virtual machine may lower it.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${plugins}"
    conf_dir = "${folder}/cni"
`

const kubeletConfiguration = (folder, socket, port) => ({
  kind: 'KubeletConfiguration',
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  containerRuntimeEndpoint: `unix://${socket}`,
  cgroupDriver: 'cgroupfs',
  failCgroupV1: false,
  failSwapOn: false,
  oomScoreAdj: 0,
  podPidsLimit: 256,
  port,
  healthzPort: 0,
  readOnlyPort: 0,
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: false },
    x509: { clientCAFile: join(folder, 'kubelet-client.crt') },
  },
  authorization: { mode: 'AlwaysAllow' },
  evictionHard: { 'nodefs.available': '1%', 'memory.available': '100Mi' },
  podLogsDir: join(folder, 'pod-logs'),
  volumePluginDir: join(folder, 'volume-plugins'),
})

const network = {
  cniVersion: '0.4.0',
  name: 'braid',
  plugins: [
    {
      type: 'ptp',
      ipMasq: false,
      ipam: { type: 'host-local', subnet: '10.98.0.0/24', routes: [{ dst: '0.0.0.0/0' }] },
    },
  ],
}

const users = [
  ['admin', 'system:masters'],
  ['system:kube-controller-manager', ''],
  ['system:kube-scheduler', ''],
  [`system:node:${nodeName}`, 'system:nodes'],
]

async function writeUsers(cluster) {
  const { folder, server } = cluster
  const lines = []
  for (const [name, groups] of users) {
    const token = randomBytes(24).toString('hex')
    cluster.tokens[name] = token
    lines.push(`${token},${name},${name},"${groups}"`)
    await writeFile(kubeconfigPath(folder, name), await kubeconfig(folder, server, token), { mode: 0o600 })
  }
  await writeFile(join(folder, 'users.csv'), lines.join('\n'), { mode: 0o600 })
}

const kubeconfigPath = (folder, user) => join(folder, `${user.replaceAll(':', '-')}.kubeconfig`)

async function kubeconfig(folder, server, token) {
  const ca = (await readFile(join(folder, 'server.crt'))).toString('base64')
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': ca } }],
    users: [{ name: 'user', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'user' } }],
    'current-context': 'test',
  })
}

async function certificate(folder, name, subject, extension = 'basicConstraints=critical,CA:TRUE') {
  const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)]
  const kind = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '30',
    '-subj',
    subject,
    '-addext',
    extension,
  ]
  await succeed('openssl', [...kind, ...files])
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))))
  const ports = servers.map((server) => server.address().port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

/** The body of a good answer, else undefined. */
function answers(url, token) {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}` }
    const asked = request(url, { headers, rejectUnauthorized: false, timeout: 5_000 }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (data) => {
        text += data
      })
      answer.on('end', () => resolve(answer.statusCode === 200 ? text : undefined))
    })
    asked.on('error', () => resolve(undefined))
    asked.on('timeout', () => asked.destroy())
    asked.end()
  })
}

async function until(what, isSo) {
  const end = performance.now() + patienceMs
  while (!(await isSo())) {
    if (performance.now() > end)
      throw new Refusal(`gave up waiting until ${what}; see the logs of the cluster`)
    await pause(100)
  }
}

const ctrArguments = (folder, args) => ['-a', join(folder, 'containerd.sock'), '-n', 'k8s.io', ...args]
const ctr = (folder, args) => runQuietly('ctr', ctrArguments(folder, args))

async function succeed(program, args) {
  const { exitCode, output } = await runQuietly(program, args)
  if (exitCode !== 0) throw new Refusal(`${program} failed: ${output.slice(-1_000)}`)
}
