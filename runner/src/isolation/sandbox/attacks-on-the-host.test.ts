import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { attackedSandbox } from '../../../../tests/support/attacked-runners.ts'
import { leftOf } from '../../../../tests/support/script-runs.ts'
import { defaultLimits } from '../../runner.ts'
import { createSandboxRunner } from './sandbox.ts'

/**
 * What hostile scripts try to see or to change of the machine, or to leave there. Each is contained, is told by its outcome, leaves no process and no control
 * group, and changes no file of the host.
 */
describe.runIf(existsSync('/usr/bin/bwrap'))('scripts that want out', () => {
  const { name, secret, runner, inLanguage } = attackedSandbox('host')
  const [python, bash] = [inLanguage('python'), inLanguage('bash')]
  const crashFolder = mkdtempSync(join(tmpdir(), 'braid-sandbox-'))

  it('shows no file, environment or process of the host', async () => {
    const paths = [
      ...['/etc/shadow', '/root', '/home', '/var', '/sys', '/run', '/boot', '/work', '/opt', secret],
      ...['/proc/1/root/etc/shadow', '/proc/self/root/etc/shadow', '/proc/kcore', '/dev/mem', '/dev/kmsg'],
      ...['/var/run/docker.sock', '/run/containerd', '/var/run/secrets/kubernetes.io/serviceaccount/token'],
    ]
    const source = `import os\nfor p in ${JSON.stringify(paths)}:\n  try: open(p).read(1); print(p)\n  except IsADirectoryError: print(p)\n  except OSError: pass\nprint("end")`
    expect((await python(source)).out).toBe('end\n')
    const all = await bash(
      'cat /proc/*/environ /proc/*/cmdline /proc/*/root/etc/shadow | tr "\\0" "\\n"; ls /proc | grep -c "^[0-9]"; ls /proc/*/root/',
    )
    expect(all.out).not.toMatch(/canary|BRAID_(?!INPUT|RESULT)|root:/)
    expect(Number(/^(\d+)\n\/proc/m.exec(all.out)?.[1])).toBeLessThan(10)
    expect((await bash('env | sort')).out.split('\n').map((line) => line.split('=')[0])).toEqual([
      ...['BRAID_INPUT', 'BRAID_RESULT', 'HOME', 'LANG', 'PATH', 'PWD', 'SHLVL', 'TERM', '_', ''],
    ])
  })

  it('has no descriptor of the host but its own streams', async () => {
    const source = `
import os
for fd in sorted(map(int, os.listdir("/proc/self/fd"))):
  try: print(fd, os.readlink(f"/proc/self/fd/{fd}"))
  except OSError: pass`
    const told = await python(source)
    const strange = told.out
      .trim()
      .split('\n')
      .filter((line) => !/^\d+ (\/dev\/null|.*\/pipes\/\d+|\/tmp\/main\.py|\/proc\/\d+\/fd)$/.test(line))
    expect(strange).toEqual([])
  })

  it('has no network: neither this machine, nor names, nor metadata, nor its sockets', async () => {
    const server = createServer((socket) => socket.end('reached'))
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const abstract = createServer((socket) => socket.end('reached'))
    await new Promise<void>((resolve) => abstract.listen(`\0braid-${process.pid}`, resolve))
    const source = `
import socket
own = [line.split()[0] for line in open("/proc/net/dev").readlines()[2:]]
print(own)
for family, where in ((2, ("127.0.0.1", ${port})), (2, ("0.0.0.0", ${port})), (2, ("169.254.169.254", 80)), (2, ("1.1.1.1", 53)), (10, ("::1", ${port})), (10, ("fd00:ec2::254", 80)), (1, "\\0braid-${process.pid}")):
  try:
    s = socket.socket(family, 1); s.settimeout(1); s.connect(where); print("reached", where)
  except OSError as e: pass
for name in ("example.com", "metadata.google.internal"):
  try: print(socket.getaddrinfo(name, 80))
  except OSError: pass
for family, kind in ((16, 3), (17, 3), (40, 1), (38, 5), (29, 3), (2, 3)):
  try: socket.socket(family, kind); print("made", family, kind)
  except OSError: pass
print("end")`
    expect((await python(source)).out).toBe("['lo:']\nend\n")
    server.close()
    abstract.close()
  })

  it.runIf(process.arch === 'x64')('refuses what leads out of containers', async () => {
    const source = `
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
calls = {"unshare": (272, 0x10000000), "mount": (165, 0, 0, 0, 0, 0), "umount2": (166, b"/tmp", 2), "pivot_root": (155, b"/", b"/"), "ptrace": (101, 0, 0, 0, 0),
  "bpf": (321, 0, 0, 0), "io_uring_setup": (425, 1, 0), "io_uring_enter": (426, 0, 0, 0, 0, 0), "keyctl": (250, 0, 0), "add_key": (248, b"user", b"a", b"b", 1, -2), "request_key": (249, b"user", b"a", 0, 0),
  "userfaultfd": (323, 0), "setns": (308, 0, 0), "name_to_handle_at": (303, -100, b"/", 0, 0, 0), "open_by_handle_at": (304, 0, 0, 0),
  "process_vm_readv": (310, 1, 0, 0, 0, 0, 0), "process_vm_writev": (311, 1, 0, 0, 0, 0, 0), "pidfd_getfd": (438, 0, 0, 0), "perf_event_open": (298, 0, 0, 0, 0, 0),
  "kexec_load": (246, 0, 0, 0, 0), "init_module": (175, 0, 0, 0), "finit_module": (313, 0, 0, 0), "delete_module": (176, b"x", 0), "reboot": (169, 0, 0, 0, 0), "swapon": (167, b"/tmp", 0),
  "clone newuser": (56, 0x10000000 | 17, 0, 0, 0, 0), "clone newns": (56, 0x20000 | 17, 0, 0, 0, 0), "fsopen": (430, b"tmpfs", 0), "open_tree": (428, -100, b"/", 1), "move_mount": (429, 0, 0, 0, 0, 0), "mount_setattr": (442, 0, 0, 0, 0, 0),
  "chroot": (161, b"/tmp"), "mknod": (133, b"/tmp/sda", 0o60600, 0x800), "iopl": (172, 3), "settimeofday": (164, 0, 0), "clock_settime": (227, 0, 0), "syslog": (103, 3, 0, 0), "sethostname": (170, b"x", 1),
  "setuid root": (105, 0), "quotactl": (179, 0, 0, 0, 0), "fanotify_init": (300, 0, 0), "acct": (163, b"/tmp/x"), "TIOCSTI": (16, 0, 0x5412, 0), "TIOCLINUX": (16, 0, 0x541c, 0)}
for name, (number, *args) in calls.items():
  ctypes.set_errno(0)
  r = libc.syscall(number, *args)
  allowed = (1, 22) if name == "setuid root" else (1,)
  if r != -1 or ctypes.get_errno() not in allowed: print(name, r, ctypes.get_errno())
if libc.syscall(435, 0, 0) != -1 or ctypes.get_errno() != 38: print("clone3")
print(os.getuid(), sorted(line.split(":")[0] + line.split(":")[1].strip() for line in open("/proc/self/status") if line.startswith(("Cap", "NoNewPrivs", "Seccomp:"))))`
    const zero = '0000000000000000'
    const told = await python(source)
    expect(told.out).toBe(
      `65534 ['CapAmb${zero}', 'CapBnd${zero}', 'CapEff${zero}', 'CapInh${zero}', 'CapPrm${zero}', 'NoNewPrivs1', 'Seccomp2']\n`,
    )
  })

  it.runIf(process.arch === 'x64')('ends who calls the kernel as an older machine would', async () => {
    // A call of 32 bits (int 0x80), and one of the x32 kind, which the filter knows no numbers of.
    const source = `
import ctypes, mmap
code = bytes.fromhex("b814000000cd80c3")
m = mmap.mmap(-1, 4096, prot=7); m.write(code)
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))()
print("on")`
    expect(await python(source)).toMatchObject({ kind: 'completed', exitCode: 159, out: '' })
    const x32 = 'import ctypes\nctypes.CDLL(None).syscall(0x40000000 | 39)\nprint("on")'
    expect(await python(x32)).toMatchObject({ kind: 'completed', exitCode: 159, out: '' })
  })

  it('can write nowhere but into its scratch space', async () => {
    const source = `
import os
writable = set()
for line in open("/proc/self/mountinfo"):
  point = line.split()[4]
  if os.path.isdir(point):
    try: os.close(os.open(os.path.join(point, "left"), os.O_CREAT | os.O_WRONLY)); writable.add(point)
    except OSError: pass
  elif not point.startswith(("/dev/", "/braid/result")):
    try: os.close(os.open(point, os.O_WRONLY | os.O_APPEND)); writable.add(point)
    except OSError: pass
for folder, _, files in os.walk("/"):
  if folder.startswith(("/proc", "/dev", "/tmp")): continue
  for path in [folder] + [os.path.join(folder, each) for each in files]:
    if path != "/braid/result" and os.access(path, os.W_OK): writable.add(path)
    try: os.chmod(path, 0o777); writable.add(path)
    except OSError: pass
print(sorted(writable))`
    expect(await python(source)).toMatchObject({ out: "['/dev/shm', '/tmp']\n", err: '' })
  })

  it('never opens what a script has made: links, pipes, devices, strange names', async () => {
    const told = await bash(`
ln -s /etc/shadow link; ln -s ${secret} result; ln -s / root; mkfifo pipe; mknod device b 8 0
mkdir deep; cd deep; for n in {1..200}; do mkdir d; cd d; done; cd /tmp
touch -- '-rf' $'a\\nb' $'\\x1b[2J' '..\\\\x' '*'; chmod 000 link 2>/dev/null; mkdir closed; chmod 000 closed
ln $BRAID_INPUT hard; ln /etc/passwd hard2
for n in /braid/result /proc/self/fd/1; do chmod 777 $n; done
echo '{"a":1}' > $BRAID_RESULT; echo end`)
    expect(told).toMatchObject({ kind: 'completed', out: 'end\n', result: { ok: true, value: { a: 1 } } })
  })

  it('leaves nothing for the next run', async () => {
    await python(`
import builtins, os, sys
builtins.print = None
for path in ("/tmp/braid.py", "/tmp/json.py", "/dev/shm/left", "/tmp/sitecustomize.py"): open(path, "w").write("raise SystemExit(9)")
os.environ["PYTHONSTARTUP"] = "/tmp/braid.py"
os.symlink("/etc/shadow", "/tmp/link"); os.mkfifo("/tmp/pipe")
os.fchmod(1, 0o777)`)
    expect((await bash('ls -A /tmp /dev/shm; stat -L -c %a /proc/self/fd/1')).out).toBe(
      '/dev/shm:\n\n/tmp:\nmain.sh\n600\n',
    )
    expect(await python('import braid, json; print(json.dumps(braid.input))')).toMatchObject({ out: '{}\n' })
  })

  it('shows runs nothing of each other', async () => {
    const cancel = new AbortController()
    let begun = (): void => undefined
    const on = new Promise<void>((resolve) => {
      begun = resolve
    })
    const source = 'import time\nopen("/tmp/mine", "w").write("canary-7283")\nprint("on")\ntime.sleep(100)'
    const request = { language: 'python', source, limits: defaultLimits, signal: cancel.signal }
    const other = runner().run(request, begun)
    await on
    const told = await bash(
      'cat /tmp/mine; cat /proc/*/cmdline | tr "\\0" " "; ipcs 2>/dev/null; kill -9 -1; echo on',
    )
    expect(told.out).not.toMatch(/canary|python/)
    cancel.abort()
    expect(await other).toMatchObject({ kind: 'cancelled' })
  })

  it('removes what a crash of the server left', async () => {
    const program = `
import { createSandboxRunner } from ${JSON.stringify(new URL('./sandbox.ts', import.meta.url).href)}
import { defaultLimits } from ${JSON.stringify(new URL('../../runner.ts', import.meta.url).href)}
const made = await createSandboxRunner({ folder: ${JSON.stringify(crashFolder)}, name: '${name}-crash', languages: ['bash'] })
await made.value.run({ language: 'bash', source: 'echo on; sleep 4244', limits: { ...defaultLimits, wallMs: 60000 } }, () => process.kill(process.pid, 'SIGKILL'))`
    expect(() =>
      execFileSync(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' }),
    ).toThrow()
    const made = await createSandboxRunner({
      folder: crashFolder,
      name: `${name}-crash`,
      languages: ['bash'],
    })
    expect(made.ok).toBe(true)
    expect(leftOf(`${name}-crash`)).toEqual([])
    if (made.ok) await made.value.close()
    rmSync(crashFolder, { recursive: true, force: true })
  })
})
