/**
 * The system calls that no script needs and that have led out of containers before: a filter in the language of the
 * kernel (classic BPF, seccomp(2)), made without a library. Everything else is bounded by namespaces and cgroups.
 */

type Architecture = {
  /** AUDIT_ARCH_* of linux/audit.h. */
  readonly audit: number
  readonly calls: Readonly<Record<string, number>>
}

const shared = {
  io_uring_setup: 425,
  io_uring_enter: 426,
  io_uring_register: 427,
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  fspick: 433,
  clone3: 435,
  pidfd_getfd: 438,
  mount_setattr: 442,
  quotactl_fd: 443,
  memfd_secret: 447,
} as const

const architectures: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    calls: {
      ...shared,
      ioctl: 16,
      socket: 41,
      clone: 56,
      ptrace: 101,
      syslog: 103,
      uselib: 134,
      vhangup: 153,
      modify_ldt: 154,
      pivot_root: 155,
      adjtimex: 159,
      chroot: 161,
      acct: 163,
      settimeofday: 164,
      mount: 165,
      umount2: 166,
      swapon: 167,
      swapoff: 168,
      reboot: 169,
      iopl: 172,
      ioperm: 173,
      init_module: 175,
      delete_module: 176,
      quotactl: 179,
      nfsservctl: 180,
      lookup_dcookie: 212,
      clock_settime: 227,
      kexec_load: 246,
      add_key: 248,
      request_key: 249,
      keyctl: 250,
      unshare: 272,
      move_pages: 279,
      perf_event_open: 298,
      fanotify_init: 300,
      name_to_handle_at: 303,
      open_by_handle_at: 304,
      clock_adjtime: 305,
      setns: 308,
      process_vm_readv: 310,
      process_vm_writev: 311,
      kcmp: 312,
      finit_module: 313,
      kexec_file_load: 320,
      bpf: 321,
      userfaultfd: 323,
    },
  },
  arm64: {
    audit: 0xc00000b7,
    calls: {
      ...shared,
      lookup_dcookie: 18,
      ioctl: 29,
      umount2: 39,
      mount: 40,
      pivot_root: 41,
      nfsservctl: 42,
      chroot: 51,
      vhangup: 58,
      quotactl: 60,
      acct: 89,
      unshare: 97,
      kexec_load: 104,
      init_module: 105,
      delete_module: 106,
      clock_settime: 112,
      syslog: 116,
      ptrace: 117,
      reboot: 142,
      settimeofday: 170,
      adjtimex: 171,
      socket: 198,
      add_key: 217,
      request_key: 218,
      keyctl: 219,
      clone: 220,
      swapon: 224,
      swapoff: 225,
      move_pages: 239,
      perf_event_open: 241,
      fanotify_init: 262,
      name_to_handle_at: 264,
      open_by_handle_at: 265,
      clock_adjtime: 266,
      setns: 268,
      process_vm_readv: 270,
      process_vm_writev: 271,
      kcmp: 272,
      finit_module: 273,
      bpf: 280,
      userfaultfd: 282,
      kexec_file_load: 294,
    },
  },
}

const errno = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 } as const
const allow = 0x7fff0000
const killProcess = 0x80000000
const refuse = (code: number): number => 0x00050000 | code

/** Offsets in struct seccomp_data. */
const callAt = 0
const architectureAt = 4
const argumentAt = (index: number): number => 16 + 8 * index

const x32Bit = 0x40000000
/** CLONE_NEW*: all kinds of namespaces that clone(2) can make. */
const namespaceFlags = 0x7e020080
const families = { AF_UNIX: 1, AF_INET: 2, AF_INET6: 10 } as const
/** Terminal tricks that put text into somebody else's input (TIOCSTI, TIOCLINUX). */
const terminalTricks = [0x5412, 0x541c]

type Instruction = readonly [code: number, onTrue: number, onFalse: number, value: number]
const load = (offset: number): Instruction => [0x20, 0, 0, offset]
const answer = (value: number): Instruction => [0x06, 0, 0, value]
/** Goes on with the next instruction when equal, else skips `skip`. */
const ifEqual = (value: number, skip: number): Instruction => [0x15, 0, skip, value]
const ifAnyBit = (mask: number, skip: number): Instruction => [0x45, 0, skip, mask]
const ifAtLeast = (value: number, skip: number): Instruction => [0x35, 0, skip, value]

/** Calls that are allowed or not by an argument. */
function byArgument(calls: Readonly<Record<string, number>>): readonly Instruction[] {
  const call = (name: string, body: readonly Instruction[]): readonly Instruction[] => [
    load(callAt),
    ifEqual(calls[name] ?? 0, body.length),
    ...body,
  ]
  const allowedFamilies = Object.values(families)
  return [
    ...call('clone', [
      load(argumentAt(0)),
      ifAnyBit(namespaceFlags, 1),
      answer(refuse(errno.EPERM)),
      answer(allow),
    ]),
    ...call('ioctl', [
      load(argumentAt(1)),
      ...terminalTricks.flatMap((request) => [ifEqual(request, 1), answer(refuse(errno.EPERM))]),
      answer(allow),
    ]),
    ...call('socket', [
      load(argumentAt(0)),
      ...allowedFamilies.flatMap((family) => [ifEqual(family, 1), answer(allow)]),
      answer(refuse(errno.EAFNOSUPPORT)),
    ]),
  ]
}

/**
 * The filter for this kind of processor, as bytes of `struct sock_filter`. Undefined where the numbers of the calls are
 * not known.
 */
export function seccompFilter(arch: string): Buffer | undefined {
  const architecture = architectures[arch]
  if (architecture === undefined) return undefined
  const { audit, calls } = architecture
  const decidedByArgument = new Set(['clone', 'ioctl', 'socket'])
  const refused = Object.entries(calls).filter(([name]) => !decidedByArgument.has(name))
  const program: readonly Instruction[] = [
    load(architectureAt),
    [0x15, 1, 0, audit],
    answer(killProcess),
    load(callAt),
    ifAtLeast(x32Bit, 1),
    answer(killProcess),
    // C libraries fall back to clone, whose flags can be seen.
    ...refused.flatMap(([name, number]) => [
      ifEqual(number, 1),
      answer(refuse(name === 'clone3' ? errno.ENOSYS : errno.EPERM)),
    ]),
    ...byArgument(calls),
    answer(allow),
  ]
  const bytes = Buffer.alloc(program.length * 8)
  program.forEach(([code, onTrue, onFalse, value], index) => {
    bytes.writeUInt16LE(code, index * 8)
    bytes.writeUInt8(onTrue, index * 8 + 2)
    bytes.writeUInt8(onFalse, index * 8 + 3)
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4)
  })
  return bytes
}
