"""What runs in Pyodide around one script: takes away what leads into JavaScript, and behaves as the interpreter does."""

import asyncio
import atexit
import builtins
import errno
import importlib.machinery
import json  # For scripts: what is imported here costs them nothing.
import os
import random
import sys
import time
import traceback
import types

#: As tracebacks name this file.
_here = "braid/main.py"
_bridges = ("js", "pyodide", "pyodide_js", "_pyodide", "_pyodide_core", "ctypes", "_ctypes", "webbrowser")


class _NoBridges:
    """Finds nothing, loudly, where Pyodide has ways into JavaScript."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in _bridges:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


class _Selector:
    """There is nothing to wait for but time."""

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("all tasks wait for what can't come")
        if timeout > 0:
            time.sleep(timeout)
        return ()


class _Loop(asyncio.BaseEventLoop):
    """Tasks and timers without JavaScript's event loop, which scripts have no part in."""

    def __init__(self):
        super().__init__()
        self._selector = _Selector()

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass


class _LoopPolicy(asyncio.events._BaseDefaultEventLoopPolicy):
    _loop_factory = _Loop


def _system(command):
    raise OSError(errno.ENOSYS, "there are no processes here")


def harden():
    # What Pyodide replaced goes by JavaScript's event loop.
    replaced = sys.modules["pyodide.webloop"]
    asyncio.run, time.sleep = replaced._orig_run, replaced._orig_sleep
    os.system = _system
    # It was imported before the snapshot, which is the same for all runs.
    random.seed()
    for finder in sys.meta_path:
        getattr(finder, "jsproxies", {}).clear()
    sys.meta_path[:] = [
        _NoBridges,
        importlib.machinery.BuiltinImporter,
        importlib.machinery.FrozenImporter,
        importlib.machinery.PathFinder,
    ]
    for name in list(sys.modules):
        if name.partition(".")[0] in _bridges:
            del sys.modules[name]
    asyncio.events._set_event_loop_policy(_LoopPolicy())
    asyncio.events._set_running_loop(None)
    sys.excepthook = sys.__excepthook__


def _exit_code(value):
    if value is None:
        return 0
    if isinstance(value, int):
        return value & 255
    print(value, file=sys.stderr)
    return 1


def _show(error):
    # Without the frames of this file.
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == _here:
        trace = trace.tb_next
    sys.excepthook(type(error), error.with_traceback(trace), trace)


def _execute(path):
    main = types.ModuleType("__main__")
    main.__file__ = path
    main.__builtins__ = builtins
    sys.modules["__main__"] = main
    with open(path, "rb") as file:
        source = file.read()
    exec(compile(source, path, "exec", dont_inherit=True), main.__dict__)


def _guarded(run, *values):
    try:
        run(*values)
        return 0
    except SystemExit as leaving:
        return _exit_code(leaving.code)
    except BaseException as error:
        try:
            _show(error)
        except BaseException:
            traceback.print_exc()
        return 1 + (isinstance(error, MemoryError) << 8)


def run(path, environment):
    """The exit code, and 256 more when memory ran out."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(os.path.dirname(path))
    sys.argv = [path]
    sys.path[0:1] = [os.path.dirname(path), "/braid/modules"]
    sys.dont_write_bytecode = True
    for stream, errors in ((sys.stdout, "surrogateescape"), (sys.stderr, "backslashreplace")):
        stream.reconfigure(encoding="utf-8", errors=errors, write_through=True)
    code = _guarded(_execute, path)
    _guarded(atexit._run_exitfuncs)
    for stream in (sys.stdout, sys.stderr):
        _guarded(stream.flush)
    return code
