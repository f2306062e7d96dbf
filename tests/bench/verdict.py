"""What is said about a figure, and how long it may take: each within its time, one
that misses measured once more, and in the end which ones missed.
"""
import os
import signal
import time
import traceback

_readings = []   # of the figure at work: (what, held)
_cleanups = []   # what it has to leave behind when it is broken off


class TooLong(Exception):
    """The figure's time is over."""


def report(what, value, bound, unit, details):
    """One reading: what it is, its value, the limit, whether it holds."""
    held = value <= bound
    _readings.append((what.strip(), held))
    limit = f"{bound:.3g}" if bound < 1000 else f"{bound:g}"
    print(f"  {what:<50} {value:8.2f} {unit:<4} at most {limit:<6} {'ok' if held else 'MISSED':<6}  {details}",
          flush=True)


def cleanup(function):
    """Called when the figure at work ends, however it ends."""
    _cleanups.append(function)


def _clean():
    while _cleanups:
        try:
            _cleanups.pop()()
        except OSError:
            pass


def _ring(_signum, _frame):
    raise TooLong()


def _measure(function, build, seconds):
    """None, or why there are no readings."""
    _readings.clear()
    signal.signal(signal.SIGALRM, _ring)
    signal.alarm(seconds)
    try:
        function(build)
        return None
    except TooLong:
        return f"not done within {seconds} s"
    except SystemExit as end:
        return str(end)
    except Exception:  # a figure that breaks does not take the others along
        return traceback.format_exc().strip()
    finally:
        signal.alarm(0)
        _clean()


def _missed(why):
    """The names of what did not hold."""
    return [what for what, held in _readings if not held] + ([f"nothing: {why}"] if why else [])


def _weather():
    return f"load {os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} processors"


def run_figure(name, figure, build):
    """Measures one figure, once more if it missed, and says so; the names of what missed."""
    missed = []
    for attempt in range(2):
        start = time.perf_counter()
        print(f"{name}: {figure.says} ({_weather()})" if attempt == 0
              else f"{name}, once more ({_weather()})", flush=True)
        why = _measure(figure.function, build, figure.seconds)
        missed = _missed(why)
        if why:
            print(f"  NOT MEASURED: {why}", flush=True)
        print(f"  {time.perf_counter() - start:.0f} s", flush=True)
        if not missed:
            break
    return [f"{name}: {what.splitlines()[-1]}" for what in missed]


class Figure:
    """`seconds`: what it may take at most; `asked`: only measured when it is named."""

    def __init__(self, function, seconds, says, asked=False):
        self.function, self.seconds, self.says, self.asked = function, seconds, says, asked
